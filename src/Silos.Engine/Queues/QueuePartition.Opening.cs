using Silos.Engine.Runs;
using Silos.Engine.Telemetry;
using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Taking the partition over, and giving it up.</summary>
internal sealed partial class QueuePartition
{
    private const int RecoveryBatch = 1_000;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaseLook = TimeSpan.FromMilliseconds(500);

    // A due time further away is looked at again then: timers have a limit, and clocks may be set.
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    // So many failures in a row are met at once: it takes some to find the one row that the store refuses. Then it is not hurried any more.
    private const int HurriedStepDowns = 20;
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private DateTimeOffset _openAt = DateTimeOffset.MinValue;
    private int _failedOpenings;
    private DateTimeOffset _steppedDownAt = DateTimeOffset.MinValue;
    private int _stepDowns;

    private async Task<bool> TryOpenAsync(Mail mail)
    {
        var now = _services.Clock.Now();
        TakeEndedWhileClosed(mail);
        if (_recording.Count > 0)
        {
            // A commit of the former epoch is under way; its answer rings again.
            return false;
        }

        if (now < _openAt)
        {
            if (_failedOpenings > 0)
            {
                FailEnqueues(Away());
            }

            return false;
        }

        var mark = _services.Watch.Mark();
        try
        {
            var leaseUntil = now + _services.Options.LeaseDuration;
            var opening = await OpenAsync(now, leaseUntil);
            if (opening.Epoch == 0)
            {
                // It may be released before it ends.
                BackOff(opening.HeldUntil is { } held && held < now + LeaseLook ? held : now + LeaseLook);
                FailEnqueues(new UnavailableException("Another process owns the queue; repeat the call with the same id."));
                return false;
            }

            var waitAgain = await RecoverAsync(opening, now);
            lock (_state)
            {
                Begin(opening, leaseUntil, waitAgain);
            }

            _failedOpenings = 0;
            _services.Watch.Worked(mark);
            LogOpened(Number, opening.Epoch, opening.OpenAttempts.Count);
            return true;
        }
        catch (Exception exception) when (!_lifetime.IsCancellationRequested)
        {
            if (StoreWatch.IsAway(exception))
            {
                _failedOpenings++;
                _services.Watch.Failed(mark, exception, $"partition {Number}");
            }
            else if (_failedOpenings++ == 0)
            {
                LogAway(exception, Number);
            }

            BackOff(_services.Clock.Now() + RetryAfter(_failedOpenings));
            FailEnqueues(Away(exception));
            return false;
        }
    }

    private async Task<PartitionOpening> OpenAsync(DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        var opening = await _services.Store.Runs.OpenPartitionAsync(
            Number, _services.Options.WorkerName, now, leaseUntil, _services.Exclusive, _lifetime.Token);
        if (opening is not { Epoch: 0, HeldBy: { } holder }
            || _services.Remote is not { } remote
            || !await remote.IsGoneAsync(holder, _lifetime.Token))
        {
            return opening;
        }

        // Nobody waits for the lease of the dead. Should it only be cut off, the new epoch refuses whatever it still writes.
        LogTakenFromTheDead(Number, holder);
        return await _services.Store.Runs.OpenPartitionAsync(
            Number, _services.Options.WorkerName, now, leaseUntil, exclusive: true, _lifetime.Token);
    }

