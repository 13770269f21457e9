using System.Net;
using System.Text.RegularExpressions;
using Silos.Client;
using Silos.Client.Runs;
using Silos.Runs;
using Silos.Testing;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>A search that no index serves is answered with what it has found so far, on the page and over the API.</summary>
public sealed class LongSearchTests
{
    private static readonly Regex FurtherLink = new("""href="(/runs\?[^"]*)">Look further back</a>""", RegexOptions.CultureInvariant);

    [Fact]
    public async Task It_says_how_far_it_looked_and_goes_on_from_there()
    {
        var (api, oldest) = await StartAsync();
        await using var running = api;

        var first = await api.GetAsync("/runs?q=handler:rare");
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Contains("No run matches so far", first.Text, StringComparison.Ordinal);
        Assert.Contains("so far: this search looks at one run after the other", first.Text, StringComparison.Ordinal);

        var further = Assert.Single(FurtherLink.Matches(first.Text)).Groups[1].Value;
        var second = await api.GetAsync(WebUtility.HtmlDecode(further));
        Assert.Contains($"/runs/{oldest}", second.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("so far", second.Text, StringComparison.Ordinal);

        // Others are through at once: a page that is full, and what an index serves.
        foreach (var search in (string[])["handler:other", "state:failed", "state:failed handler:rare"])
        {
            var page = await api.GetAsync($"/runs?q={Uri.EscapeDataString(search)}");
            Assert.DoesNotContain("so far", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Over_the_API_the_next_page_goes_on_although_this_one_is_empty()
    {
        var (api, oldest) = await StartAsync();
        await using var running = api;
        var client = new SilosHttpClient(api.Http, api.Clock);

        var first = await client.ListRunsAsync(new RunListRequest { Handler = "rare" }, TestContext.Current.CancellationToken);
        Assert.Empty(first.Items);
        Assert.NotNull(first.Next);
        var second = await client.ListRunsAsync(new RunListRequest { Handler = "rare", Cursor = first.Next }, TestContext.Current.CancellationToken);
        Assert.Equal(oldest.ToString(), Assert.Single(second.Items).Id);
        Assert.Null(second.Next);
    }

    /// <summary>One run that is looked for, and behind it more others than are looked at in a piece, each of which takes three seconds.</summary>
    private static async Task<(TestApi Api, RunId Oldest)> StartAsync()
    {
        var clock = new TestClock(TestApi.Noon);
        var trap = new StoreTrap();
        var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), trap), clock: clock);
        var oldest = await api.Client.SeedAsync(RunState.Completed, handler: "rare");
        for (var i = 0; i < 2_000; i++)
        {
            await api.Client.SeedAsync(RunState.Completed, handler: "other");
        }

        trap.Before = site =>
        {
            if (site == "reader.back")
            {
                clock.Advance(TimeSpan.FromSeconds(3));
            }

            return default;
        };
        return (api, oldest);
    }
}
