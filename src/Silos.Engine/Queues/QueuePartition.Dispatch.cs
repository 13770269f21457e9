using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>Choosing what starts next.</summary>
internal sealed partial class QueuePartition
{
    private const int MaxClaim = 1_000;
    private const int MaxReads = 4;

    // How long others are held back so that a run that vanished twice with its process can be tried alone, and how long they then go on.
    private static readonly TimeSpan AlonePhase = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _aloneSince;
    private AttemptContext? _aloneNow;
    private bool _hasRates;
    private int _readsUnderWay;

    /// <summary>Gets how many ready runs a queue may have in memory.</summary>
    private int Window => Math.Max(10, Math.Min(
        _services.Options.QueueWindow, _services.Options.PartitionWindow / Math.Max(1, _lanes.Count)));

    private Claim? Dispatch(DateTimeOffset now, List<AttemptContext> starting)
    {
        var slots = _services.Worker.Slots;
        if (_services.Draining || now >= _leaseUntil || slots.Capacity == 0 || HoldsForAlone(now)
            || Unrecorded >= MostUnrecorded)
        {
            slots.Take(_slots, 0);
            return null;
        }

        if (_alone.Count > 0 && _live.Count == 0)
        {
            return DispatchAlone(now, starting);
        }

        var want = 0;
        foreach (var lane in _lanes.Values)
        {
            lane.Bucket?.Fill(now);
            want = Math.Min(MaxClaim, want + lane.Startable);
        }

        var got = slots.Take(_slots, Math.Min(want, MostUnrecorded - Unrecorded));
        if (got == 0)
        {
            return null;
        }

        var claim = new OpenClaim(ClaimId());
        Fill(got, claim, now, starting);
        slots.Return(got - starting.Count);
        return ToClaim(claim, now, starting);
    }

    private void Fill(int got, OpenClaim claim, DateTimeOffset now, List<AttemptContext> starting)
    {
        _share.Begin(_lanes.Values);
        while (starting.Count < got && _aloneNow is null && _share.Next() is { } lane)
        {
            // A queue that is alone takes what there is; otherwise each start is a turn.
            var alone = _share.Alone;
            do
            {
                if (TryStart(lane.TakeFirst(), lane, claim, now) is { } attempt)
                {
                    starting.Add(attempt);
                    FairShare.Charge(lane);
                }
            }
            while (alone && starting.Count < got && _aloneNow is null && lane.Startable > 0);
            _share.GiveBack(lane);
        }
    }

    private AttemptContext? TryStart(PendingRun run, Lane lane, OpenClaim claim, DateTimeOffset now)
    {
        var handler = _services.Handlers.Find(run.Request.Handler);
        if (GateKey.Closed(run.Request, handler, _services.Options.QueueEnabled) is { } closed)
        {
            Park(closed, run, lane);
            return null;
        }

        if (run.Losses >= Runs.RunDecision.AloneAfterLosses && _live.Count > 0)
        {
            _alone.Add(run);
            return null;
        }

        if (GateKey.Limited(run.Request, handler!) && !TakePermits(run, handler!, lane))
        {
            return null;
        }

        var token = (_epoch << 32) + ++_counter;
        var attempt = new AttemptContext(_services.Worker, this, run, handler!, claim, token, now);
        claim.Remaining++;
        lane.InFlight++;
        lane.Bucket?.Take();
        AddLive(attempt);
        if (run.Losses >= Runs.RunDecision.AloneAfterLosses)
        {
            _aloneNow = attempt;
        }

        return attempt;
    }

    private bool TakePermits(PendingRun run, HandlerRegistration handler, Lane lane)
    {
        var reached = _services.Limits.TryTake(run.Request, handler, this);
        if (reached is { } gate)
        {
            Park(gate, run, lane);

            // Others of its limits may have been kept free for it.
            foreach (var (other, _) in LimitLedger.Needs(run.Request, handler))
            {
                if (other != gate && _parked.Any(other))
                {
                    Unpark(other);
                    Signal();
                }
            }

            return false;
        }

        foreach (var (other, _) in LimitLedger.Needs(run.Request, handler))
        {
            if (_parked.Any(other))
            {
                _services.Limits.Await(other, this);
            }
        }

        return true;
    }

