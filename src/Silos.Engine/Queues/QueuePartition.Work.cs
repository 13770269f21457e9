using Silos.Engine.Runs;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>One turn of the pump: what arrived, what is due, one commit, what follows from it.</summary>
internal sealed partial class QueuePartition
{
    private const int PromoteBatch = 2_000;
    private const int CancelBatch = 1_000;

    private async Task WorkAsync(Mail mail)
    {
        var now = _services.Clock.Now();
        if (mail.News.HasFlag(News.LeaseLost) || (now >= _leaseUntil && !await RenewAsync(now)))
        {
            TakeEndedWhileClosed(mail);
            LoseOwnership();
            return;
        }

        List<ILentRun>? ended = null;
        var lost = false;
        lock (_state)
        {
            TakeIn(mail, now);
            if (mail.Recorded is { } recording)
            {
                mail.Recorded = null;
                lost = !TakeRecorded(recording, out ended);
            }
        }

        if (lost)
        {
            LoseOwnership();
            return;
        }

        ended?.ForEach(attempt => Announce(attempt));
        if (mail.News.HasFlag(News.Unsure))
        {
            // The store knows; opening again reads it.
            throw new UnavailableException("It is unknown which runs were adopted from the inbox.");
        }

        if (_cancelsWanted)
        {
            await ReadCancelsAsync(now);
        }

        if (_nextScheduled <= now)
        {
            await PromoteAsync(now);
        }

        if (!await WriteAsync(now))
        {
            LoseOwnership();
            return;
        }

        StartReads();
    }

    private void TakeIn(Mail mail, DateTimeOffset now)
    {
        AbsorbAll(mail);
        if (mail.News.HasFlag(News.Settings))
        {
            foreach (var lane in _lanes.Values)
            {
                ApplySettings(lane, now);
            }
        }

        _cancelsWanted |= mail.News.HasFlag(News.Cancels);
        foreach (var read in mail.Reads)
        {
            TakeRead(read);
        }

        foreach (var adoption in mail.Adoptions)
        {
            TakeAdopted(adoption);
        }

        foreach (var gate in mail.Permits)
        {
            Unpark(gate);
        }

        if (mail.News.HasFlag(News.Workers))
        {
            UnparkForWorkers();
        }
    }

    /// <summary>Hears how attempts ended, here and elsewhere. Under the lock.</summary>
    private void AbsorbAll(Mail mail)
    {
        foreach (var attempt in mail.Ended)
        {
            Absorb(attempt);
        }

        foreach (var report in mail.Reports)
        {
            if (report.Outcome is { } outcome && _elsewhere.GetValueOrDefault(report.Token) is { } attempt && attempt.TryEnd(outcome, report.EndedAt))
            {
                Absorb(attempt);
            }
        }

        foreach (var worker in mail.GoneWorkers)
        {
            foreach (var attempt in _elsewhere.Values.Where(attempt => attempt.RemoteWorker == worker).ToList())
            {
                if (attempt.TryEnd(AttemptOutcome.Lost, _services.Clock.Now()))
                {
                    _limits.Linger(attempt.Pending.Request, attempt.Registration, worker);
                    Absorb(attempt);
                }
            }
        }

        // Taken: if the turn fails later, they must not be taken again.
        mail.Ended.Clear();
        mail.Reports.Clear();
        mail.GoneWorkers.Clear();
    }

    /// <summary>An attempt of ours has ended: decides what follows and frees what it held.</summary>
    private void Absorb(ILentRun attempt)
    {
        if (attempt.LiveIndex < 0)
        {
            // Another owner has the run now.
            return;
        }

        RemoveLive(attempt);
        if (attempt is RemoteAttempt elsewhere)
        {
            _services.Remote!.Ended(elsewhere);
        }

        var facts = new AttemptFacts(attempt.FencingToken, attempt.StartedAt, attempt.EndedAt, attempt.RemoteWorker ?? _services.Options.WorkerName);
        attempt.Decision = RunDecision.After(
            attempt.Pending,
            facts,
            attempt.Outcome!,
            attempt.Pending.Request.Options.Retry ?? attempt.Registration.Retry ?? _services.Options.DefaultRetry,
            attempt.Cancellation,
            _services.Scheduler.Draw());
        _outcomes.Add(attempt);
    }