    /// <summary>Puts right what the last owner left: attempts of nobody are lost, outcomes of ours that are missing are sent again.</summary>
    /// <returns>When the first of those that wait for their time again is due: the opening was read before they were written.</returns>
    private async Task<DateTimeOffset?> RecoverAsync(PartitionOpening opening, DateTimeOffset now)
    {
        var owner = new PartitionEpoch(Number, opening.Epoch);
        var finished = new List<(PendingRun Run, FinishedRun End)>();
        var requeued = new List<RequeuedRun>();
        var closed = new HashSet<Guid>();
        List<ILentRun> recorded;
        List<ILentRun> overtaken;
        var reports = await AskWorkersAsync(owner, opening);
        lock (_state)
        {
            var open = new Dictionary<long, OpenAttempt>(opening.OpenAttempts.Count);
            foreach (var attempt in opening.OpenAttempts)
            {
                open[attempt.Token] = attempt;
            }

            // What is not open any more was recorded, by us or, for attempts that go on, by somebody who took the run from us.
            recorded = _outcomes.FindAll(attempt => !open.ContainsKey(attempt.FencingToken));
            overtaken = _live.FindAll(attempt => !open.ContainsKey(attempt.FencingToken));
            recorded.ForEach(attempt => _outcomes.Remove(attempt));
            overtaken.ForEach(RemoveLive);
            var kept = new HashSet<long>();
            var keptClaims = new HashSet<Guid>();
            var claims = new Dictionary<Guid, OpenClaim>();
            foreach (var attempt in _live.Concat(_outcomes))
            {
                kept.Add(attempt.FencingToken);
                keptClaims.Add(attempt.Claim.Id);
                attempt.Claim.Remaining = 0;
                attempt.Claim.Ending = 0;
            }

            foreach (var attempt in _live.Concat(_outcomes))
            {
                attempt.Claim.Remaining++;
                claims[attempt.Claim.Id] = attempt.Claim;
            }

            foreach (var attempt in opening.OpenAttempts)
            {
                if (kept.Contains(attempt.Token))
                {
                    continue;
                }

                if (reports.TryGetValue(attempt.Token, out var report))
                {
                    TakeOver(attempt, report, claims);
                    keptClaims.Add(attempt.Claim);
                    continue;
                }

                var outcome = _neverStarted.Contains(attempt.Token) ? AttemptOutcome.HandedBack : AttemptOutcome.Lost;
                if (outcome == AttemptOutcome.Lost && HandlerOf(attempt.Run) is { } handler && GateKey.Limited(attempt.Run.Request, handler))
                {
                    _limits.Linger(attempt.Run.Request, handler, attempt.Worker);
                }

                var facts = new AttemptFacts(
                    attempt.Token, attempt.StartedAt, now > attempt.StartedAt ? now : attempt.StartedAt, attempt.Worker);
                var decision = RunDecision.After(
                    attempt.Run, facts, outcome, _services.Options.DefaultRetry, attempt.Run.Cancel, draw: 0);
                if (decision.Finished is { } end)
                {
                    finished.Add((attempt.Run, end));
                }
                else
                {
                    requeued.Add(decision.Requeued!);
                }

                closed.Add(attempt.Claim);
            }

            closed.ExceptWith(keptClaims);
        }

        foreach (var attempt in overtaken)
        {
            attempt.RequestStop(StopReason.OwnershipLost, request: null);
        }

        foreach (var attempt in recorded)
        {
            if (attempt.Decision.Finished is not null)
            {
                Announce(attempt);
            }
        }

        await WriteRecoveryAsync(owner, finished, requeued, closed, now);
        _neverStarted.Clear();
        var tally = new EndTally();
        foreach (var (run, end) in finished)
        {
            tally.Add(run.Request, end.Outcome, end.State);
            Announce(run, end);
        }

        tally.Flush();
        foreach (var again in requeued.CountBy(run => run.Outcome))
        {
            SilosInstruments.OnAttemptsEnded(again.Key, again.Value);
        }

        if (requeued.Count > 0)
        {
            LogLost(Number, requeued.Count);
        }

        return requeued.Where(run => run.State == RunState.Scheduled).Min(run => (DateTimeOffset?)run.DueAt);
    }

    private async Task WriteRecoveryAsync(
        PartitionEpoch owner, List<(PendingRun Run, FinishedRun End)> finished, List<RequeuedRun> requeued, HashSet<Guid> closed, DateTimeOffset now)
    {
        // Claims are closed last: until then a crash finds their attempts again.
        for (var i = 0; i < Math.Max(finished.Count, requeued.Count); i += RecoveryBatch)
        {
            await MustOwnAsync(new PartitionCommit
            {
                Owner = owner,
                Now = now,
                Finished = [.. finished.Skip(i).Take(RecoveryBatch).Select(pair => pair.End)],
                Requeued = [.. requeued.Skip(i).Take(RecoveryBatch)],
            });
        }

        if (closed.Count > 0)
        {
            await MustOwnAsync(new PartitionCommit { Owner = owner, Now = now, ClosedClaims = [.. closed] });
        }
    }