    private void Park(GateKey gate, PendingRun run, Lane lane)
    {
        if (!_parked.Park(gate, run))
        {
            lane.Truncated = true;
        }
    }

    /// <summary>Lets runs back into their queues for which a limit has permits now.</summary>
    private void Unpark(GateKey gate)
    {
        if (_parked.First(gate) is not { } first || _services.Handlers.Find(first.Request.Handler) is not { } handler)
        {
            return;
        }

        var free = _services.Limits.Free(gate, first.Request, handler);
        while (free > 0 && _parked.TakeFirst(gate) is { } run)
        {
            var lane = LaneOf(run.Queue);
            lane.Add(run, Window);
            free -= lane.Paused ? 0 : 1;
        }

        if (_parked.Any(gate))
        {
            _services.Limits.Await(gate, this);
        }
        else if (_parked.Truncated.Remove(gate))
        {
            // The store has more of them, before the tail of what is in memory.
            foreach (var lane in _lanes.Values.Where(lane => lane.Truncated).ToList())
            {
                ResetLane(lane);
            }
        }
    }

    /// <summary>Whether a run that must be tried alone keeps everything else waiting now.</summary>
    private bool HoldsForAlone(DateTimeOffset now)
    {
        if (_aloneNow is { LiveIndex: >= 0 })
        {
            return true;
        }

        _aloneNow = null;
        if (_alone.Count == 0)
        {
            _aloneSince = null;
            return false;
        }

        // By turns: long attempts beside it must not stop the whole partition, nor the others keep it waiting for ever.
        _aloneSince ??= now;
        return _live.Count > 0 && (long)((now - _aloneSince.Value) / AlonePhase) % 2 == 0;
    }

    private Claim? DispatchAlone(DateTimeOffset now, List<AttemptContext> starting)
    {
        if (_services.Worker.Slots.Take(_slots, 1) == 0)
        {
            return null;
        }

        var claim = new OpenClaim(ClaimId());
        var run = _alone.TakeFirst();
        var lane = LaneOf(run.Queue);
        if (lane.Paused)
        {
            lane.Add(run, Window);
        }
        else if (TryStart(run, lane, claim, now) is { } attempt)
        {
            starting.Add(attempt);
        }

        _services.Worker.Slots.Return(1 - starting.Count);
        if (starting.Count == 0)
        {
            Signal();
        }

        return ToClaim(claim, now, starting);
    }

    private Claim? ToClaim(OpenClaim claim, DateTimeOffset now, List<AttemptContext> starting)
    {
        if (starting.Count == 0)
        {
            return null;
        }

        var runs = new RunId[starting.Count];
        var tokens = new long[starting.Count];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = starting[i].RunId;
            tokens[i] = starting[i].FencingToken;
        }

        return new Claim(claim.Id, _services.Options.WorkerName, now, runs, tokens);
    }

    /// <summary>Makes a claim's id from what is unique anyway: partition, epoch and a counter.</summary>
    private Guid ClaimId() => new(
        (int)(_epoch >> 32), (short)(_epoch >> 16), (short)_epoch,
        (byte)Number, 0, 0, 0, (byte)(_counter >> 24), (byte)(_counter >> 16), (byte)(_counter >> 8), (byte)_counter);

    /// <summary>Gets when something has to be looked at again without anybody saying so.</summary>
    private DateTimeOffset NextLook()
    {
        if (_epoch == 0)
        {
            // What is being recorded rings by itself.
            return _recording.Count > 0 ? DateTimeOffset.MaxValue : _openAt;
        }

        var next = _nextScheduled ?? DateTimeOffset.MaxValue;
        if (_aloneSince is { } since && _alone.Count > 0)
        {
            var phase = since + (AlonePhase * (Math.Floor((_services.Clock.GetUtcNow() - since) / AlonePhase) + 1));
            next = phase < next ? phase : next;
        }

        if (_hasRates)
        {
            foreach (var lane in _lanes.Values)
            {
                if (lane is { Paused: false, Count: > 0, Bucket: { Allows: false } bucket } && bucket.NextAt < next)
                {
                    next = bucket.NextAt;
                }
            }
        }

        return next;
    }
}
