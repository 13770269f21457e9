using Microsoft.Extensions.Logging;
using Silos.Engine.Jobs;
using Silos.Engine.Telemetry;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>The group commit.</summary>
internal sealed partial class QueuePartition
{
    private const int MaxRows = 10_000;
    private const int MaxFailuresAlone = 3;

    // Halved when a commit fails, so that one row that the store refuses cannot keep the others from being written.
    private int _commitLimit = MaxRows;
    private bool _cancelsAfterCommit;

    /// <summary>Writes what there is to write and does what follows. False if the epoch was lost.</summary>
    private async Task<bool> WriteAsync(DateTimeOffset now)
    {
        var taken = new List<EnqueueCommand>();
        var starting = new StartingRuns();
        PartitionCommit? commit;
        int outcomes;
        int cancelled;
        lock (_state)
        {
            RecordAside(now);
            commit = Build(now, taken, starting, out outcomes, out cancelled);
        }

        if (commit is null)
        {
            return true;
        }

        PartitionCommitResult result;
        try
        {
            result = await CommitAsync(commit);
        }
        catch (Exception exception)
        {
            lock (_state)
            {
                Unbuild(taken, starting, outcomes, exception);
            }

            GiveBack(starting);
            throw;
        }

        if (result.OwnershipLost)
        {
            lock (_state)
            {
                Unbuild(taken, starting, outcomes, null);
            }

            GiveBack(starting);
            return false;
        }

        if (_commitLimit < MaxRows)
        {
            _commitLimit = Math.Min(MaxRows, _commitLimit * 4);
            Signal();
        }

        Apply(result, taken, starting, outcomes, cancelled);
        return true;
    }

    private async Task<PartitionCommitResult> CommitAsync(PartitionCommit commit)
    {
        var begun = SilosInstruments.CommitBegins();
        var result = await _services.Store.Runs.CommitAsync(commit, _lifetime.Token);
        SilosInstruments.OnCommitted(commit, begun);
        return result;
    }

    private PartitionCommit? Build(
        DateTimeOffset now, List<EnqueueCommand> taken, StartingRuns starting, out int outcomes, out int cancelled)
    {
        // One commit at a time records ends, so that the one which closes a claim knows of all the others.
        outcomes = _recording.Count > 0 ? 0 : Math.Min(_outcomes.Count, _commitLimit);
        var room = _commitLimit - outcomes;
        cancelled = Math.Min(_cancelled.Count, room);
        room -= cancelled;
        var ends = new Ends(outcomes + cancelled);
        for (var i = 0; i < outcomes; i++)
        {
            ends.Add(_outcomes[i]);
        }

        var finished = ends.Finished;
        for (var i = 0; i < cancelled; i++)
        {
            finished.Add(_cancelled[i].End);
        }

        var enqueues = TakeEnqueues(taken, room, out var mayRepeat);
        if (outcomes + cancelled + taken.Count == 0)
        {
            _commitLimit = MaxRows;
        }

        var claims = _commitLimit == MaxRows ? Dispatch(now, starting) : [];
        if (finished.Count == 0 && ends.Requeued.Count == 0 && enqueues.Count == 0 && claims.Count == 0)
        {
            return null;
        }

        return new PartitionCommit
        {
            Owner = Owner,
            Now = now,
            Enqueues = enqueues,
            MayRepeat = mayRepeat,
            Claims = claims,
            Finished = finished,
            Requeued = ends.Requeued,
            ClosedClaims = ends.Closed,
        };
    }

