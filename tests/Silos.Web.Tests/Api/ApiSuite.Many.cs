using System.Net;
using System.Text.RegularExpressions;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>What is done to many runs on the pages, and what the pages tell of alarms.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    [Covers("GET /operations")]
    [Covers("GET /operations/new")]
    [Covers("GET /operations/{id}")]
    [Covers("POST /operations")]
    public async Task Many_runs_are_counted_and_then_replayed_on_the_pages()
    {
        var tag = Unique("on-pages");
        for (var i = 0; i < 2; i++)
        {
            await EndAsync(await RunAsync($$"""{"handler":"noop","tags":["{{tag}}"]}"""));
        }

        await EndAsync(await RunAsync($$"""{"handler":"fail","tags":["{{tag}}"]}"""));
        var list = (await Api.GetAsync($"/runs?q=tag:{tag}")).Text;
        Assert.Contains($"/operations/new?action=replay&amp;q=tag%3A{tag}", list, StringComparison.Ordinal);
        var asked = await Api.GetAsync($"/operations/new?action=retry&q=tag:{tag}");
        Assert.Contains("1 run will be run again", asked.Text, StringComparison.Ordinal);
        asked = await Api.GetAsync($"/operations/new?action=replay&q=tag:{tag}");
        Assert.Contains("3 runs will be run again", asked.Text, StringComparison.Ordinal);
        Assert.Contains($"a tag is {tag}", asked.Text, StringComparison.Ordinal);
        Assert.Contains("There is nothing to cancel", (await Api.GetAsync($"/operations/new?action=cancel&q=tag:{tag}")).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await Api.GetAsync($"/api/runs?tag={tag}")).Is(HttpStatusCode.OK).GetProperty("items").GetArrayLength());

        var at = Regex.Match(asked.Text, "name=\"at\" value=\"([^\"]+)\"").Groups[1].Value;
        var page = await PostFormAsync("/operations", ("action", "replay"), ("q", $"tag:{tag}"), ("at", at), ("reason", "the disk is back"));
        Assert.StartsWith("/operations/", page, StringComparison.Ordinal);
        string shown;
        do
        {
            shown = (await Api.GetAsync(page)).Text;
            ApiCaller.Cancelled.ThrowIfCancellationRequested();
        }
        while (!shown.Contains("100 %", StringComparison.Ordinal));
        Assert.Contains("the disk is back", shown, StringComparison.Ordinal);
        Assert.Contains("Replay 3 runs", shown, StringComparison.Ordinal);
        Assert.Contains(page, (await Api.GetAsync("/operations")).Text, StringComparison.Ordinal);
        Assert.Equal(6, (await Api.GetAsync($"/api/runs?tag={tag}")).Is(HttpStatusCode.OK).GetProperty("items").GetArrayLength());
        var begun = (await Api.GetAsync($"/api{page}")).Is(HttpStatusCode.OK);
        Assert.Equal(("replay", "tag"), (begun.GetProperty("action").GetString(), Regex.Match(begun.GetProperty("filter").GetRawText(), "\"field\":\"(\\w+)\"").Groups[1].Value));

        var recorded = (await Api.GetAsync("/api/audit?action=operation.start")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().First();
        Assert.Equal(("the disk is back", page["/operations/".Length..]), (recorded.GetProperty("reason").GetString(), recorded.GetProperty("target").GetProperty("name").GetString()));
        Assert.Contains($"href=\"{page}\"", (await Api.GetAsync("/settings/audit?action=operation.")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Covers("GET /alarms")]
    public async Task Alarms_have_a_page()
    {
        Assert.Contains("No alarm is on", (await Api.GetAsync("/alarms")).Text, StringComparison.Ordinal);
        Assert.Contains("There has been no alarm", (await Api.GetAsync("/alarms?state=all")).Text, StringComparison.Ordinal);
    }
}
