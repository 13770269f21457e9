using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Ready runs that a limit holds back, by limit, so that what stands behind them in their queue can go on.</summary>
internal sealed class ParkedRuns
{
    // Of each limit the first so many; the rest waits in the store and is read again when these are gone.
    private const int MaxPerGate = 1_000;

    private readonly Dictionary<GateKey, ReadyWindow> _parked = [];

    /// <summary>Gets how many runs are parked.</summary>
    public int Count { get; private set; }

    /// <summary>Gets whether some of a limit's runs were left to the store.</summary>
    public HashSet<GateKey> Truncated { get; } = [];

    /// <summary>Parks a run; false if its limit has enough of them, so that it is left to the store.</summary>
    public bool Park(GateKey gate, PendingRun run)
    {
        if (!_parked.TryGetValue(gate, out var runs))
        {
            _parked.Add(gate, runs = new ReadyWindow());
        }

        if (runs.Count >= MaxPerGate && runs.Last.Position.CompareTo(run.Position) < 0)
        {
            Truncated.Add(gate);
            return false;
        }

        if (runs.Add(run))
        {
            Count++;
        }

        return true;
    }

    /// <summary>Tells whether a limit holds runs back.</summary>
    public bool Any(GateKey gate) => _parked.ContainsKey(gate);

    /// <summary>Gets how many runs of a limit are here.</summary>
    public int CountOf(GateKey gate) => _parked.TryGetValue(gate, out var runs) ? runs.Count : 0;

    /// <summary>Gets the first run of a limit; null if there is none.</summary>
    public PendingRun? First(GateKey gate) => _parked.TryGetValue(gate, out var runs) ? runs.First : null;

    /// <summary>Takes the first run of a limit; null if there is none.</summary>
    public PendingRun? TakeFirst(GateKey gate)
    {
        if (!_parked.TryGetValue(gate, out var runs))
        {
            return null;
        }

        Count--;
        var run = runs.TakeFirst();
        if (runs.Count == 0)
        {
            _parked.Remove(gate);
        }

        return run;
    }

    /// <summary>Gets the limits that hold runs back.</summary>
    public List<GateKey> Gates() => [.. _parked.Keys];

    /// <summary>Takes a run out that ended while it waited.</summary>
    public bool Remove(RunId run) => RemoveAll(parked => parked.Id == run) > 0;

    /// <summary>Takes out all runs of a queue.</summary>
    public void Remove(QueueKey queue) => RemoveAll(parked => parked.Queue == queue);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _parked.Clear();
        Truncated.Clear();
        Count = 0;
    }

    private int RemoveAll(Predicate<PendingRun> match)
    {
        var removed = 0;
        foreach (var gate in Gates())
        {
            removed += _parked[gate].RemoveAll(match);
            if (_parked[gate].Count == 0)
            {
                _parked.Remove(gate);
            }
        }

        Count -= removed;
        return removed;
    }
}
