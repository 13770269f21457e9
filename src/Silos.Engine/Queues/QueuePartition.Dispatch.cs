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
    private ILentRun? _aloneNow;
    private bool _hasRates;
    private int _readsUnderWay;

    /// <summary>Gets how many ready runs a queue may have in memory.</summary>
    private int Window => Math.Max(10, Math.Min(
        _services.Options.QueueWindow, _services.Options.PartitionWindow / Math.Max(1, _lanes.Count)));

    private List<Claim> Dispatch(DateTimeOffset now, StartingRuns starting)
    {
        var slots = _services.Worker.Slots;
        var remote = _services.Remote is { Any: true } others ? others : null;
        if (_leaving || _services.Draining || now >= _leaseUntil || (slots.Capacity == 0 && remote is null) || HoldsForAlone(now)
            || Unrecorded >= MostUnrecorded)
        {
            slots.Take(_slots, 0);
            return [];
        }

        if (_alone.Count > 0 && _live.Count == 0)
        {
            return DispatchAlone(now, starting, remote);
        }

        var want = 0;
        foreach (var lane in _lanes.Values)
        {
            lane.Bucket?.Fill(now);
            want = Math.Min(MaxClaim, want + lane.Startable);
        }

        want = Math.Min(want, MostUnrecorded - Unrecorded);
        var got = slots.Take(_slots, want);
        if (got == 0 && (remote is null || want == 0))
        {
            return [];
        }

        var places = new Places(got, remote, starting, new OpenClaim(ClaimId(0)), now);
        Fill(places);
        slots.Return(got - starting.Here.Count);
        return ToClaims(places);
    }

    private void Fill(Places places)
    {
        _share.Begin(_lanes.Values);
        while (places.Any && _aloneNow is null && _share.Next() is { } lane)
        {
            // A queue that is alone takes what there is; otherwise each start is a turn.
            var alone = _share.Alone;
            Start start;
            do
            {
                start = TryStart(lane.TakeFirst(), lane, places);
                if (start == Start.Begun)
                {
                    FairShare.Charge(lane);
                }
            }
            while (alone && start != Start.NoPlace && places.Any && _aloneNow is null && lane.Startable > 0);
            if (start != Start.NoPlace)
            {
                _share.GiveBack(lane);
            }
        }
    }

    private Start TryStart(PendingRun run, Lane lane, Places places)
    {
        var handler = _services.Handlers.Find(run.Request.Handler);
        var isHere = _services.Worker.Slots.Capacity > 0 && _services.Handlers.FindHere(run.Request.Handler) is { Enabled: true };

        if (GateKey.Closed(run.Request, handler, _services.Options.QueueEnabled) is { } closed)
        {
            Park(closed, run, lane);
            return Start.Parked;
        }

        if (run.Losses >= Runs.RunDecision.AloneAfterLosses && _live.Count > 0)
        {
            _alone.Add(run);
            return Start.Parked;
        }

        string? worker = null;
        if (!isHere || !places.AnyHere || _limits.IsFullHere(handler!))
        {
            worker = places.Remote?.TryReserve(run.Request.Handler);
            if (worker is null && isHere && !places.AnyHere)
            {
                lane.Add(run, Window);
                return Start.NoPlace;
            }

            if (worker is null && !isHere)
            {
                // What stands behind it in its queue need not wait for somebody else's slot.
                Park(new GateKey(GateKind.NoSlotElsewhere, default, run.Request.Handler), run, lane);
                return Start.Parked;
            }
        }

        if (GateKey.Limited(run.Request, handler!) && !TakePermits(run, handler!, lane, here: worker is null))
        {
            if (worker is not null)
            {
                places.Remote!.Release(worker, run.Request.Handler);
            }

            return Start.Parked;
        }

        Begin(run, handler!, lane, worker, places);
        return Start.Begun;
    }

    private void Begin(PendingRun run, HandlerRegistration handler, Lane lane, string? worker, Places places)
    {
        var token = (_epoch << 32) + ++_counter;
        ILentRun attempt;
        if (worker is null)
        {
            var here = new AttemptContext(_services.Worker, _owner, run, handler, places.Claim, token, places.Now);
            places.Starting.Here.Add(here);
            attempt = here;
        }
        else
        {
            var claim = places.ClaimOf(worker, number => new OpenClaim(ClaimId(number)));
            var lent = new RemoteAttempt(places.Remote!, worker, run, handler, claim, token, places.Now);
            places.Starting.Elsewhere.Add(lent);
            attempt = lent;
        }

        attempt.Claim.Remaining++;
        lane.InFlight++;
        lane.Bucket?.Take();
        AddLive(attempt);
        if (run.Losses >= Runs.RunDecision.AloneAfterLosses)
        {
            _aloneNow = attempt;
        }
    }

    private bool TakePermits(PendingRun run, HandlerRegistration handler, Lane lane, bool here)
    {
        var reached = _limits.TryTake(run.Request, handler, here);
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
                Await(other, passed: null);
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
        var passed = 0;
        if (_parked.First(gate) is { } first)
        {
            if (HandlerOf(first) is not { } handler)
            {
                _limits.Await(gate, null, null, waiting: 0, passed: 0);
                return;
            }

            var free = _limits.Free(gate, first.Request, handler);
            while (free > 0 && _parked.TakeFirst(gate) is { } run)
            {
                // One whose queue cannot start anything now does not use the permit: the next one may.
                var lane = LaneOf(run.Queue);
                lane.Add(run, Window);
                passed += lane.Startable > 0 ? 1 : 0;
                free -= lane.Startable > 0 ? 1 : 0;
            }
        }

        Await(gate, passed);
        if (!_parked.Any(gate) && _parked.Truncated.Remove(gate))
        {
            // The store has more of them, before the tail of what is in memory.
            foreach (var lane in _lanes.Values.Where(lane => lane.Truncated).ToList())
            {
                ResetLane(lane);
            }
        }
    }

    /// <summary>Says how many runs wait for a limit.</summary>
    private void Await(GateKey gate, int? passed)
    {
        var first = _parked.First(gate);
        _limits.Await(gate, first?.Request, first is null ? null : HandlerOf(first), _parked.CountOf(gate), passed);
    }

    /// <summary>Finds the handler of a run, here or at a worker of another process.</summary>
    private HandlerRegistration? HandlerOf(PendingRun run) =>
        _services.Handlers.Find(run.Request.Handler) ?? _services.Remote?.Find(run.Request.Handler);

    /// <summary>Workers of other processes have come or have slots: what waited for them is tried again.</summary>
    private void UnparkForWorkers()
    {
        foreach (var gate in _parked.Gates().Where(gate => gate.Kind is GateKind.NoSlotElsewhere or GateKind.NoHandler or GateKind.HandlerDisabled or GateKind.Handler))
        {
            while (_parked.TakeFirst(gate) is { } run)
            {
                LaneOf(run.Queue).Add(run, Window);
            }

            if (_parked.Truncated.Remove(gate))
            {
                foreach (var lane in _lanes.Values.Where(lane => lane.Truncated).ToList())
                {
                    ResetLane(lane);
                }
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

    private List<Claim> DispatchAlone(DateTimeOffset now, StartingRuns starting, IRemoteWorkers? remote)
    {
        var got = _services.Worker.Slots.Take(_slots, 1);
        if (got == 0 && remote is null)
        {
            return [];
        }

        var places = new Places(got, remote, starting, new OpenClaim(ClaimId(0)), now);
        var run = _alone.TakeFirst();
        var lane = LaneOf(run.Queue);
        if (lane.Paused)
        {
            lane.Add(run, Window);
        }
        else
        {
            TryStart(run, lane, places);
        }

        _services.Worker.Slots.Return(got - starting.Here.Count);
        if (starting.Count == 0)
        {
            Signal();
        }

        return ToClaims(places);
    }

    private List<Claim> ToClaims(Places places)
    {
        var claims = new List<Claim>(1 + places.ClaimsElsewhere.Count);
        if (places.Starting.Here.Count > 0)
        {
            claims.Add(ToClaim(places.Claim, _services.Options.WorkerName, places.Now, places.Starting.Here));
        }

        foreach (var (worker, claim) in places.ClaimsElsewhere)
        {
            claims.Add(ToClaim(claim, worker, places.Now, places.Starting.Elsewhere.FindAll(attempt => attempt.Claim == claim)));
        }

        return claims;
    }

    private static Claim ToClaim<T>(OpenClaim claim, string worker, DateTimeOffset now, List<T> attempts)
        where T : ILentRun
    {
        var runs = new RunId[attempts.Count];
        var tokens = new long[attempts.Count];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = attempts[i].RunId;
            tokens[i] = attempts[i].FencingToken;
        }

        return new Claim(claim.Id, worker, now, runs, tokens);
    }

    /// <summary>Makes a claim's id from what is unique anyway: partition, epoch, a counter, and which claim of a turn it is.</summary>
    private Guid ClaimId(byte number) => new(
        (int)(_epoch >> 32), (short)(_epoch >> 16), (short)_epoch,
        (byte)Number, number, 0, 0, (byte)(_counter >> 24), (byte)(_counter >> 16), (byte)(_counter >> 8), (byte)_counter);

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
