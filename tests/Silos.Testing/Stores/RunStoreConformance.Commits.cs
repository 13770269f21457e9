using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Xunit;

namespace Silos.Testing;

public abstract partial class RunStoreConformance
{
    [Fact]
    public async Task A_commit_under_a_lost_epoch_writes_nothing()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        NewRun first = ARun(job: job.Key), second = ARun(), late = ARun();
        await EnqueueAsync(owner, first, second);
        var claim = await ClaimAsync(owner, 1, first, second);
        var current = await OpenAsync(owner: "other");

        foreach (var stale in (PartitionEpoch[])[owner, current with { Epoch = current.Epoch + 1 }, current with { Epoch = 0 }])
        {
            var result = await Store.Runs.CommitAsync(
                new()
                {
                    Owner = stale,
                    Now = Noon,
                    Enqueues = [late],
                    Claims = [AClaim(9, second)],
                    Finished = [AnEnd(first) with { WakeJob = true }],
                    Requeued = [ARetry(second, 2)],
                    ClosedClaims = [claim.Id],
                },
                Cancelled);
            Assert.True(result.OwnershipLost);
        }

        Assert.Null(await Store.Reader.FindAsync(late.Tenant, late.Id, Cancelled));
        Assert.Empty((await DetailsAsync(first.Id)).Attempts);
        Assert.Empty((await DetailsAsync(second.Id)).Attempts);
        Same(job, await JobAsync(job.Key));
        Assert.Equal([(first.Id, 1L), (second.Id, 2L)], (await ReopenAsync()).OpenAttempts.Select(open => (open.Run.Id, open.Token)));
    }

    [Fact]
    public async Task An_epoch_that_was_never_opened_owns_nothing()
    {
        var result = await Store.Runs.CommitAsync(
            new() { Owner = new PartitionEpoch(Partitions.Of("default", "default"), 0), Now = Noon, Enqueues = [ARun()] }, Cancelled);

        Assert.True(result.OwnershipLost);
        Assert.Equal(0, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task An_empty_commit_only_proves_ownership()
    {
        var owner = await OpenAsync();
        var result = await CommitAsync(new() { Owner = owner, Now = Noon });
        Assert.Empty(result.Enqueues);
        Assert.Empty(result.Refused);
    }

    [Fact]
    public async Task A_repeated_id_is_one_run()
    {
        var owner = await OpenAsync();
        NewRun run = ARun(), ended = await EnqueueAndFinishAsync(owner), posted = ARun();
        await Store.Runs.PostAsync([posted], Cancelled);

        var result = await CommitAsync(new() { Owner = owner, Now = Noon, MayRepeat = true, Enqueues = [run, run, ended, posted] });
        var again = await EnqueueAsync(owner, run with { Priority = 5 });

        Assert.Equal(
            [
                new EnqueueOutcome(EnqueueKind.Accepted, run.Id), new EnqueueOutcome(EnqueueKind.Repeated, run.Id),
                new EnqueueOutcome(EnqueueKind.Repeated, ended.Id), new EnqueueOutcome(EnqueueKind.Repeated, posted.Id),
            ],
            result.Enqueues);
        Assert.Equal([new EnqueueOutcome(EnqueueKind.Repeated, run.Id)], again.Enqueues);
        Assert.Equal([run.Id], await ReadyAsync());
        Assert.Equal(0, (await RunAsync(run)).Priority);
        Assert.Equal(3, await Store.Reader.CountAsync(TenantId.Default, null, Cancelled));
    }

    [Fact]
    public async Task A_run_that_ends_is_kept_with_its_attempt()
    {
        var owner = await OpenAsync("mail");
        var run = AFullRun();
        await EnqueueAsync(owner, run);
        await ClaimAsync(owner, 5, run);
        await Store.Runs.RequestCancelAsync(run.Tenant, run.Id, Stop, Cancelled);

        var result = await FinishAsync(owner, new FinishedRun
        {
            Run = run.Id,
            Token = 5,
            State = RunState.Failed,
            Attempts = 2,
            Losses = 1,
            StartedAt = Noon.AddMilliseconds(11),
            EndedAt = Noon.AddMilliseconds(1511),
            Worker = "worker-9",
            Error = new RunError("T", "It's “broken”", "at X\n at Y"),
            Result = JsonText.Parse("""{ "sum":  1.50 }"""),
            ItemErrors = 4,
            Outcome = "failed",
        });

        Assert.Empty(result.Refused);
        var details = await DetailsAsync(run.Id);
        Same(
            new Run
            {
                Id = run.Id,
                Tenant = run.Tenant,
                Job = run.Job,
                OccurrenceAt = run.OccurrenceAt,
                Handler = run.Handler,
                Queue = run.Queue,
                Priority = run.Priority,
                State = RunState.Failed,
                Payload = run.Payload,
                DueAt = run.DueAt,
                EnqueuedAt = run.EnqueuedAt,
                StartedAt = Noon.AddMilliseconds(11),
                EndedAt = Noon.AddMilliseconds(1511),
                Attempt = 2,
                MaxAttempts = 7,
                Losses = 1,
                Error = new RunError("T", "It's “broken”", "at X\n at Y"),
                Result = JsonText.Parse("""{ "sum":  1.50 }"""),
                ItemErrors = 4,
                Worker = "worker-9",
                RequestedBy = run.RequestedBy,
                Cancel = Stop,
                Options = run.Options,
            },
            details.Run);
        Assert.Equal(1500, details.Run.DurationMs);
        Assert.Equal(
            [new Attempt(1, 5, "worker-9", Noon.AddMilliseconds(11), Noon.AddMilliseconds(1511), "failed", details.Run.Error)], details.Attempts);
        Assert.Empty(await ReadyAsync("mail"));
        Assert.Empty((await ReopenAsync("mail")).OpenAttempts);
    }

    [Theory]
    [InlineData(RunState.Completed, "completed")]
    [InlineData(RunState.Failed, "timeout")]
    [InlineData(RunState.Dead, "failed")]
    [InlineData(RunState.Dead, "lost")]
    [InlineData(RunState.Cancelled, "cancelled")]
    [InlineData(RunState.Skipped, "skipped")]
    public async Task Every_way_to_end_is_kept(RunState state, string outcome)
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);

        await FinishAsync(owner, AnEnd(run, state: state) with { Outcome = outcome });

        var details = await DetailsAsync(run.Id);
        Assert.Equal(state, details.Run.State);
        Assert.Equal(outcome, Assert.Single(details.Attempts).Outcome);
        Assert.Equal(state.IsFailure() ? "It broke." : null, details.Run.Error?.Message);
    }

    [Fact]
    public async Task A_run_cancelled_while_it_waited_has_no_attempt()
    {
        var owner = await OpenAsync();
        NewRun queued = ARun(), scheduled = ARun(due: Noon.AddHours(1));
        await EnqueueAsync(owner, queued, scheduled);

        var result = await FinishAsync(owner, [.. new[] { queued, scheduled }.Select(run => new FinishedRun
        {
            Run = run.Id,
            Token = long.MaxValue,
            State = RunState.Cancelled,
            Attempts = 0,
            EndedAt = Noon.AddSeconds(2),
            Outcome = "cancelled",
        })]);

        Assert.Empty(result.Refused);
        foreach (var run in (NewRun[])[queued, scheduled])
        {
            var details = await DetailsAsync(run.Id);
            Assert.Empty(details.Attempts);
            Assert.Equal(
                (RunState.Cancelled, null, Noon.AddSeconds(2), 0), (details.Run.State, details.Run.StartedAt, details.Run.EndedAt, details.Run.Attempt));
            Assert.Null(details.Run.DurationMs);
            Assert.Null(details.Run.Worker);
        }

        Assert.Null(await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
    }

    [Fact]
    public async Task An_outcome_is_recorded_once()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        var run = ARun(job: job.Key);
        await EnqueueAsync(owner, run);
        await FinishAsync(owner, AnEnd(run, 5, RunState.Dead));

        foreach (var token in (long[])[5, 6, long.MaxValue])
        {
            var result = await CommitAsync(new() { Owner = owner, Now = Noon, Finished = [AnEnd(run, token) with { WakeJob = true }] });
            Assert.Equal([run.Id], result.Refused);
            var requeued = await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, token)] });
            Assert.Equal([run.Id], requeued.Refused);
        }

        var details = await DetailsAsync(run.Id);
        Assert.Equal(RunState.Dead, details.Run.State);
        Assert.Single(details.Attempts);
        var after = await JobAsync(job.Key);
        Assert.Equal((1, null), (after.ConsecutiveFailures, after.WakeAt));
        Assert.Empty(await ReadyAsync());
    }

    [Fact]
    public async Task An_outcome_at_or_below_the_closed_token_is_refused()
    {
        var owner = await OpenAsync();
        NewRun run = ARun(), other = ARun();
        await EnqueueAsync(owner, run, other);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, 5)] });

        foreach (var token in (long[])[4, 5])
        {
            var finished = await FinishAsync(owner, AnEnd(run, token), AnEnd(other, token) with { Run = RunId.New(Noon) });
            Assert.Equal(2, finished.Refused.Count);
            Assert.Contains(run.Id, finished.Refused);
            var requeued = await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, token, due: Noon.AddHours(9))] });
            Assert.Equal([run.Id], requeued.Refused);
        }

        Assert.Single((await DetailsAsync(run.Id)).Attempts);
        Assert.Equal(Noon.AddMinutes(1), (await RunAsync(run)).DueAt);
        Assert.Empty((await FinishAsync(owner, AnEnd(run, 6))).Refused);
        Assert.Equal(RunState.Completed, (await RunAsync(run)).State);
    }

    [Fact]
    public async Task Of_a_batch_the_refused_outcomes_are_named_and_the_others_written()
    {
        var owner = await OpenAsync();
        NewRun good = ARun(), stale = ARun(), retried = ARun(), ended = await EnqueueAndFinishAsync(owner);
        await EnqueueAsync(owner, good, stale, retried);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(stale, 7, RunState.Queued, Noon)] });

        var result = await CommitAsync(new()
        {
            Owner = owner,
            Now = Noon,
            Finished = [AnEnd(stale, 7), AnEnd(good, 1), AnEnd(ended, 9)],
            Requeued = [ARetry(stale, 6), ARetry(retried, 1)],
        });

        Assert.Equal(new[] { stale.Id, ended.Id, stale.Id }.Order(), result.Refused.Order());
        Assert.Equal(RunState.Completed, (await RunAsync(good)).State);
        Assert.Equal(RunState.Queued, (await RunAsync(stale)).State);
        Assert.Equal(RunState.Scheduled, (await RunAsync(retried)).State);
    }

    [Fact]
    public async Task A_run_of_another_partition_is_not_this_owners_to_end()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        var elsewhere = Enumerable.Range(0, 100).Select(i => $"queue-{i}").First(name => Partitions.Of("default", name) != owner.Partition);
        var foreign = await OpenAsync(elsewhere);

        var result = await CommitAsync(new() { Owner = foreign, Now = Noon, Finished = [AnEnd(run)], Requeued = [ARetry(run)] });

        Assert.Equal([run.Id, run.Id], result.Refused);
        Assert.Equal([run.Id], await ReadyAsync());
    }

    [Fact]
    public async Task A_claimed_run_reads_as_running_until_its_attempt_is_closed()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        var claim = await ClaimAsync(owner, 5, run);

        var running = await RunAsync(run);
        Assert.Equal((RunState.Running, 1, "worker-1", claim.StartedAt), (running.State, running.Attempt, running.Worker, running.StartedAt));
        Assert.Null(running.EndedAt);

        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, 5)] });
        var waiting = await DetailsAsync(run.Id);
        Assert.Equal((RunState.Scheduled, 1, Noon.AddMinutes(1)), (waiting.Run.State, waiting.Run.Attempt, waiting.Run.DueAt));
        Assert.Equal("Too slow.", waiting.Run.Error?.Message);
        Assert.Equal(Noon.AddSeconds(1), waiting.Run.StartedAt);
        Assert.Equal(
            [new Attempt(1, 5, "worker-1", Noon.AddSeconds(1), Noon.AddSeconds(2), "retry", new RunError("System.TimeoutException", "Too slow."))],
            waiting.Attempts);

        await ClaimAsync(owner, 6, run);
        var again = await RunAsync(run);
        Assert.Equal((RunState.Running, 2), (again.State, again.Attempt));
    }

    [Fact]
    public async Task A_requeued_run_waits_where_it_is_told_with_what_it_has_been_through()
    {
        var owner = await OpenAsync();
        NewRun retried = ARun(), handedBack = ARun();
        await EnqueueAsync(owner, retried, handedBack);
        await ClaimAsync(owner, 1, retried, handedBack);

        await CommitAsync(new()
        {
            Owner = owner,
            Now = Noon,
            Requeued =
            [
                ARetry(retried, 1) with { Attempts = 2, Losses = 1 },
                ARetry(handedBack, 2, RunState.Queued, Noon) with { Attempts = 0, Outcome = "handed_back", Error = null },
            ],
        });

        Assert.Equal([handedBack.Id], await ReadyAsync());
        Assert.Equal(Noon.AddMinutes(1), await Store.Runs.NextScheduledAsync(owner.Partition, Cancelled));
        Same(
            [new PendingRun { Request = retried with { DueAt = Noon.AddMinutes(1) }, State = RunState.Queued, Attempts = 2, Losses = 1, Token = 1 }],
            await Store.Runs.PromoteAsync(owner, Noon.AddMinutes(1), 10, Cancelled));
        Assert.Equal("handed_back", Assert.Single((await DetailsAsync(handedBack.Id)).Attempts).Outcome);
        Assert.Null((await RunAsync(handedBack)).Error);
    }

    [Fact]
    public async Task A_run_that_waits_again_tells_since_when()
    {
        var owner = await OpenAsync();
        NewRun lost = ARun(), fresh = ARun();
        await EnqueueAsync(owner, lost, fresh);
        await ClaimAsync(owner, 1, lost);
        var again = ARetry(lost, 1, RunState.Queued, Noon) with { StartedAt = Noon.AddSeconds(1), EndedAt = Noon.AddSeconds(30), Outcome = "lost", Error = null };
        await CommitAsync(new() { Owner = owner, Now = Noon.AddSeconds(30), Requeued = [again] });

        var ready = await Store.Runs.ReadReadyAsync(new QueueKey(TenantId.Default, QueueName.Default), null, 10, Cancelled);
        await ClaimAsync(owner, 5, lost, fresh);
        var open = (await ReopenAsync()).OpenAttempts.Select(attempt => attempt.Run).ToList();

        foreach (var runs in (IReadOnlyList<PendingRun>[])[ready, open])
        {
            Assert.Equal(
                [(lost.Id, Noon.AddSeconds(30), Noon.AddSeconds(30)), (fresh.Id, null, Noon)],
                runs.OrderBy(run => run.Id).Select(run => (run.Id, run.WaitsSince, run.StartableAt)));
        }
    }

    [Fact]
    public async Task Attempts_are_numbered_oldest_first_the_final_one_included()
    {
        var owner = await OpenAsync();
        var run = ARun();
        await EnqueueAsync(owner, run);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, 3) with { Outcome = "lost", Error = null }] });
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(run, 8)] });
        await FinishAsync(owner, AnEnd(run, 9) with { Attempts = 2, Losses = 1 });

        var details = await DetailsAsync(run.Id);

        Assert.Equal(
            [(1, 3L, "lost"), (2, 8L, "retry"), (3, 9L, "completed")], details.Attempts.Select(attempt => (attempt.Number, attempt.Token, attempt.Outcome)));
        Assert.Equal((2, 1), (details.Run.Attempt, details.Run.Losses));
        Assert.Null(details.Run.Error);
    }

    [Fact]
    public async Task Delete_on_success_leaves_no_row()
    {
        var owner = await OpenAsync();
        NewRun completed = ARun(), failed = ARun();
        await EnqueueAsync(owner, completed, failed);
        await CommitAsync(new() { Owner = owner, Now = Noon, Requeued = [ARetry(completed, 1)] });

        var result = await FinishAsync(
            owner, AnEnd(completed, 2) with { Delete = true }, AnEnd(failed, state: RunState.Failed) with { Delete = true });

        Assert.Empty(result.Refused);
        Assert.Null(await Store.Reader.FindAsync(completed.Tenant, completed.Id, Cancelled));
        Assert.Equal(RunState.Failed, (await RunAsync(failed)).State);
        Assert.Equal([completed.Id], (await FinishAsync(owner, AnEnd(completed, 3))).Refused);
    }

    [Fact]
    public async Task The_end_of_a_run_is_written_to_its_job_and_leaves_the_version()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 5).Select(_ => ARun(job: job.Key))];
        await EnqueueAsync(owner, runs);

        await FinishAsync(owner, AnEnd(runs[0], state: RunState.Dead), AnEnd(runs[1], state: RunState.Failed, ended: Noon.AddSeconds(4)));
        var failing = await JobAsync(job.Key);
        Assert.Equal((2, Noon.AddSeconds(4), null, job.Version), (failing.ConsecutiveFailures, failing.LastEndedAt, failing.WakeAt, failing.Version));
        Assert.Equal(new LastRun(runs[1].Id, RunState.Failed, Noon.AddSeconds(3), Noon.AddSeconds(4)), failing.LastRun);

        await FinishAsync(owner, AnEnd(runs[2], state: RunState.Cancelled), AnEnd(runs[3], state: RunState.Skipped) with { StartedAt = null, Worker = null });
        var neutral = await JobAsync(job.Key);
        Assert.Equal(2, neutral.ConsecutiveFailures);
        Assert.Equal(new LastRun(runs[3].Id, RunState.Skipped, null, Noon.AddSeconds(2)), neutral.LastRun);

        await FinishAsync(owner, AnEnd(runs[4], ended: Noon.AddSeconds(9)) with { Delete = true, WakeJob = true });
        var completed = await JobAsync(job.Key);
        Assert.Equal((0, Noon.AddSeconds(9), Noon.AddSeconds(3)), (completed.ConsecutiveFailures, completed.LastEndedAt, completed.WakeAt));
        Assert.Equal(job.Version, completed.Version);
        Assert.Equal(job.UpdatedAt, completed.UpdatedAt);
    }

    [Fact]
    public async Task Failures_after_a_success_in_one_batch_count_from_it()
    {
        var job = await SaveJobAsync();
        var other = await SaveJobAsync("other");
        var owner = await OpenAsync();
        NewRun[] runs = [.. Enumerable.Range(0, 4).Select(_ => ARun(job: job.Key)), ARun(job: other.Key)];
        await EnqueueAsync(owner, runs);

        await FinishAsync(
            owner,
            AnEnd(runs[0], state: RunState.Dead), AnEnd(runs[4], state: RunState.Dead), AnEnd(runs[1]),
            AnEnd(runs[2], state: RunState.Dead), AnEnd(runs[3], state: RunState.Failed));

        Assert.Equal(2, (await JobAsync(job.Key)).ConsecutiveFailures);
        Assert.Equal(runs[3].Id, (await JobAsync(job.Key)).LastRun?.Id);
        Assert.Equal(1, (await JobAsync(other.Key)).ConsecutiveFailures);
    }

    [Fact]
    public async Task A_wake_up_rises_strictly_so_that_no_plan_clears_one_it_has_not_seen()
    {
        var job = await SaveJobAsync();
        var owner = await OpenAsync();
        NewRun first = ARun(job: job.Key), second = ARun(job: job.Key);
        await EnqueueAsync(owner, first, second);
        await FinishAsync(owner, AnEnd(first) with { WakeJob = true });
        var seen = (await JobAsync(job.Key)).WakeAt;

        await FinishAsync(owner, AnEnd(second) with { WakeJob = true });
        await Store.Jobs.PlanAsync(
            [new() { Key = job.Key, Version = job.Version, Cursor = Noon, NextDue = null, SeenWakeAt = seen, Now = Noon }], Cancelled);

        Assert.Equal(seen!.Value.AddMilliseconds(1), (await JobAsync(job.Key)).WakeAt);
    }

    [Fact]
    public async Task A_run_whose_job_is_gone_ends_all_the_same()
    {
        var owner = await OpenAsync();
        var run = ARun(job: Key("gone"));
        await EnqueueAsync(owner, run);

        Assert.Empty((await FinishAsync(owner, AnEnd(run) with { WakeJob = true })).Refused);
        Assert.Equal(RunState.Completed, (await RunAsync(run)).State);
    }
}
