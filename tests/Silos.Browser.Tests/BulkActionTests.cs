using System.Text.RegularExpressions;
using Silos.Browser.Tests.Support;

namespace Silos.Browser.Tests;

/// <summary>What one can do to many runs at once.</summary>
public sealed partial class BulkActionTests(Dashboard dashboard)
{
    // On a slow machine the alarm may begin before anything is decided about the due instant, and an alarm keeps its words.
    [GeneratedRegex("has not succeeded since|nothing has decided about it yet")]
    private static partial Regex Silent { get; }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_runs_that_match_are_counted_and_then_cancelled_with_a_reason(bool script)
    {
        var tag = $"too-many-{script}";
        await dashboard.PostAsync("/api/runs/batch", new
        {
            runs = Enumerable.Range(0, 60).Select(_ => new { handler = "example_heartbeat", delay = "1h", tags = new[] { tag } }),
        });
        await using var visit = await dashboard.OpenAsync($"/runs?q=tag:{tag}+state:scheduled", script: script);
        await Expect(visit.Link("Retry all…")).ToHaveCountAsync(0);
        await visit.Link("Cancel all…").ClickAsync();

        await Expect(visit.Get("h1")).ToHaveTextAsync("Cancel 60 runs?");
        await Expect(visit.Get("main")).ToContainTextAsync($"a tag is {tag} and state is scheduled");
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("60 runs will be cancelled");
        await visit.Link("Look at them").ClickAsync();
        await Expect(visit.Get("tbody tr")).ToHaveCountAsync(50);
        await visit.Page.GoBackAsync();
        await visit.Page.GetByLabel("Reason").FillAsync("asked for twice");
        await visit.Button("Cancel 60 runs").ClickAsync();

        await Expect(visit.Page).ToHaveURLAsync(new Regex("/operations/[0-9a-f-]{36}$"));
        await Expect(visit.Get("main")).ToContainTextAsync("asked for twice");
        if (script)
        {
            // The page follows it to its end without being loaded again.
            await Expect(visit.Get("#title .badge")).ToHaveTextAsync("done");
            await Expect(visit.Get("#progress")).ToContainTextAsync("100 %");
            await Expect(visit.Get("#progress")).ToContainTextAsync("60 runs");
        }

        await visit.GoAsync("/operations");
        await Expect(visit.Get("tbody tr").Filter(new() { HasText = tag })).ToContainTextAsync("Cancel 60 runs");
        while ((await dashboard.GetAsync($"/api/runs?tag={tag}&state=scheduled"))["items"]!.AsArray().Count > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        var run = (await dashboard.GetAsync($"/api/runs?tag={tag}&limit=1"))["items"]![0]!;
        Assert.Equal(("cancelled", "asked for twice"), ((string?)run["state"], (string?)run["cancel"]?["reason"]));
        Assert.Empty(visit.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ticked_runs_are_retried_and_others_are_not(bool script)
    {
        for (var i = 0; i < 3; i++)
        {
            var id = (string)(await dashboard.PostAsync("/api/jobs/import-prices/trigger", new { overlap = "allow" }))!["id"]!;
            await dashboard.GetAsync($"/api/runs/{id}?wait=30s");
        }

        await using var visit = await dashboard.OpenAsync("/runs?q=job:import-prices+state:failed,dead", script: script);
        await Expect(visit.Get(".picked")).ToBeHiddenAsync();
        await visit.Get("input[name=id]").Nth(0).CheckAsync();
        await visit.Get("input[name=id]").Nth(2).CheckAsync();
        await Expect(visit.Get(".picked")).ToBeVisibleAsync();
        await Expect(visit.Get(".picked").GetByText("Cancel…")).ToHaveCountAsync(0);
        await visit.Button("Retry…").ClickAsync();

        await Expect(visit.Get("h1")).ToHaveTextAsync("Retry 2 runs?");
        await Expect(visit.Get("main")).ToContainTextAsync("one of the 2 that were ticked");
        await visit.Button("Retry 2 runs").ClickAsync();
        await Expect(visit.Get("h1")).ToHaveTextAsync("Retry 2 runs");
        var operation = new Uri(visit.Page.Url).AbsolutePath;
        while ((string?)(await dashboard.GetAsync($"/api{operation}"))["state"] != "completed")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await visit.GoAsync(operation);
        await visit.Link("the new runs").ClickAsync();

        // Other tests ask for runs in the same seconds; of this job nobody else does.
        await Expect(visit.Page).ToHaveURLAsync(new Regex(@"/runs\?q=requested_by"));
        await visit.GoAsync($"{new Uri(visit.Page.Url).PathAndQuery}+job%3Aimport-prices");
        await Expect(visit.Get("tbody tr").Filter(new() { HasText = "import-prices" }).Nth(1)).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task All_runs_of_a_page_are_ticked_at_once_and_stay_so_when_something_happens()
    {
        await dashboard.PostAsync("/api/runs/batch", new
        {
            runs = Enumerable.Range(0, 4).Select(_ => new { handler = "example_heartbeat", delay = "1h", tags = new[] { "ticked" } }),
        });
        foreach (var look in Look.All)
        {
            await using var visit = await dashboard.OpenAsync("/runs?q=tag:ticked", look);
            await Expect(visit.Get("[data-live-dot]")).ToHaveTextAsync("live");
            if (look != Look.Phone)
            {
                await visit.Page.GetByLabel("Tick all on this page").CheckAsync();
            }
            else
            {
                await visit.Get("input[name=id]").First.CheckAsync();
            }

            var ticked = await visit.Get("input[name=id]:checked").CountAsync();
            Assert.Equal(look == Look.Phone ? 1 : await visit.Get("input[name=id]").CountAsync(), ticked);
            var refreshed = visit.Page.EvaluateAsync("() => new Promise(done => document.addEventListener('silos:refreshed', () => done(), { once: true }))");
            await dashboard.PostAsync("/api/runs", new { handler = "example_heartbeat", tags = new[] { "ticked" } });
            await refreshed;
            await Expect(visit.Get("input[name=id]:checked")).ToHaveCountAsync(ticked);
            await visit.KeepAsync($"runs-ticked-{look.Name}");
            var barriers = await Axe.CheckAsync(visit.Page);
            Assert.True(barriers.Count == 0, string.Join('\n', barriers));
            Assert.Empty(visit.Complaints);
        }
    }

    [Fact]
    public async Task What_cannot_be_done_says_why()
    {
        await using var visit = await dashboard.OpenAsync("/operations/new?action=retry&q=tag:nobody-has-this");
        await Expect(visit.Get("[role=status]")).ToContainTextAsync("There is nothing to retry");
        await Expect(visit.Get("main form")).ToHaveCountAsync(0);
        await visit.Link("Back").ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex("/runs\\?q=tag"));
        await Expect(visit.Link("Retry all…")).ToHaveCountAsync(0);

        await visit.GoAsync("/runs");
        await Expect(visit.Link("Cancel all…")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_run_that_did_its_work_is_replayed()
    {
        await using var visit = await dashboard.OpenAsync($"/runs/{dashboard.Stubborn}");
        await Expect(visit.Button("Retry")).ToHaveCountAsync(0);
        await visit.Button("Replay").ClickAsync();

        await Expect(visit.Get("[role=status]")).ToContainTextAsync("Running again");
        await Expect(visit.Get("#facts")).ToContainTextAsync("Repeats");
        await visit.Link(dashboard.Stubborn[..18]).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Regex(dashboard.Stubborn));
    }

    [Fact]
    public async Task An_alarm_is_seen_from_every_page_and_leads_to_its_job()
    {
        await using var visit = await dashboard.OpenAsync("/queues");
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Alarms: 1 is on" }).ClickAsync();

        var row = visit.Get("tbody tr").Filter(new() { HasText = "poll-rates" });
        await Expect(row).ToContainTextAsync(Silent);
        await Expect(row).ToContainTextAsync("begin by webhook");
        await row.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "poll-rates", Exact = true }).ClickAsync();
        await Expect(visit.Get("#title")).ToContainTextAsync("silent");
        await Expect(visit.Get("#alarms")).ToContainTextAsync(Silent);

        await visit.GoAsync("/");
        await Expect(visit.Get("#alarms")).ToContainTextAsync("1 alarm is on");
        await Expect(visit.Get("#alarms time").First).ToBeVisibleAsync();
        await visit.GoAsync("/jobs?search=poll");
        await Expect(visit.Get("table.jobs tbody tr")).ToContainTextAsync("silent");
        Assert.Empty(visit.Complaints);
    }
}
