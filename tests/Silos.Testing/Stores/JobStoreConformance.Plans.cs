using Silos.Jobs;
using Silos.Runs;
using Xunit;

namespace Silos.Testing;

public abstract partial class JobStoreConformance
{
    private static readonly CancelRequest Stop = new("ann", "make room", Noon);

    [Fact]
    public async Task A_plan_writes_ledger_runs_and_job_together()
    {
        var job = await SaveJobAsync(change: job => job with { Counts = [3] });
        var run = ARun(job: job.Key) with { OccurrenceAt = Noon.AddMinutes(2) };

        var outcome = await PlanAsync(APlan(job) with
        {
            Cursor = Noon.AddMinutes(2),
            NextDue = Noon.AddMinutes(3),
            Counts = [4],
            RebootMark = "start-2",
            Occurrences =
            [
                new(Noon.AddMinutes(1), Verdict.Superseded),
                new(Noon.AddMinutes(2), Verdict.CaughtUp, new PlannedRun(run, 1)),
            ],
        });

        Assert.True(outcome.Applied);
        Assert.Equal(2, outcome.Version);
        Assert.Equal([run.Id], outcome.LetIn);
        Same(
            job with
            {
                Cursor = Noon.AddMinutes(2),
                NextDue = Noon.AddMinutes(3),
                Counts = [4],
                RebootMark = "start-2",
                LastDecision = new LastDecision(Noon.AddMinutes(2), Verdict.CaughtUp),
                Version = 2,
            },
            await JobAsync(job.Key));
        Assert.Equal(
            [
                new Occurrence(job.Key, Noon.AddMinutes(2), Verdict.CaughtUp, PlannedAt, run.Id),
                new Occurrence(job.Key, Noon.AddMinutes(1), Verdict.Superseded, PlannedAt),
            ],
            await LedgerAsync(job.Key));
        var adopted = Assert.Single(await Store.Runs.AdoptAsync([await OpenAsync()], Noon, 10, Cancelled));
        Same(run, adopted.Request);
    }