    private void Apply(PartitionCommitResult result, List<EnqueueCommand> taken, StartingRuns starting, int outcomes, int cancelled)
    {
        HashSet<RunId>? refused = result.Refused.Count > 0 ? [.. result.Refused] : null;
        List<ILentRun>? ended = null;
        List<FinishedEntry>? waiting = null;
        var listened = _services.Waiters.Any || _logger.IsEnabled(LogLevel.Debug);
        var tally = new EndTally();
        lock (_state)
        {
            ApplyEnqueues(result.Enqueues, taken, starting);
            for (var i = 0; i < outcomes; i++)
            {
                if (Recorded(_outcomes[i], refused, ref tally) && IsHeard(_outcomes[i], listened))
                {
                    (ended ??= new List<ILentRun>(outcomes)).Add(_outcomes[i]);
                }
            }

            _outcomes.RemoveRange(0, outcomes);
            if (cancelled > 0)
            {
                waiting = _cancelled.GetRange(0, cancelled).FindAll(entry => refused?.Contains(entry.Run.Id) != true);
                _cancelled.RemoveRange(0, cancelled);
            }

            _cancelsWanted |= _cancelsAfterCommit;
            _cancelsAfterCommit = false;
        }

        Measure(starting);
        if (starting.Here.Count > 0)
        {
            _services.Worker.Start(starting.Here);
        }

        if (starting.Elsewhere.Count > 0)
        {
            _services.Remote!.Start(this, starting.Elsewhere);
        }

        Answer(result.Enqueues, taken);
        ended?.ForEach(attempt => Announce(attempt));
        waiting?.ForEach(entry =>
        {
            _services.Tallies.Ended(entry.Run, entry.End);
            Announce(entry.Run, entry.End);
        });
        if (_cancelsWanted || _outcomes.Count > 0 || _cancelled.Count > 0 || _enqueues.Count > 0 || starting.Count >= MaxClaim)
        {
            Signal();
        }

        waiting?.ForEach(entry => tally.Add(entry.Run.Request, null, entry.End.State));
        tally.Flush();
        SilosInstruments.OnEnqueued(result.Enqueues);
    }

    /// <summary>Tells how late the attempts begin whose claim was just stored.</summary>
    private void Measure(StartingRuns starting)
    {
        if (starting.Count == 0 || !SilosInstruments.WantsLateness)
        {
            return;
        }

        var now = _services.Clock.GetUtcNow();
        foreach (var attempt in starting.All)
        {
            SilosInstruments.OnLateness(attempt.Pending.Request.Queue.Value, now - attempt.Pending.StartableAt);
        }
    }

    /// <summary>What follows in memory from an end that is stored; true if the run is over and others may want to hear of it.</summary>
    private bool Recorded(ILentRun attempt, HashSet<RunId>? refused, ref EndTally tally)
    {
        attempt.Claim.Remaining -= attempt.Claim.Ending;
        attempt.Claim.Ending = 0;
        if (refused?.Contains(attempt.RunId) == true)
        {
            LogRefused(attempt.RunId);
            SilosInstruments.OnRefused(SilosInstruments.Token);
            return false;
        }

        if (attempt.Decision.Requeued is { } requeued)
        {
            WaitAgain(attempt.Pending, requeued);
            JobLog.Again(_logger, attempt.Pending, requeued);
            Count(attempt, requeued.Outcome, null, ref tally);
            return false;
        }

        var end = attempt.Decision.Finished!;
        Count(attempt, end.Outcome, end.State, ref tally);
        _services.Tallies.Ended(attempt.Pending, end);
        return true;
    }

    private static void Count(ILentRun attempt, string outcome, RunState? state, ref EndTally tally)
    {
        if (SilosInstruments.WantsEnds)
        {
            tally.Add(attempt.Pending.Request, outcome, state);
            SilosInstruments.OnDuration(attempt.Pending.Request.Handler, outcome, attempt.EndedAt - attempt.StartedAt);
        }
    }

    /// <summary>Tells whether anybody wants to hear how an attempt ended: its job, who waits, who reads failures in the log.</summary>
    private bool IsHeard(ILentRun attempt, bool listened) =>
        listened || attempt.Pending.Job is not null || attempt.Decision.Finished!.State.IsFailure()
        || (attempt.Decision.Finished!.Delete && _services.Waiters.Remembers);

