using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>What the overview says is so, whatever there is of it.</summary>
public sealed class OverviewTests
{
    [Fact]
    public async Task Of_more_than_500_jobs_the_last_one_is_seen_too_whatever_another_tenant_has()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i < 510; i++)
        {
            await api.Client.SeedJobAsync($"a-{i:000}");
            await api.Client.SeedJobAsync($"theirs-{i:000}", job => job with
            {
                Key = new JobKey(TenantId.Parse("acme"), job.Key.Name),
                NextDue = TestApi.Noon.AddSeconds(1),
                Pause = null,
            });
        }

        await api.Client.SeedJobAsync("zz-next", job => job with { NextDue = TestApi.Noon.AddHours(3) });
        await api.Client.SeedJobAsync("zz-paused", job => job with { Pause = new Pause("ann", null, TestApi.Noon) });
        await api.Client.SeedJobAsync("zz-failing");
        await api.Client.SeedAsync(RunState.Dead, "zz-failing", error: "boom");

        var page = (await api.GetAsync("/")).Text;

        Assert.DoesNotContain("No active job has a due instant ahead", page, StringComparison.Ordinal);
        Assert.DoesNotContain("No job fails in a row", page, StringComparison.Ordinal);
        Assert.Contains("/jobs/zz-next\"", page, StringComparison.Ordinal);
        Assert.Contains("/jobs/zz-paused\"", page, StringComparison.Ordinal);
        Assert.Contains("1 failed in a row", page, StringComparison.Ordinal);
        Assert.Contains("513 jobs", page, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs-", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_and_a_draining_silo_are_seen()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("nightly");
        var page = (await api.GetAsync("/")).Text;
        Assert.Contains("2 silos not up", page, StringComparison.Ordinal);
        Assert.Contains(">silo b</a><span class=\"badge bad\">silent</span>", page, StringComparison.Ordinal);
        Assert.Contains(">silo a</a><span class=\"badge warn\">draining</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_runs_leads_to_the_runs_that_it_counts()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("nightly");
        await api.Client.SeedAsync(RunState.Dead, "nightly", error: "long ago");
        api.Clock.Advance(TimeSpan.FromHours(2));
        await api.Client.SeedAsync(RunState.Dead, "nightly", error: "just now");
        api.Clock.Advance(TimeSpan.FromMinutes(5));

        var page = (await api.GetAsync("/")).Text;
        var link = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/runs[^\"]*)\"><span>Failed, 1 hour").Groups[1].Value;

        var runs = (await api.GetAsync(System.Net.WebUtility.HtmlDecode(link))).Text;
        Assert.Contains("just now", runs, StringComparison.Ordinal);
        Assert.DoesNotContain("long ago", runs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5\" pipes")]
    [InlineData("none")]
    [InlineData("a,b \u0026 c")]
    public async Task Links_to_runs_find_them_whatever_marks_are_in_a_name(string name)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync(name);
        var run = await api.Client.SeedAsync(RunState.Completed, name, change: run => run with { Options = run.Options with { Tags = [name] } });
        await api.Client.SeedAsync(RunState.Completed, "other");
        var pages = new[]
        {
            ((await api.GetAsync($"/jobs/{Uri.EscapeDataString(name)}")).Text, ">all runs<"),
            ((await api.GetAsync($"/runs/{run}")).Text, $">{System.Net.WebUtility.HtmlEncode(name)}</a></dd>"),
        };
        foreach (var (page, text) in pages)
        {
            var links = System.Text.RegularExpressions.Regex.Matches(page, "href=\"(/runs\\?q=[^\"]*)\"").Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)).ToList();
            Assert.NotEmpty(links);
            foreach (var link in links.Where(link => !link.Contains("queue", StringComparison.Ordinal)))
            {
                var found = (await api.GetAsync(link)).Text;
                Assert.Contains($"/runs/{run}\"", found, StringComparison.Ordinal);
                Assert.Single(System.Text.RegularExpressions.Regex.Matches(found, "Tick run "));
            }

            Assert.Contains(text, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_link_to_a_queue_with_a_quotation_mark_asks_for_the_last_day_too()
    {
        await using var api = await TestApi.StartAsync();
        var key = new QueueKey(TenantId.Default, QueueName.Parse("5\" pipes"));
        api.Client.Queues = [new QueueView(key, null, QueueLimits.None, new QueueDepth(key, 0, 0, 0, null))];
        var page = (await api.GetAsync("/queues")).Text;
        var links = System.Text.RegularExpressions.Regex.Matches(page, "href=\"/runs\\?q=([^\"]*)\"")
            .Select(match => RunSearch.Parse(Uri.UnescapeDataString(System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)), TestApi.Noon)!).ToList();
        var queue = new FilterCondition("queue", FilterOperator.Equal, ["5\" pipes"]);
        var yesterday = new FilterCondition("enqueued_at", FilterOperator.GreaterOrEqual, [TestApi.Noon.AddDays(-1)]);
        Assert.Equal(
            [Written(queue, yesterday), Written(queue, new FilterCondition("state", FilterOperator.Equal, [RunState.Queued]))],
            links.Select(filter => FilterJson.Write(SearchText.Simplify(filter)).Text));
    }

    [Fact]
    public async Task A_slow_search_and_one_that_is_not_understood_are_not_repeated_by_themselves()
    {
        var trap = new StoreTrap();
        await using var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), trap));
        await api.Client.SeedAsync(RunState.Completed, "nightly");
        Assert.Contains("data-events", (await api.GetAsync("/runs?q=error~x")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-events", (await api.GetAsync("/runs?q=stat:x")).Text, StringComparison.Ordinal);

        trap.Before = site =>
        {
            if (site == "reader.list")
            {
                api.Clock.Advance(TimeSpan.FromMilliseconds(300));
            }

            return default;
        };
        var slow = (await api.GetAsync("/runs?q=error~x")).Text;
        Assert.DoesNotContain("data-events", slow, StringComparison.Ordinal);
        Assert.Contains("does not refresh by itself", slow, StringComparison.Ordinal);
    }

    private static string Written(params FilterCondition[] conditions) => FilterJson.Write(new FilterGroup(All: true, conditions)).Text;
}
