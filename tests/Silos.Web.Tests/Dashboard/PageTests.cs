using System.Net;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;
using Silos.Web.Dashboard.Parts;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

public sealed class PageTests
{
    [Fact]
    public async Task The_list_shows_jobs_with_their_status_previous_and_next_run()
    {
        await using var api = await TestApi.StartAsync();
        await SeedAsync(api);
        foreach (var path in new[] { "/jobs", "/@jobs" })
        {
            var page = await api.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var expected in new[]
            {
                "nightly-report", "IDLE", "RUNNING", "paused", "by alice", "30 1 * * *", "Europe/Dublin",
                "in 13 h 30 min", "completed", "took 1.5 s", "only when triggered", "disabled",
            })
            {
                Assert.Contains(expected, page.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_overview_shows_failures_queues_and_what_wants_attention()
    {
        await using var api = await TestApi.StartAsync();
        await SeedAsync(api);
        var page = await api.GetAsync("/");
        foreach (var expected in new[] { "disk &lt;b&gt;full&lt;/b&gt;", "no route to mail", "mail", "import", "paused", "4 jobs", "in 13 h 30 min", "scheduler running" })
        {
            Assert.Contains(expected, page.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<b>full", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/jobs?search=NIGHT", "nightly-report", "cleanup")]
    [InlineData("/jobs?state=paused", "import", "nightly-report")]
    [InlineData("/jobs?state=disabled", "cleanup", "import")]
    [InlineData("/jobs?state=running", "sync", "import")]
    public async Task Jobs_are_narrowed(string path, string shown, string hidden)
    {
        await using var api = await TestApi.StartAsync();
        await SeedAsync(api);
        var page = await api.GetAsync(path);
        Assert.Contains($">{shown}</a>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($">{hidden}</a>", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_jobs_the_page_tells_how_to_add_one()
    {
        await using var api = await TestApi.StartAsync();
        var page = await api.GetAsync("/");
        Assert.Contains("No jobs yet", page.Text, StringComparison.Ordinal);
        Assert.Contains("silos.yaml", page.Text, StringComparison.Ordinal);
        Assert.Contains("curl -X PUT", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_store_away_the_page_says_so()
    {
        await using var api = await TestApi.StartAsync();
        api.Health.Now = api.Health.Now with { StoreReachable = false };
        api.Client.Throws = new UnavailableException("away");
        var page = await api.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("store away", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_allows_no_frame_no_script_inside_it_and_nothing_from_elsewhere()
    {
        await using var api = await TestApi.StartAsync();
        var page = await api.GetAsync("/");
        Assert.Contains("default-src 'none'", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", page.Response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("DENY", page.Response.Headers.GetValues("X-Frame-Options").Single());
        Assert.DoesNotContain(" style=", page.Text, StringComparison.Ordinal);
        Assert.Equal(1, page.Text.Split("<script").Length - 1);
        Assert.Contains("<script src=\"/ui/silos.js\" defer></script>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", page.Text, StringComparison.Ordinal);
        var style = await api.GetAsync("/ui/style.css");
        Assert.Equal("text/css", style.ContentType);
        Assert.Contains("prefers-color-scheme: dark", style.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1_500, "1.5 s")]
    [InlineData(59_999, "59 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(95_000, "1 min 35 s")]
    [InlineData(3_600_000, "1 h")]
    [InlineData(11_520_000, "3 h 12 min")]
    [InlineData(90_000_000, "1 d 1 h")]
    [InlineData(8_640_000_000, "100 d")]
    public void Durations_are_told_roughly(long milliseconds, string words) =>
        Assert.Equal(words, TimeWords.Rough(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Times_are_told_on_the_zones_clock()
    {
        var dublin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Dublin");
        Assert.Equal("12:00:00 UTC", TimeWords.Local(TestApi.Noon, TimeZoneInfo.Utc, TestApi.Noon));
        Assert.Equal("2026-07-01 13:00:00 +01:00", TimeWords.Local(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero), dublin, TestApi.Noon));
        Assert.Equal("in 1 h", TimeWords.Relative(TestApi.Noon.AddHours(1), TestApi.Noon));
        Assert.Equal("2 d ago", TimeWords.Relative(TestApi.Noon.AddDays(-2), TestApi.Noon));
        Assert.Equal("now", TimeWords.Relative(TestApi.Noon, TestApi.Noon));
    }

    internal static async Task SeedAsync(TestApi api)
    {
        await api.Client.SeedJobAsync("nightly-report", job => job with
        {
            Definition = job.Definition with
            {
                Description = "stock <take>",
                Schedules = [new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin" }],
            },
            NextDue = TestApi.Noon.AddMinutes(1).AddHours(13.5),
            LastDecision = new LastDecision(TestApi.Noon.AddHours(-10.5), Verdict.CaughtUp),
        });
        await api.Client.SeedAsync(RunState.Completed, "nightly-report");
        await api.Client.SeedJobAsync("import", job => job with
        {
            Definition = job.Definition with { Schedules = ["*/5 * * * *"] },
            Pause = new Pause("alice", "disk is being replaced", TestApi.Noon.AddMinutes(-25)),
        });
        await api.Client.SeedJobAsync("cleanup", job => job with { Definition = job.Definition with { Enabled = false, Schedules = ["@daily"] } });
        await api.Client.SeedJobAsync("sync", job => job with { NextDue = null });
        api.Client.Busy.Add(JobName.Parse("sync"));
        await api.Client.SeedAsync(RunState.Failed, "import", error: "disk <b>full</b>: cannot write /var/lib/import/2026-03-02.csv");
        await api.Client.SeedAsync(RunState.Dead, handler: "email", error: "no route to mail.example.com");
        var key = new QueueKey(TenantId.Default, QueueName.Parse("mail"));
        api.Client.Queues =
        [
            new QueueView(new QueueKey(TenantId.Default, QueueName.Default), null, QueueLimits.None, new QueueDepth(new QueueKey(TenantId.Default, QueueName.Default), 0, 3, 1, null)),
            new QueueView(key, new Pause("bob", "spam", TestApi.Noon), QueueLimits.None, new QueueDepth(key, 5, 0, 0, TestApi.Noon.AddMinutes(-3))),
        ];
        api.Clock.Advance(TimeSpan.FromMinutes(1));
    }
}
