using Microsoft.Extensions.DependencyInjection;
using Silos.Jobs;
using Silos.Testing;
using Silos.Web.Dashboard.Jobs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>The calendar of a job says what its ledger says, and nothing about what was not read.</summary>
public sealed class HeatMapTests
{
    private static readonly DateTimeOffset Today = HeatMap.DayOf(TestApi.Noon);

    [Fact]
    public async Task A_decision_of_long_ago_is_still_the_latest_one()
    {
        await using var api = await TestApi.StartAsync();
        var job = await api.Client.SeedJobAsync("yearly");
        await DecideAsync(api.Store, job, new PlannedOccurrence(Today.AddDays(-300), Verdict.Missed));
        var page = (await api.GetAsync("/jobs/yearly")).Text;
        Assert.DoesNotContain("Nothing has fallen due yet", page, StringComparison.Ordinal);
        Assert.Contains("2025-05-06 00:00:00 UTC", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_day_of_a_job_that_is_due_each_minute_is_counted()
    {
        await using var api = await TestApi.StartAsync();
        var job = await api.Client.SeedJobAsync("minutely");
        await DecideAsync(api.Store, job, [.. Enumerable.Range(0, 5 * 1_440).Select(i => new PlannedOccurrence(Today.AddDays(-4).AddMinutes(i), Verdict.Missed))]);
        var heat = await HeatAsync(api, job);
        Assert.Equal(Enumerable.Repeat(1_440L, 5), heat.Days.TakeLast(5).Select(day => day.Dropped));
        Assert.Equal(5 * 1_440, heat.Days.Sum(day => day.Dropped));
        Assert.Equal(0, heat.Unread);
        Assert.Contains("2026-02-26 (UTC): 0 became runs, 1,440 dropped", (await api.GetAsync("/jobs/minutely")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_counts_on_each_of_its_days_also_if_it_begins_before_the_calendar()
    {
        await using var api = await TestApi.StartAsync();
        var job = await api.Client.SeedJobAsync("stopped");
        var since = HeatMap.Since(TestApi.Noon);
        await DecideAsync(
            api.Store,
            job,
            new PlannedOccurrence(since.AddDays(-2), Verdict.Missed, Until: since.AddDays(2).AddMinutes(-1), Count: 4 * 1_440),
            new PlannedOccurrence(Today.AddDays(-3).AddHours(6), Verdict.Missed, Until: Today.AddHours(1), Count: 10));
        var heat = await HeatAsync(api, job);
        Assert.Equal([1_440L, 1_440L, 0L], heat.Days.Take(3).Select(day => day.Dropped));
        Assert.Equal([2L, 3L, 2L, 3L], heat.Days.TakeLast(4).Select(day => day.Dropped));
    }

    [Fact]
    public async Task Days_that_take_long_to_read_are_shown_as_not_read_and_are_there_later()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var trap = new StoreTrap { Before = async site => await (site == "jobs.list_occurrences" ? gate.Task : Task.CompletedTask) };
        await using var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), trap));
        var job = await api.Client.SeedJobAsync("much");
        await DecideAsync(api.Store, job, new PlannedOccurrence(Today.AddDays(-1), Verdict.Missed), new PlannedOccurrence(Today, Verdict.Missed));

        var reading = HeatAsync(api, job);
        while (!reading.IsCompleted)
        {
            api.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        var heat = await reading;
        Assert.Equal(heat.Days.Count - 1, heat.Unread);
        Assert.Equal(("heat-unread", "heat-dropped"), (heat.Days[^2].Class, heat.Days[^1].Class));
        Assert.EndsWith("not read yet", heat.Days[^2].Title, StringComparison.Ordinal);

        gate.SetResult();
        heat = await HeatAsync(api, job);
        Assert.Equal((0, "heat-dropped"), (heat.Unread, heat.Days[^2].Class));
    }

    [Fact]
    public async Task The_past_is_read_once_for_some_minutes_and_today_each_time()
    {
        var reads = 0;
        var trap = new StoreTrap();
        await using var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), trap));
        var job = await api.Client.SeedJobAsync("nightly");
        trap.Before = site =>
        {
            Interlocked.Add(ref reads, site == "jobs.count_occurrences" ? 1 : 0);
            return default;
        };
        await HeatAsync(api, job);
        Assert.Equal(2, reads);
        job = await DecideAsync(api.Store, job, new PlannedOccurrence(Today, Verdict.Missed));
        Assert.Equal(1, (await HeatAsync(api, job)).Days[^1].Dropped);
        Assert.Equal(3, reads);
        job = await DecideAsync(api.Store, job, new PlannedOccurrence(Today.AddDays(-1), Verdict.Missed));
        api.App.Services.GetRequiredService<HeatGlance>().Forget(job.Key);
        Assert.Equal(1, (await HeatAsync(api, job)).Days[^2].Dropped);
        api.Clock.Advance(TimeSpan.FromMinutes(6));
        await HeatAsync(api, job);
        Assert.Equal(7, reads);
    }

    private static Task<HeatMap> HeatAsync(TestApi api, Job job) =>
        api.App.Services.GetRequiredService<HeatGlance>().ReadAsync(job, TestApi.Noon, ApiCaller.Cancelled);

    private static async Task<Job> DecideAsync(InMemoryStore store, Job job, params PlannedOccurrence[] decisions)
    {
        var plan = new JobPlan { Key = job.Key, Version = job.Version, Cursor = job.Cursor, NextDue = job.NextDue, Now = TestApi.Noon, Occurrences = decisions };
        Assert.True(Assert.Single(await store.Jobs.PlanAsync([plan], ApiCaller.Cancelled)).Applied);
        return (await store.Jobs.FindAsync(job.Key, ApiCaller.Cancelled))!;
    }
}
