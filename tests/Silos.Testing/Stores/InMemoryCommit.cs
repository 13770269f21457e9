using Silos.Jobs;
using Silos.Runs;

namespace Silos.Testing;

/// <summary>What <c>CommitAsync</c> writes: outcomes first, then claims, then new runs, so that a key freed or taken in the batch counts.</summary>
internal static class InMemoryCommit
{
    public static PartitionCommitResult Write(InMemoryDatabase db, PartitionCommit commit)
    {
        if (!db.Owns(commit.Owner))
        {
            return new PartitionCommitResult { OwnershipLost = true };
        }

        var partition = db.Partitions[commit.Owner.Partition];
        var refused = new List<RunId>();
        foreach (var finished in commit.Finished)
        {
            if (!partition.Live.TryGetValue(finished.Run, out var row) || finished.Token <= row.Token)
            {
                refused.Add(finished.Run);
                continue;
            }

            Finish(db, row, finished);
            WakeJob(db, finished, commit.Now);
        }

        foreach (var requeued in commit.Requeued)
        {
            if (!partition.Live.TryGetValue(requeued.Run, out var row) || requeued.Token <= row.Token)
            {
                refused.Add(requeued.Run);
                continue;
            }

            row.Closed.Add(new Attempt(
                row.Closed.Count + 1, requeued.Token, requeued.Worker, requeued.StartedAt, requeued.EndedAt, requeued.Outcome, requeued.Error));
            row.State = requeued.State;
            row.Request = row.Request with { DueAt = requeued.DueAt };
            row.Attempts = requeued.Attempts;
            row.Losses = requeued.Losses;
            row.Token = requeued.Token;
        }

        foreach (var claim in commit.Claims)
        {
            partition.Claims[claim.Id] = claim;
        }

        var enqueued = commit.Enqueues
            .Select(run => db.Enqueue(run, commit.Now, inbox: false, commit.MayRepeat))
            .ToList();

        foreach (var claim in commit.ClosedClaims)
        {
            partition.Claims.Remove(claim);
        }

        return new PartitionCommitResult { Enqueues = enqueued, Refused = refused };
    }

    private static void Finish(InMemoryDatabase db, LiveRow row, FinishedRun finished)
    {
        db.Remove(row);
        if (finished.Delete && finished.State == RunState.Completed)
        {
            db.Forget(finished.Run);
            return;
        }

        if (finished.StartedAt is { } startedAt)
        {
            row.Closed.Add(new Attempt(
                row.Closed.Count + 1, finished.Token, finished.Worker ?? string.Empty, startedAt, finished.EndedAt, finished.Outcome, finished.Error));
        }

        db.Finished[finished.Run] = new FinishedRow(
            InMemoryReader.ToRun(row, open: null) with
            {
                State = finished.State,
                StartedAt = finished.StartedAt,
                EndedAt = finished.EndedAt,
                Attempt = finished.Attempts,
                Losses = finished.Losses,
                Worker = finished.Worker,
                Error = finished.Error,
                Result = finished.Result,
                ItemErrors = finished.ItemErrors,
            },
            row.Closed);
    }

    private static void WakeJob(InMemoryDatabase db, FinishedRun finished, DateTimeOffset now)
    {
        if (finished.Job is not { } key || !db.Jobs.TryGetValue(key, out var job))
        {
            return;
        }

        // A wake-up rises strictly, so that the plan which saw the previous one cannot clear this one in the same millisecond.
        var wakeAt = job.WakeAt is { } previous && previous >= now ? previous.AddMilliseconds(1) : now;
        db.Jobs[key] = job with
        {
            LastRun = new LastRun(finished.Run, finished.State, finished.StartedAt, finished.EndedAt),
            LastEndedAt = finished.EndedAt,
            ConsecutiveFailures = finished.State switch
            {
                RunState.Completed => 0,
                RunState.Failed or RunState.Dead => job.ConsecutiveFailures + 1,
                _ => job.ConsecutiveFailures,
            },
            WakeAt = finished.WakeJob ? wakeAt : job.WakeAt,
        };
    }
}