    private void AddLive(ILentRun attempt)
    {
        attempt.LiveIndex = _live.Count;
        _live.Add(attempt);
        if (attempt is RemoteAttempt elsewhere)
        {
            _elsewhere.Add(attempt.FencingToken, elsewhere);
        }
    }

    private void RemoveLive(ILentRun attempt)
    {
        var last = _live[^1];
        _live[attempt.LiveIndex] = last;
        last.LiveIndex = attempt.LiveIndex;
        _live.RemoveAt(_live.Count - 1);
        attempt.LiveIndex = -1;
        _elsewhere.Remove(attempt.FencingToken);
        if (_lanes.TryGetValue(attempt.Pending.Queue, out var lane) && lane.InFlight > 0)
        {
            lane.InFlight--;
        }

        if (GateKey.Limited(attempt.Pending.Request, attempt.Registration))
        {
            _limits.Return(attempt.Pending.Request, attempt.Registration);
            foreach (var (gate, _) in LimitLedger.Needs(attempt.Pending.Request, attempt.Registration))
            {
                Unpark(gate);
            }
        }
    }

    private void TakeAdopted(Adoption adoption)
    {
        // Adopted under an older epoch: the opening has read them.
        if (adoption.Epoch != _epoch)
        {
            return;
        }

        foreach (var run in adoption.Runs)
        {
            if (run.State == RunState.Scheduled)
            {
                SetNextScheduled(run.Request.DueAt);
            }
            else if (LaneOf(run.Queue) is var lane && (lane.Reading || lane.ReadNumber > adoption.Mark))
            {
                // A read may have brought it already, and it may even have ended since: the store knows.
                ResetLane(lane);
            }
            else
            {
                AddReady(run);
            }
        }
    }

    private void TakeRead(LaneRead read)
    {
        if (read.Epoch != _epoch)
        {
            return;
        }

        if (--_readsUnderWay == 0)
        {
            _settledReads = _reads;
        }

        // A read that a reset made void may outlive its lane.
        if (_lanes.GetValueOrDefault(read.Lane.Key) != read.Lane)
        {
            return;
        }

        if (read.Rows is null)
        {
            throw new UnavailableException($"Queue {read.Lane.Key} could not be read.", read.Error);
        }

        if (!read.Lane.EndRead(read.Number, read.Rows, read.Limit, Window))
        {
            return;
        }

        foreach (var run in read.Rows)
        {
            if (run.Cancel is not null && read.Lane.Remove(run.Id))
            {
                _cancelled.Add(new FinishedEntry(run, RunDecision.CancelledWaiting(run, _services.Clock.Now())));
            }
        }
    }

    private void AddReady(PendingRun run)
    {
        if (run.Cancel is not null)
        {
            _cancelled.Add(new FinishedEntry(run, RunDecision.CancelledWaiting(run, _services.Clock.Now())));
            return;
        }

        LaneOf(run.Queue).Add(run, Window);
    }

    private void SetNextScheduled(DateTimeOffset due) =>
        _nextScheduled = _nextScheduled is { } next && next < due ? next : due;

    private async Task PromoteAsync(DateTimeOffset now)
    {
        var rows = await _services.Store.Runs.PromoteAsync(Owner, now, PromoteBatch, _lifetime.Token);
        lock (_state)
        {
            foreach (var run in rows)
            {
                AddReady(run);
            }
        }

        if (rows.Count == PromoteBatch)
        {
            // More are due; what is here can start meanwhile.
            Signal();
            return;
        }

        var next = await _services.Store.Runs.NextScheduledAsync(Number, _lifetime.Token);
        if (rows.Count == 0 && next <= now && !await RenewAsync(now))
        {
            throw new UnavailableException($"Partition {Number} is not owned any more.");
        }

        lock (_state)
        {
            _nextScheduled = next <= now && rows.Count == 0 ? now.AddSeconds(1) : next;
        }
    }

    private async Task<bool> RenewAsync(DateTimeOffset now)
    {
        var until = now + _services.Options.LeaseDuration;
        var owner = Owner;
        var held = await _services.Store.Runs.RenewAsync([owner], until, _lifetime.Token);
        if (!held.Contains(owner))
        {
            return false;
        }

        Renewed(owner, until);
        return true;
    }
}