    private void WaitAgain(PendingRun run, RequeuedRun requeued)
    {
        if (requeued.State == RunState.Scheduled)
        {
            SetNextScheduled(requeued.DueAt);
            return;
        }

        AddReady(run with
        {
            Request = run.Request.DueAt == requeued.DueAt ? run.Request : run.Request with { DueAt = requeued.DueAt },
            State = RunState.Queued,
            Attempts = requeued.Attempts,
            Losses = requeued.Losses,
            Token = requeued.Token,
            WaitsSince = requeued.EndedAt,
        });
        Signal();
    }

    private void GiveBack(StartingRuns starting)
    {
        _services.Worker.Slots.Return(starting.Here.Count);
        foreach (var attempt in starting.Elsewhere)
        {
            _services.Remote!.Release(attempt.RemoteWorker, attempt.Registration.Key);
        }
    }

    private void GiveBack(ILentRun attempt)
    {
        if (attempt.RemoteWorker is { } worker)
        {
            _services.Remote!.Release(worker, attempt.Registration.Key);
        }
        else
        {
            _services.Worker.Slots.Return(1);
        }
    }

    /// <summary>Takes a commit back that failed: nothing of it is known.</summary>
    private void Unbuild(List<EnqueueCommand> taken, StartingRuns starting, int outcomes, Exception? exception)
    {
        foreach (var attempt in starting.All)
        {
            _neverStarted.Add(attempt.FencingToken);
            RemoveLive(attempt);
            _limits.NotStarted(attempt.Registration, here: attempt.RemoteWorker is null);
        }

        foreach (var attempt in _outcomes)
        {
            attempt.Claim.Ending = 0;
        }

        var items = outcomes + taken.Count;
        if (exception is not null)
        {
            _commitLimit = items > 1 ? Math.Max(1, items / 2) : _commitLimit;
            if (items == 1 && outcomes == 1 && ++_outcomes[0].FailedAlone >= MaxFailuresAlone)
            {
                Degrade(_outcomes[0]);
            }

            if (items == 1 && taken.Count == 1)
            {
                taken[0].TrySetException(Away(exception));
                return;
            }
        }

        // Whether they were stored is unknown, so they are repeated: the same ids are the same runs.
        var later = _enqueues.ToArray();
        _enqueues.Clear();
        foreach (var command in taken.Concat(later))
        {
            command.MayRepeat = true;
            _enqueues.Enqueue(command);
        }
    }

    /// <summary>An outcome that the store refuses by itself, several times: what the handler put into it is left out.</summary>
    private void Degrade(ILentRun attempt)
    {
        LogUnstorable(attempt.RunId);
        var error = new RunError("unrecordable", "The outcome could not be stored as the handler gave it; its result and error text were left out.");
        attempt.Decision = attempt.Decision.Finished is { } end
            ? new(end with { Result = null, Error = end.State == RunState.Completed ? null : error }, null)
            : new(null, attempt.Decision.Requeued! with { Error = error });
    }

    /// <summary>Tells how an attempt ended its run, with who cancelled it if somebody did.</summary>
    private void Announce(ILentRun attempt) => Announce(
        attempt.Cancellation is { } cancel ? attempt.Pending with { Cancel = cancel } : attempt.Pending, attempt.Decision.Finished!);

    /// <summary>Tells those who wait for a run, and its job, that it has ended. After the write.</summary>
    private void Announce(PendingRun run, FinishedRun end)
    {
        if (_services.Waiters.Any || (end.Delete && _services.Waiters.Remembers))
        {
            _services.Waiters.Ended(run, end);
        }

        JobLog.Ended(_services.Logger, run, end);
        if (end is { WakeJob: true, Job: { } job })
        {
            _services.OnRunFinished(job);
        }

        LogEnded(run.Id, run.Request.Handler, end.State, end.StartedAt is { } started ? (long)(end.EndedAt - started).TotalMilliseconds : 0);
    }
}
