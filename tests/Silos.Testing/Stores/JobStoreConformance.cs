using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;
using Xunit;

namespace Silos.Testing;

/// <summary>What every <see cref="IJobStore"/> must do. Derive once per implementation; add cases here.</summary>
public abstract partial class JobStoreConformance : StoreConformance
{
    [Fact]
    public async Task A_job_comes_back_as_it_was_saved()
    {
        var job = await SaveJobAsync(change: job => job with
        {
            Definition = job.Definition with
            {
                Description = "Totals — “naïve” 日本語 🚀 ' \" ; -- %_",
                Payload = JsonText.Parse("""{ "b": 1,  "a": [1.50, "é"] }"""),
                Schedules = [new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin", Jitter = TimeSpan.FromSeconds(3) }],
                Queue = QueueName.Parse("reports"),
                Priority = -7,
                Timeout = TimeSpan.FromMilliseconds(1500),
                Retry = new RetryPolicy { MaxAttempts = 5, NonRetryableErrors = ["X"] },
                Overlap = new OverlapPolicy { Mode = OverlapMode.Allow, Limit = 3 },
                Tags = ["a", "b c"],
            },
            Source = "file:silos.yaml",
            DeploymentVersion = "1.2.3",
            Pause = new Pause("ann", "because", Noon.AddMilliseconds(1)),
            CreatedAt = Noon.AddMilliseconds(2),
            UpdatedAt = Noon.AddMilliseconds(3),
            Cursor = Noon.AddMilliseconds(4),
            NextDue = Noon.AddMilliseconds(5),
            WakeAt = Noon.AddMilliseconds(6),
            Counts = [1, 0, 42],
            LastDecision = new LastDecision(Noon.AddMilliseconds(7), Verdict.SkippedCalendar),
            RebootMark = "start-1",
        });

        Assert.Equal(1, job.Version);
        Assert.Equal(Noon.AddMilliseconds(4), job.Cursor);
        Same(job, await JobAsync(job.Key));
        Same(job, Assert.Single(await Store.Jobs.ReadAsync([job.Key, Key("other")], Cancelled)));
        Same(job, Assert.Single(await Store.Jobs.ListAsync(new JobQuery(TenantId.Default), Cancelled)));
    }

    [Fact]
    public async Task A_job_that_was_never_saved_is_not_found()
    {
        await SaveJobAsync("mine", tenant: "acme");

        Assert.Null(await Store.Jobs.FindAsync(Key("mine"), Cancelled));
        Assert.Empty(await Store.Jobs.ReadAsync([Key("mine")], Cancelled));
        Assert.Empty(await Store.Jobs.ReadAsync([], Cancelled));
        Assert.Equal(0, await Store.Jobs.CountAsync(TenantId.Default, Cancelled));
        Assert.Equal(1, await Store.Jobs.CountAsync(TenantId.Parse("acme"), Cancelled));
    }

    [Fact]
    public async Task A_save_counts_only_under_the_current_version()
    {
        var first = await SaveJobAsync();
        var second = await Store.Jobs.TrySaveAsync(first with { Source = "api" }, Cancelled);

        Assert.Equal(2, second?.Version);
        Assert.Null(await Store.Jobs.TrySaveAsync(first with { Source = "late" }, Cancelled));
        Assert.Null(await Store.Jobs.TrySaveAsync(first with { Version = 0 }, Cancelled));
        Assert.Null(await Store.Jobs.TrySaveAsync(first with { Version = 7 }, Cancelled));
        Assert.Null(await Store.Jobs.TrySaveAsync(first with { Key = Key("absent"), Version = 1 }, Cancelled));
        Assert.Equal("api", (await JobAsync(first.Key)).Source);
        Assert.Null(await Store.Jobs.FindAsync(Key("absent"), Cancelled));
    }

    [Fact]
    public async Task Of_many_saves_each_counts_for_itself()
    {
        var first = await SaveJobAsync("a");
        await SaveJobAsync("b");

        var saved = await Store.Jobs.TrySaveManyAsync(
            [first with { Source = "x" }, first with { Key = Key("b"), Version = 9 }, first with { Key = Key("c"), Version = 0 }], null, Cancelled);

        Assert.Equal([2L, null, 1L], saved.Select(job => job?.Version));
        Assert.Equal(["x", "code", "code"], (await Store.Jobs.ListAsync(new JobQuery(TenantId.Default), Cancelled)).Select(job => job.Source));
        Assert.Empty(await Store.Jobs.TrySaveManyAsync([], null, Cancelled));
    }

    [Fact]
    public async Task Of_sixteen_simultaneous_saves_one_wins()
    {
        var job = await SaveJobAsync();

        var saved = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await Store.Jobs.TrySaveAsync(job with { Source = $"writer-{i}" }, Cancelled))));

        var winner = Assert.Single(saved, result => result is not null);
        Same(winner, await JobAsync(job.Key));
    }

    [Fact]
    public async Task A_save_leaves_what_the_finishing_of_runs_owns()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        var run = ARun(job: job.Key);
        await EnqueueAsync(owner, run);
        await FinishAsync(owner, AnEnd(run, state: RunState.Dead) with { WakeJob = true });

        var saved = await Store.Jobs.TrySaveAsync(
            job with { LastRun = null, LastEndedAt = null, ConsecutiveFailures = 0, WakeAt = null }, Cancelled);

        Assert.Equal(1, saved?.ConsecutiveFailures);
        Assert.Equal(run.Id, saved?.LastRun?.Id);
        Assert.Equal(Noon.AddSeconds(2), saved?.LastEndedAt);
        Assert.Equal(Noon.AddSeconds(3), saved?.WakeAt);
        Same(saved, await Store.Jobs.FindAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task Tenants_with_jobs_are_listed_once_each()
    {
        Assert.Empty(await Store.Jobs.ListTenantsAsync(Cancelled));
        await SaveJobAsync("a");
        await SaveJobAsync("b");
        await SaveJobAsync("a", "acme");
        Assert.Equal([TenantId.Parse("acme"), TenantId.Default], await Store.Jobs.ListTenantsAsync(Cancelled));
    }

    [Fact]
    public async Task A_save_that_takes_a_pause_away_ends_the_streak_of_failures()
    {
        var job = await SaveJobAsync(change: job => job with { Pause = new Pause("silos", "failing", Noon) });
        var owner = await OpenAsync();
        var run = ARun(job: job.Key);
        await EnqueueAsync(owner, run);
        await FinishAsync(owner, AnEnd(run, state: RunState.Dead));

        var paused = await Store.Jobs.TrySaveAsync(job with { UpdatedAt = Noon.AddSeconds(1) }, Cancelled);
        Assert.Equal(1, paused?.ConsecutiveFailures);
        var resumed = await Store.Jobs.TrySaveAsync(paused! with { Pause = null }, Cancelled);
        Assert.Equal(0, resumed?.ConsecutiveFailures);
        Same(resumed, await Store.Jobs.FindAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task Of_two_wake_ups_a_save_keeps_the_later()
    {
        var job = await SaveJobAsync(change: job => job with { WakeAt = Noon.AddSeconds(5) });

        var earlier = await Store.Jobs.TrySaveAsync(job with { WakeAt = Noon.AddSeconds(1) }, Cancelled);
        Assert.Equal(Noon.AddSeconds(5), earlier?.WakeAt);

        var later = await Store.Jobs.TrySaveAsync(earlier! with { WakeAt = Noon.AddSeconds(9) }, Cancelled);
        Assert.Equal(Noon.AddSeconds(9), later?.WakeAt);
        Assert.Equal(Noon.AddSeconds(9), (await JobAsync(job.Key)).WakeAt);
    }

    [Fact]
    public async Task Deleting_takes_the_ledger_along_and_leaves_the_runs()
    {
        var job = await SaveJobAsync();
        var run = ARun(job: job.Key);
        await PlanAsync(APlan(job) with { Occurrences = [new(Noon, Verdict.Enqueued, new PlannedRun(run, 1))] });

        Assert.False(await Store.Jobs.TryDeleteAsync(job.Key, 1, Cancelled));
        Assert.False(await Store.Jobs.TryDeleteAsync(Key("absent"), 1, Cancelled));
        Assert.NotNull(await Store.Jobs.FindAsync(job.Key, Cancelled));
        Assert.True(await Store.Jobs.TryDeleteAsync(job.Key, 2, Cancelled));

        Assert.Null(await Store.Jobs.FindAsync(job.Key, Cancelled));
        Assert.Empty(await LedgerAsync(job.Key));
        Assert.Equal(1, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));

        await SaveJobAsync();
        Assert.Empty(await LedgerAsync(job.Key));
    }

    [Fact]
    public async Task Jobs_are_listed_by_name_page_by_page()
    {
        foreach (var name in (string[])["b", "A", "a", "Z", "a b", "ä"])
        {
            await SaveJobAsync(name);
        }

        await SaveJobAsync("c", tenant: "other");

        var first = await Store.Jobs.ListAsync(new JobQuery(TenantId.Default, Limit: 3), Cancelled);
        var rest = await Store.Jobs.ListAsync(new JobQuery(TenantId.Default, After: first[^1].Key.Name), Cancelled);

        Assert.Equal(["A", "Z", "a"], first.Select(job => job.Key.Name.Value));
        Assert.Equal(["a b", "b", "ä"], rest.Select(job => job.Key.Name.Value));
    }

    [Theory]
    [InlineData("REP", new[] { "Report %1", "my report_x" })]
    [InlineData("%", new[] { "Report %1" })]
    [InlineData("_", new[] { "my report_x" })]
    [InlineData("'; drop table job; --", new string[0])]
    [InlineData("\\", new[] { "back\\slash" })]
    public async Task Jobs_are_found_by_a_part_of_their_name(string search, string[] expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        foreach (var name in (string[])["Report %1", "my report_x", "back\\slash", "other"])
        {
            await SaveJobAsync(name);
        }

        var found = await Store.Jobs.ListAsync(new JobQuery(TenantId.Default, Search: search), Cancelled);

        Assert.Equal(expected, found.Select(job => job.Key.Name.Value));
    }

    [Fact]
    public async Task Jobs_are_found_by_source_and_tag()
    {
        await SaveJobAsync("a", change: job => job with { Source = "api", Definition = job.Definition with { Tags = ["x", "it's"] } });
        await SaveJobAsync("b", change: job => job with { Definition = job.Definition with { Tags = ["xy"] } });

        async Task<IEnumerable<string>> ListAsync(JobQuery query) =>
            (await Store.Jobs.ListAsync(query, Cancelled)).Select(job => job.Key.Name.Value);

        Assert.Equal(["a"], await ListAsync(new JobQuery(TenantId.Default, Source: "api")));
        Assert.Equal(["a"], await ListAsync(new JobQuery(TenantId.Default, Tag: "x")));
        Assert.Equal(["a"], await ListAsync(new JobQuery(TenantId.Default, Tag: "it's")));
        Assert.Equal(["b"], await ListAsync(new JobQuery(TenantId.Default, Source: "code", Tag: "xy")));
        Assert.Empty(await ListAsync(new JobQuery(TenantId.Default, Source: "api", Tag: "xy")));
    }

    [Fact]
    public async Task Due_jobs_are_read_earliest_first_by_due_instant_or_wake_up()
    {
        await SaveJobAsync("third", nextDue: Noon.AddSeconds(3));
        await SaveJobAsync("first", nextDue: Noon.AddSeconds(9), change: job => job with { WakeAt = Noon.AddSeconds(1) });
        await SaveJobAsync("second", tenant: "other", nextDue: Noon.AddSeconds(2), change: job => job with { WakeAt = Noon.AddSeconds(8) });
        await SaveJobAsync("later", nextDue: Noon.AddSeconds(3).AddMilliseconds(1));
        await SaveJobAsync("never");
        await SaveJobAsync("paused", nextDue: Noon, change: job => job with { Pause = new Pause("ann", null, Noon) });
        await SaveJobAsync("disabled", nextDue: Noon, change: job => job with { Definition = job.Definition with { Enabled = false } });

        var due = await Store.Jobs.ReadDueAsync(Noon.AddSeconds(3), 10, Cancelled);
        var limited = await Store.Jobs.ReadDueAsync(Noon.AddSeconds(3), 2, Cancelled);

        Assert.Equal(["first", "second", "third"], due.Select(job => job.Key.Name.Value));
        Assert.Equal(["first", "second"], limited.Select(job => job.Key.Name.Value));
    }

    [Fact]
    public async Task Alarms_are_read_after_one_instant_up_to_another()
    {
        await SaveJobAsync("at the start", nextDue: Noon);
        await SaveJobAsync("inside", nextDue: Noon.AddSeconds(9), change: job => job with { WakeAt = Noon.AddSeconds(1) });
        await SaveJobAsync("at the end", nextDue: Noon.AddSeconds(2));
        await SaveJobAsync("after", nextDue: Noon.AddSeconds(3));
        await SaveJobAsync("paused", nextDue: Noon.AddSeconds(1), change: job => job with { Pause = new Pause("ann", null, Noon) });

        var alarms = await Store.Jobs.ReadAlarmsAsync(Noon, Noon.AddSeconds(2), 10, Cancelled);

        Assert.Equal(
            [new JobAlarm(Key("inside"), Noon.AddSeconds(1)), new JobAlarm(Key("at the end"), Noon.AddSeconds(2))], alarms);
        Assert.Equal("inside", Assert.Single(await Store.Jobs.ReadAlarmsAsync(Noon, Noon.AddSeconds(2), 1, Cancelled)).Key.Name.Value);
    }
}