    private async Task MustOwnAsync(PartitionCommit commit)
    {
        var result = await CommitAsync(commit);
        if (result.OwnershipLost)
        {
            SilosInstruments.OnRefused(SilosInstruments.Epoch);
            throw new UnavailableException($"Partition {Number} was taken over while it was being opened.");
        }
    }

    private void Begin(PartitionOpening opening, DateTimeOffset leaseUntil, DateTimeOffset? waitAgain)
    {
        _counter = 0;
        _readsUnderWay = 0;
        _settledReads = _reads;
        SetLease(leaseUntil);
        _nextScheduled = opening.NextScheduled;
        if (waitAgain is { } due)
        {
            SetNextScheduled(due);
        }

        _cancelsWanted = true;
        Volatile.Write(ref _epoch, opening.Epoch);
        _limits.Opened(opening.Epoch);
        foreach (var queue in opening.Queues)
        {
            LaneOf(queue).Reset();
        }

        foreach (var attempt in _live)
        {
            LaneOf(attempt.Pending.Queue).InFlight++;
        }
    }

    /// <summary>Gives the epoch up: what was to be written is unknown, so everything in memory is forgotten but the attempts themselves.</summary>
    /// <param name="exception">What happened, or null when it is told elsewhere.</param>
    /// <param name="mark">Taken from the watch before the store was asked.</param>
    private void StepDown(Exception? exception, long mark = 0)
    {
        lock (_state)
        {
            if (_epoch != 0)
            {
                SilosInstruments.OnStepDown();
            }

            Volatile.Write(ref _epoch, 0);
            _limits.Closed();
            _lanes.Clear();
            _parked.Clear();
            _alone.Clear();
            _share.Clear();
            _cancelled.Clear();
            _nextScheduled = null;
        }

        _services.Worker.Slots.Take(_slots, 0);
        if (exception is not null && !_lifetime.IsCancellationRequested)
        {
            if (StoreWatch.IsAway(exception))
            {
                _services.Watch.Failed(mark, exception, $"partition {Number}, which is given up and opened again");
            }
            else
            {
                LogStepDown(exception, Number);
            }

            BackOff(_services.Clock.Now() + PauseBeforeOpening());
            Signal();
        }
    }

    /// <summary>A store that can be opened and then fails, again and again, is not asked as fast as it can answer.</summary>
    private TimeSpan PauseBeforeOpening()
    {
        var now = _services.Clock.Now();
        _stepDowns = (now - _steppedDownAt).Duration() > Calm ? 1 : _stepDowns + 1;
        _steppedDownAt = now;
        return _stepDowns <= HurriedStepDowns ? TimeSpan.Zero : RetryAfter(_stepDowns - HurriedStepDowns);
    }

    private static TimeSpan RetryAfter(int failures)
    {
        var wait = FirstRetry * Math.Pow(2, Math.Min(failures - 1, 10));
        return wait < LongestRetry ? wait : LongestRetry;
    }

    /// <summary>Another owner raised the epoch: nothing that runs here counts any more.</summary>
    private void LoseOwnership()
    {
        SilosInstruments.OnRefused(SilosInstruments.Epoch);
        List<ILentRun> lost;
        lock (_state)
        {
            lost = [.. _live];
            lost.ForEach(RemoveLive);
            _outcomes.Clear();
        }

        StepDown(null);
        LogOwnershipLost(Number);
        foreach (var attempt in lost)
        {
            attempt.RequestStop(StopReason.OwnershipLost, request: null);
        }

        BackOff(_services.Clock.Now() + TimeSpan.FromSeconds(1));
    }

    private void BackOff(DateTimeOffset until)
    {
        lock (_state)
        {
            _openAt = until;
        }
    }

    private void TakeEndedWhileClosed(Mail mail)
    {
        // Outcomes are kept until the store can say which of them it has.
        lock (_state)
        {
            AbsorbAll(mail);
            if (mail.Recorded is { } recording)
            {
                TakeBackRecording(recording);
            }
        }

        mail.Recorded = null;
    }

    private void FailEnqueues(Exception exception)
    {
        while (_enqueues.TryDequeue(out var command))
        {
            command.TrySetException(exception);
        }
    }

    private static UnavailableException Away(Exception? inner = null) =>
        new("The store is away; nothing was stored, or it is safe to repeat the call with the same id.", inner);
}
