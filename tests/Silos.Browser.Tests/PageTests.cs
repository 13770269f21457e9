using Silos.Browser.Tests.Support;

namespace Silos.Browser.Tests;

/// <summary>Every page, light, dark and on a phone.</summary>
public sealed class PageTests(Dashboard dashboard)
{
    private static readonly Dictionary<string, Func<Dashboard, string>> Pages = new()
    {
        ["overview"] = _ => "/",
        ["overview-24h"] = _ => "/?range=24h",
        ["jobs"] = _ => "/jobs",
        ["jobs-none"] = _ => "/jobs?search=no+such+job",
        ["job"] = _ => "/jobs/nightly-report",
        ["job-failing"] = _ => "/jobs/import-prices",
        ["job-odd"] = _ => "/jobs/%3Cb%3Eodd%20%26%20name%3Cb%3E",
        ["job-changed"] = _ => "/jobs/price-feed",
        ["changes"] = _ => "/jobs/price-feed/changes",
        ["changes-none"] = _ => "/jobs/nightly-report/changes",
        ["trigger"] = _ => "/jobs/import-prices/trigger",
        ["backfill"] = _ => "/jobs/nightly-report/backfill?from=2026-03-01T00%3A00%3A00&to=2026-03-31T00%3A00%3A00",
        ["runs"] = _ => "/runs",
        ["runs-search"] = _ => "/runs?q=state:failed,dead",
        ["runs-problem"] = _ => "/runs?q=stat:failed+duration%3Elong",
        ["run-failed"] = d => $"/runs/{d.Failed}",
        ["run-steps"] = d => $"/runs/{d.Stubborn}",
        ["run-running"] = d => $"/runs/{d.Running}",
        ["run-waiting"] = d => $"/runs/{d.Waiting}",
        ["operations"] = _ => "/operations",
        ["operation"] = d => $"/operations/{d.Operation}",
        ["operation-ask"] = _ => "/operations/new?action=replay&q=job:import-prices+state:failed,dead,completed+since:2d",
        ["operation-ask-cancel"] = _ => "/operations/new?action=cancel&q=queue:mail",
        ["operation-ask-nothing"] = _ => "/operations/new?action=retry&q=tag:nobody-has-this",
        ["alarms"] = _ => "/alarms",
        ["alarms-all"] = _ => "/alarms?state=all",
        ["job-silent"] = _ => "/jobs/poll-rates",
        ["queues"] = _ => "/queues",
        ["silos"] = _ => "/silos",
        ["settings"] = _ => "/settings",
        ["audit"] = _ => "/settings/audit",
        ["key-new"] = _ => "/settings/keys/new",
        ["login"] = _ => "/login",
        ["not-found"] = _ => "/jobs/there-is-no-such-job",
        ["no-page"] = _ => "/nowhere",
    };

    public static TheoryData<string> Names => [.. Pages.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task A_page_shows_without_errors_overflow_or_barriers(string name)
    {
        var missing = name is "not-found" or "no-page";
        await Task.WhenAll(Dashboard.Looks.Select(async look =>
        {
            await using var visit = await dashboard.OpenAsync(Pages[name](dashboard), look);

            Assert.Equal(missing ? 404 : 200, visit.Status);
            await visit.LookAsync(name, look);
            Assert.DoesNotContain(visit.Complaints, complaint => !(missing && complaint.Contains("404", StringComparison.Ordinal)));
        }));
    }

    [Fact]
    public async Task What_people_name_things_stays_text()
    {
        await using var visit = await dashboard.OpenAsync("/jobs");

        await Expect(visit.Link("<b>odd & name<b>")).ToBeVisibleAsync();
        await visit.Link("<b>odd & name<b>").ClickAsync();
        await Expect(visit.Get("h1")).ToHaveTextAsync("<b>odd & name<b>");
        await Expect(visit.Get("p.lead")).ToHaveTextAsync("Text is text: <script>alert(1)</script>");
    }

    [Fact]
    public async Task Times_are_those_of_the_viewer_with_UTC_beside()
    {
        await using var visit = await dashboard.OpenAsync("/jobs/nightly-report");
        var first = visit.Get("#next time").First;

        var instant = DateTimeOffset.Parse((await first.GetAttributeAsync("datetime"))!, System.Globalization.CultureInfo.InvariantCulture);
        var there = TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        await Expect(first).ToContainTextAsync(there.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        await Expect(first).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("Z$"));
    }

    [Fact]
    public async Task Without_script_times_are_UTC_and_say_so()
    {
        await using var visit = await dashboard.OpenAsync("/jobs/nightly-report", script: false);

        await Expect(visit.Get("#next time").First).ToContainTextAsync("UTC");
    }

    [Fact]
    public async Task A_search_that_cannot_be_understood_is_explained()
    {
        await using var visit = await dashboard.OpenAsync("/runs?q=stat:failed");

        await Expect(visit.Get("[role=alert]")).ToContainTextAsync("'stat' is not known");
        await Expect(visit.Get("[role=alert]")).ToContainTextAsync("state");
    }
}
