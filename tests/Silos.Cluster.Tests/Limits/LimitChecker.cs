namespace Silos.Cluster.Tests.Limits;

/// <summary>Counts what executes at once, from what handlers say when they begin and end.</summary>
internal sealed class LimitChecker
{
    private readonly Lock _lock = new();
    private readonly HashSet<Visit> _inside = [];
    private readonly HashSet<string> _killed = [];
    private readonly HashSet<string> _workers = [];

    /// <summary>How many execute now.</summary>
    public int Now
    {
        get
        {
            lock (_lock)
            {
                return _inside.Count;
            }
        }
    }

    /// <summary>The most that ever executed at once.</summary>
    public int Most { get; private set; }

    /// <summary>How many began.</summary>
    public int Count { get; private set; }

    public HashSet<string> Workers
    {
        get
        {
            lock (_lock)
            {
                return [.. _workers];
            }
        }
    }

    public IDisposable Enter(string worker)
    {
        var visit = new Visit(this, worker);
        lock (_lock)
        {
            // A silo that was killed in a test goes on in the process of the test; a real one would not.
            if (!_killed.Contains(worker))
            {
                _workers.Add(worker);
                _inside.Add(visit);
                Count++;
                Most = Math.Max(Most, _inside.Count);
            }
        }

        return visit;
    }

    /// <summary>What executed on a silo is over with it.</summary>
    public void Killed(string worker)
    {
        lock (_lock)
        {
            _killed.Add(worker);
            _inside.RemoveWhere(visit => visit.Worker == worker);
        }
    }

    public override string ToString() => $"{Now} execute, at most {Most} did, {Count} began on {string.Join(", ", Workers)}";

    private void Leave(Visit visit)
    {
        lock (_lock)
        {
            _inside.Remove(visit);
        }
    }

    private sealed class Visit(LimitChecker checker, string worker) : IDisposable
    {
        public string Worker { get; } = worker;

        public void Dispose() => checker.Leave(this);
    }
}
