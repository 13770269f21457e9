using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>Permits of limits that partitions share: jobs, concurrency keys, handlers. Counts what executes in this process.</summary>
/// <remarks>A run brings its limit along, so a limit that was changed holds from the next start on.</remarks>
internal sealed class LimitLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GateKey, Gate> _gates = [];

    /// <summary>Takes every permit that a run needs, or none.</summary>
    /// <param name="run">The run.</param>
    /// <param name="handler">Its handler.</param>
    /// <param name="waiter">Who is told when a permit comes back, if one is missing.</param>
    /// <returns>The limit that is reached; null if the permits were taken.</returns>
    public GateKey? TryTake(NewRun run, HandlerRegistration handler, ILimitWaiter waiter)
    {
        lock (_lock)
        {
            foreach (var (key, limit) in Needs(run, handler))
            {
                if (_gates.TryGetValue(key, out var gate) && gate.InUse >= limit)
                {
                    gate.Waiting.Add(waiter);
                    return key;
                }
            }

            Take(Needs(run, handler));
            return null;
        }
    }

    /// <summary>Takes every permit that a run needs even beyond the limit: it executes already.</summary>
    public void Take(NewRun run, HandlerRegistration handler)
    {
        lock (_lock)
        {
            Take(Needs(run, handler));
        }
    }

    /// <summary>Gives a run's permits back and tells those who wait for them.</summary>
    public void Return(NewRun run, HandlerRegistration handler)
    {
        List<(ILimitWaiter, GateKey)>? told = null;
        lock (_lock)
        {
            foreach (var (key, _) in Needs(run, handler))
            {
                if (!_gates.TryGetValue(key, out var gate))
                {
                    continue;
                }

                gate.InUse--;
                foreach (var waiter in gate.Waiting)
                {
                    (told ??= []).Add((waiter, key));
                }

                gate.Waiting.Clear();
                if (gate.InUse == 0)
                {
                    _gates.Remove(key);
                }
            }
        }

        if (told is not null)
        {
            foreach (var (waiter, key) in told)
            {
                waiter.OnPermit(key);
            }
        }
    }

    /// <summary>Asks to be told when a permit of a limit comes back. False if nothing is taken, so that nothing will come back.</summary>
    public bool Await(GateKey key, ILimitWaiter waiter)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(key, out var gate))
            {
                return false;
            }

            gate.Waiting.Add(waiter);
            return true;
        }
    }

    /// <summary>Gets how many permits of a limit a run like this one finds free.</summary>
    public int Free(GateKey key, NewRun run, HandlerRegistration handler)
    {
        lock (_lock)
        {
            foreach (var (needed, limit) in Needs(run, handler))
            {
                if (needed == key)
                {
                    return _gates.TryGetValue(key, out var gate) ? limit - gate.InUse : limit;
                }
            }

            return int.MaxValue;
        }
    }

    /// <summary>Finds the first limit that a run would meet now; null if none.</summary>
    public (GateKey Key, int? InUse, int Limit)? Reached(NewRun run, HandlerRegistration handler)
    {
        lock (_lock)
        {
            foreach (var (key, limit) in Needs(run, handler))
            {
                if (_gates.TryGetValue(key, out var gate) && gate.InUse >= limit)
                {
                    return (key, gate.InUse, limit);
                }
            }

            return null;
        }
    }

    /// <summary>Names the limits that a run has to pass, with how many may pass each.</summary>
    public static List<(GateKey Key, int Limit)> Needs(NewRun run, HandlerRegistration handler)
    {
        var needs = SharedNeeds(run);
        if (handler.MaxConcurrency > 0)
        {
            needs.Add((new GateKey(GateKind.Handler, default, handler.Key), handler.MaxConcurrency));
        }

        return needs;
    }

    /// <summary>Names the limits that a run has to pass wherever it executes.</summary>
    public static List<(GateKey Key, int Limit)> SharedNeeds(NewRun run)
    {
        var needs = new List<(GateKey, int)>(3);
        if (run.Options.JobLimit > 0 && run.Job is { } job)
        {
            needs.Add((new GateKey(GateKind.Job, run.Tenant, job.Value), run.Options.JobLimit));
        }

        if (run.Options.ConcurrencyKey is { } key)
        {
            needs.Add((new GateKey(GateKind.ConcurrencyKey, run.Tenant, key), Math.Max(1, run.Options.ConcurrencyLimit)));
        }

        return needs;
    }

    private void Take(List<(GateKey Key, int Limit)> needs)
    {
        foreach (var (key, _) in needs)
        {
            if (!_gates.TryGetValue(key, out var gate))
            {
                _gates.Add(key, gate = new Gate());
            }

            gate.InUse++;
        }
    }

    private sealed class Gate
    {
        public int InUse { get; set; }

        public HashSet<ILimitWaiter> Waiting { get; } = [];
    }
}

/// <summary>Who waits for permits.</summary>
internal interface ILimitWaiter
{
    /// <summary>Says that a permit of a limit came back. Called from any thread; must not do work.</summary>
    void OnPermit(GateKey gate);
}