    [Fact]
    public async Task A_plan_under_an_old_version_writes_nothing()
    {
        var job = await SaveJobAsync();
        var other = await SaveJobAsync("other");
        var late = APlan(job) with
        {
            Version = 7,
            CancelLive = Stop,
            Occurrences = [new(Noon, Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), 9))],
            Triggers = [new PlannedRun(ARun(job: job.Key), 9)],
        };
        var absent = APlan(job) with { Key = Key("absent") };

        var outcomes = await Store.Jobs.PlanAsync([late, absent, APlan(other)], Cancelled);

        Assert.Equal([false, false, true], outcomes.Select(outcome => outcome.Applied));
        Assert.Empty(outcomes[0].LetIn);
        Same(job, await JobAsync(job.Key));
        Assert.Empty(await LedgerAsync(job.Key));
        Assert.Equal(0, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
        Assert.Equal(2, (await JobAsync(other.Key)).Version);
        Assert.Empty(await Store.Jobs.PlanAsync([], Cancelled));
    }

    [Fact]
    public async Task Of_sixteen_simultaneous_planners_one_wins()
    {
        var job = await SaveJobAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => PlanAsync(APlan(job) with
        {
            Occurrences = [new(Noon, Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), int.MaxValue))],
        }))));

        var winner = Assert.Single(outcomes, outcome => outcome.Applied);
        Assert.Equal(Assert.Single(winner.LetIn), Assert.Single(await LedgerAsync(job.Key)).Run);
        Assert.Equal(1, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task A_due_instant_that_is_decided_keeps_its_decision()
    {
        var job = await SaveJobAsync();
        await PlanAsync(APlan(job) with { Occurrences = [new(Noon, Verdict.Missed)] });

        var again = await PlanAsync(APlan(job) with
        {
            Version = 2,
            Occurrences = [new(Noon, Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), 9))],
        });

        Assert.True(again.Applied);
        Assert.Empty(again.LetIn);
        Assert.Equal(Verdict.Missed, Assert.Single(await LedgerAsync(job.Key)).Verdict);
        Assert.Equal(Verdict.Missed, (await JobAsync(job.Key)).LastDecision?.Verdict);
        Assert.Equal(0, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task A_backfill_makes_runs_for_decided_instants_and_leaves_the_ledger_as_it_is()
    {
        var job = await SaveJobAsync();
        await PlanAsync(APlan(job) with { Occurrences = [new(Noon, Verdict.Missed), new(Noon.AddMinutes(2), Verdict.SkippedPaused)] });
        NewRun[] runs = [ARun(job: job.Key), ARun(job: job.Key), ARun(job: job.Key)];

        var outcome = await PlanAsync(APlan(job) with
        {
            Version = 2,
            Occurrences = [.. runs.Select((run, i) =>
                new PlannedOccurrence(Noon.AddMinutes(i), Verdict.CaughtUp, new PlannedRun(run, int.MaxValue, EvenIfDecided: true)))],
        });

        Assert.Equal(runs.Select(run => run.Id), outcome.LetIn);
        Assert.Equal(
            [(Verdict.SkippedPaused, null), (Verdict.CaughtUp, runs[1].Id), (Verdict.Missed, null)],
            (await LedgerAsync(job.Key)).Select(row => (row.Verdict, row.Run)));
        Assert.Equal(new LastDecision(Noon.AddMinutes(2), Verdict.SkippedPaused), (await JobAsync(job.Key)).LastDecision);
    }

    [Fact]
    public async Task A_range_is_one_row_and_decides_every_instant_in_it()
    {
        var job = await SaveJobAsync();
        await PlanAsync(APlan(job) with
        {
            Occurrences = [new(Noon, Verdict.Missed, Until: Noon.AddMinutes(10), Count: 11), new(Noon.AddMinutes(11), Verdict.Superseded)],
        });
        var backfilled = ARun(job: job.Key);

        var outcome = await PlanAsync(APlan(job) with
        {
            Version = 2,
            Occurrences =
            [
                new(Noon.AddMinutes(5), Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), 9)),
                new(Noon.AddMinutes(10), Verdict.CaughtUp, new PlannedRun(backfilled, 9, EvenIfDecided: true)),
                new(Noon.AddMinutes(10).AddMilliseconds(1), Verdict.SkippedCalendar),
            ],
        });

        Assert.Equal([backfilled.Id], outcome.LetIn);
        Assert.Equal(
            [
                new Occurrence(job.Key, Noon.AddMinutes(11), Verdict.Superseded, PlannedAt),
                new Occurrence(job.Key, Noon.AddMinutes(10).AddMilliseconds(1), Verdict.SkippedCalendar, PlannedAt),
                new Occurrence(job.Key, Noon, Verdict.Missed, PlannedAt, null, Noon.AddMinutes(10), 11),
            ],
            await LedgerAsync(job.Key));
    }

    [Fact]
    public async Task Overlap_counts_every_unfinished_run_wherever_it_is()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        NewRun inbox = ARun(job: job.Key), scheduled = ARun(job: job.Key, due: Noon.AddHours(1)), running = ARun(job: job.Key), ended = ARun(job: job.Key);
        await EnqueueAsync(owner, scheduled, running, ended, ARun(job: Key("other")));
        await ClaimAsync(owner, 1, running);
        await FinishAsync(owner, AnEnd(ended));
        await Store.Runs.PostAsync([inbox], Cancelled);
        Assert.Equal(3, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));

        var refused = await PlanAsync(APlan(job) with { Occurrences = [new(Noon, Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), 3))] });
        Assert.Empty(refused.LetIn);
        Assert.Equal((Verdict.SkippedOverlap, null), Assert.Single((await LedgerAsync(job.Key)).Select(row => (row.Verdict, row.Run))));
        Assert.Equal(Verdict.SkippedOverlap, (await JobAsync(job.Key)).LastDecision?.Verdict);

        var letIn = await PlanAsync(APlan(job) with
        {
            Version = 2,
            Occurrences = [new(Noon.AddMinutes(1), Verdict.Enqueued, new PlannedRun(ARun(job: job.Key), 4))],
        });
        Assert.Single(letIn.LetIn);
        Assert.Equal(4, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task Runs_of_one_plan_count_against_each_other()
    {
        var job = await SaveJobAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 5).Select(_ => ARun(job: job.Key))];

        var outcome = await PlanAsync(APlan(job) with
        {
            Occurrences = [.. runs.Take(4).Select((run, i) => new PlannedOccurrence(Noon.AddMinutes(i), Verdict.CaughtUp, new PlannedRun(run, 2)))],
            Triggers = [new PlannedRun(runs[4], 2)],
        });

        Assert.Equal([runs[0].Id, runs[1].Id], outcome.LetIn);
        Assert.Equal(
            [Verdict.SkippedOverlap, Verdict.SkippedOverlap, Verdict.CaughtUp, Verdict.CaughtUp],
            (await LedgerAsync(job.Key)).Select(row => row.Verdict));
        Assert.Equal(2, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
    }

    [Fact]
    public async Task Two_plans_of_one_call_do_not_share_their_counts()
    {
        var first = await SaveJobAsync("a");
        var second = await SaveJobAsync("b");

        var outcomes = await Store.Jobs.PlanAsync(
            [
                APlan(first) with { Triggers = [new PlannedRun(ARun(job: first.Key), 1)] },
                APlan(second) with { Triggers = [new PlannedRun(ARun(job: second.Key), 1)] },
            ],
            Cancelled);

        Assert.All(outcomes, outcome => Assert.Single(outcome.LetIn));
    }

    [Fact]
    public async Task A_trigger_enters_the_inbox_and_not_the_ledger()
    {
        var job = await SaveJobAsync();
        NewRun first = ARun(job: job.Key), second = ARun(job: job.Key);

        var outcome = await PlanAsync(APlan(job) with { Triggers = [new PlannedRun(first, 1), new PlannedRun(second, 1)] });

        Assert.Equal([first.Id], outcome.LetIn);
        Assert.Empty(await LedgerAsync(job.Key));
        Assert.Null((await JobAsync(job.Key)).LastDecision);
        Assert.Equal(first.Id, Assert.Single(await Store.Runs.AdoptAsync([await OpenAsync()], Noon, 10, Cancelled)).Id);
    }

    [Fact]
    public async Task A_repeated_trigger_is_one_run()
    {
        var job = await SaveJobAsync();
        var run = ARun(job: job.Key);
        Assert.Empty((await PlanAsync(APlan(job) with { Triggers = [new PlannedRun(run, 1)] })).Known);
        var owner = await OpenAsync();

        var waiting = await PlanAsync(APlan(job) with { Version = 2, Triggers = [new PlannedRun(run, 1)] });
        await Store.Runs.AdoptAsync([owner], Noon, 10, Cancelled);
        var adopted = await PlanAsync(APlan(job) with { Version = 3, Triggers = [new PlannedRun(run, 1)] });
        await FinishAsync(owner, AnEnd(run));
        var ended = await PlanAsync(APlan(job) with { Version = 4, Triggers = [new PlannedRun(run, 1)] });

        Assert.All([waiting, adopted, ended], outcome => Assert.Equal([run.Id], outcome.LetIn));
        Assert.All([waiting, adopted, ended], outcome => Assert.Equal([run.Id], outcome.Known));
        Assert.Equal(0, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
        Assert.Equal(1, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_trigger_with_the_id_of_another_tenants_run_makes_none_and_is_told_so(bool ended)
    {
        var job = await SaveJobAsync();
        var acme = TenantId.Parse("acme");
        var owner = await OpenAsync(tenant: "acme");
        var theirs = ARun() with { Tenant = acme };
        await EnqueueAsync(owner, theirs);
        if (ended)
        {
            await FinishAsync(owner, AnEnd(theirs));
        }

        var outcome = await PlanAsync(APlan(job) with { Triggers = [new PlannedRun(ARun(job: job.Key) with { Id = theirs.Id }, 1)] });

        Assert.Equal([theirs.Id], outcome.Known);
        Assert.Null(await Store.Reader.FindAsync(TenantId.Default, theirs.Id, Cancelled));
        Assert.Equal(0, await Store.Jobs.CountLiveRunsAsync(job.Key, Cancelled));
        Assert.NotNull(await Store.Reader.FindAsync(acme, theirs.Id, Cancelled));
    }

    [Fact]
    public async Task CancelLive_reaches_the_old_runs_wherever_they_are_and_not_the_new_one()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        NewRun inbox = ARun(job: job.Key), queued = ARun(job: job.Key), scheduled = ARun(job: job.Key, due: Noon.AddHours(1)), other = ARun(job: Key("other"));
        await EnqueueAsync(owner, queued, scheduled, other);
        await Store.Runs.PostAsync([inbox], Cancelled);
        var made = ARun(job: job.Key);

        var outcome = await PlanAsync(APlan(job) with { CancelLive = Stop, Triggers = [new PlannedRun(made, int.MaxValue)] });

        Assert.Equal([made.Id], outcome.LetIn);
        foreach (var run in (NewRun[])[inbox, queued, scheduled])
        {
            Assert.Equal(Stop, (await RunAsync(run)).Cancel);
        }

        Assert.Null((await RunAsync(made)).Cancel);
        Assert.Null((await RunAsync(other)).Cancel);
    }

    [Fact]
    public async Task A_plan_clears_the_wake_up_it_has_seen_and_no_later_one()
    {
        var job = await SaveJobAsync(change: job => job with { WakeAt = Noon.AddSeconds(5) });

        await PlanAsync(APlan(job));
        Assert.Equal(Noon.AddSeconds(5), (await JobAsync(job.Key)).WakeAt);

        await PlanAsync(APlan(job) with { Version = 2, SeenWakeAt = Noon.AddSeconds(4) });
        Assert.Equal(Noon.AddSeconds(5), (await JobAsync(job.Key)).WakeAt);

        await PlanAsync(APlan(job) with { Version = 3, SeenWakeAt = Noon.AddSeconds(5) });
        Assert.Null((await JobAsync(job.Key)).WakeAt);
    }

    [Fact]
    public async Task A_plan_may_pause_the_job_and_leaves_what_it_does_not_name()
    {
        var job = await SaveJobAsync(change: job => job with { Counts = [1], RebootMark = "start-1", NextDue = Noon });
        var pause = new Pause("silos", "3 failures", PlannedAt);

        await PlanAsync(APlan(job) with { NextDue = null, Pause = pause });

        var paused = await JobAsync(job.Key);
        Assert.Equal(pause, paused.Pause);
        Assert.Equal(PlannedAt, paused.UpdatedAt);
        Assert.Null(paused.NextDue);
        Assert.Equal([1], paused.Counts);
        Assert.Equal("start-1", paused.RebootMark);
        Assert.Empty(await Store.Jobs.ReadDueAsync(Noon.AddDays(1), 10, Cancelled));

        await PlanAsync(APlan(paused));
        Assert.Equal(pause, (await JobAsync(job.Key)).Pause);
    }

    [Fact]
    public async Task The_ledger_is_listed_latest_first_within_bounds()
    {
        var job = await SaveJobAsync();
        await PlanAsync(APlan(job) with { Occurrences = [.. Enumerable.Range(0, 6).Select(i => new PlannedOccurrence(Noon.AddMinutes(i), Verdict.Missed))] });

        async Task<IEnumerable<int>> MinutesAsync(DateTimeOffset? before, DateTimeOffset? since, int limit) =>
            (await Store.Jobs.ListOccurrencesAsync(new(job.Key, before, since, limit), Cancelled)).Select(row => row.DueAt.Minute);

        Assert.Equal([5, 4], await MinutesAsync(null, null, 2));
        Assert.Equal([3, 2], await MinutesAsync(Noon.AddMinutes(4), Noon.AddMinutes(2), 10));
    }

    [Fact]
    public async Task Pruning_the_ledger_stops_at_the_cursor()
    {
        var job = await SaveJobAsync();
        await PlanAsync(APlan(job) with
        {
            Cursor = Noon.AddMinutes(6),
            Occurrences =
            [
                new(Noon, Verdict.Missed),
                new(Noon.AddMinutes(1), Verdict.Missed),
                new(Noon.AddMinutes(2), Verdict.Missed, Until: Noon.AddMinutes(5), Count: 4),
                new(Noon.AddMinutes(6), Verdict.Missed),
                new(Noon.AddMinutes(7), Verdict.Missed),
            ],
        });

        Assert.Equal(1, await Store.Jobs.PruneOccurrencesAsync(Noon.AddHours(1), 1, Cancelled));
        Assert.Equal(1, await Store.Jobs.PruneOccurrencesAsync(Noon.AddMinutes(5), 10, Cancelled));
        Assert.Equal([7, 6, 2], (await LedgerAsync(job.Key)).Select(row => row.DueAt.Minute));
        Assert.Equal(1, await Store.Jobs.PruneOccurrencesAsync(Noon.AddHours(1), 10, Cancelled));
        Assert.Equal([7, 6], (await LedgerAsync(job.Key)).Select(row => row.DueAt.Minute));
    }

    private static readonly DateTimeOffset PlannedAt = Noon.AddMilliseconds(123);

    private static JobPlan APlan(Job job) =>
        new() { Key = job.Key, Version = job.Version, Cursor = job.Cursor, NextDue = job.NextDue, Now = PlannedAt };

    private async Task<JobPlanOutcome> PlanAsync(JobPlan plan) => Assert.Single(await Store.Jobs.PlanAsync([plan], Cancelled));

    private ValueTask<IReadOnlyList<Occurrence>> LedgerAsync(JobKey key) => Store.Jobs.ListOccurrencesAsync(new(key), Cancelled);
}
