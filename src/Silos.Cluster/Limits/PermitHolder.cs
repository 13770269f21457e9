using Silos.Engine.Queues;

namespace Silos.Cluster.Limits;

/// <summary>The permits of one partition: what it was lent, what its attempts use, what it waits for, and what has to be said about that.</summary>
/// <remarks>
/// Plain decisions over what it is told and the instants it is given; thread-safe. It says how things stand, never how they change, and
/// numbers what it says: an answer to anything but the last is void, so that what the home believes is never less than what is here.
/// </remarks>
/// <param name="number">The partition's number.</param>
/// <param name="partitions">How many partitions there are.</param>
internal sealed partial class PermitHolder(int number, int partitions)
{
    // A permit that nobody else waits for may be used again soon.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    // A permit that others wait for is kept this long for a run that waits for a slot.
    private static readonly TimeSpan ForSlot = TimeSpan.FromSeconds(10);

    // Who waits asks again: the home may have a new owner that knows nobody.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<GateKey, Entry> _entries = [];
    private readonly HashSet<GateKey> _unsettled = [];
    private readonly HomeState[] _homes = [.. Enumerable.Range(0, partitions).Select(_ => new HomeState())];
    private readonly int _partitions = partitions;
    private long _epoch;
    private bool _changed;

    /// <summary>Gets the partition's number.</summary>
    public int Number { get; } = number;

    /// <summary>Finds the home of a limit: the same everywhere, like the partition of a queue.</summary>
    public static int HomeOf(GateKey gate, int partitions)
    {
        // FNV-1a: the same in every process.
        var hash = (2166136261u ^ (uint)gate.Kind) * 16777619u;
        foreach (var c in gate.Tenant.Value)
        {
            hash = (hash ^ c) * 16777619u;
        }

        hash = (hash ^ '/') * 16777619u;
        foreach (var c in gate.Name)
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)(hash % (uint)partitions);
    }

    /// <summary>The partition is owned: its attempts have permits, and nothing else.</summary>
    public void Open(long epoch)
    {
        lock (_lock)
        {
            _epoch = epoch;
            Forget();
            foreach (var home in _homes)
            {
                home.Full = true;
            }

            _changed = true;
        }
    }

    /// <summary>The partition is not owned: nothing is said until it is again.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _epoch = 0;
            Forget();
        }
    }

    /// <summary>Takes a permit of every limit, or of none. The limits are in the order in which everybody takes them.</summary>
    /// <returns>The first that has none; null if all were taken.</returns>
    public GateKey? TryTake(List<(GateKey Gate, int Limit)> needs, DateTimeOffset now)
    {
        lock (_lock)
        {
            for (var i = 0; i < needs.Count; i++)
            {
                var entry = EntryOf(needs[i].Gate);
                if (!entry.Allows(needs[i].Limit))
                {
                    Want(entry, needs, i);
                    return needs[i].Gate;
                }
            }

            foreach (var (gate, _) in needs)
            {
                var entry = EntryOf(gate);
                entry.InUse++;
                entry.UsedAt = now;
            }

            return null;
        }
    }

    /// <summary>Counts attempts that execute already.</summary>
    public void Take(List<(GateKey Gate, int Limit)> needs, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (gate, limit) in needs)
            {
                var entry = EntryOf(gate);
                entry.Limit = entry.InUse == 0 ? limit : entry.Limit;
                entry.InUse++;
                entry.UsedAt = now;
                if (entry.Allowed < entry.InUse)
                {
                    entry.Allowed = entry.InUse;
                    Dirty(entry);
                }
            }
        }
    }

    /// <summary>An attempt is over.</summary>
    public void Return(List<(GateKey Gate, int Limit)> needs, DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (var (gate, _) in needs)
            {
                if (!_entries.TryGetValue(gate, out var entry) || entry.InUse == 0)
                {
                    continue;
                }

                entry.InUse--;
                entry.UsedAt = now;
                if (entry.Contended)
                {
                    // Others come first, whoever waits here.
                    entry.Allowed = entry.InUse;
                    Dirty(entry);
                }
            }
        }
    }

    /// <summary>Says how many runs wait for a limit, and how many were let go on because of what arrived.</summary>
    /// <param name="gate">The limit.</param>
    /// <param name="needs">All limits of the first that waits; empty if none does.</param>
    /// <param name="waiting">How many wait.</param>
    /// <param name="passed">How many go on; null if nobody looked.</param>
    /// <param name="now">The current instant.</param>
    public void Await(GateKey gate, List<(GateKey Gate, int Limit)> needs, int waiting, int? passed, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(gate, out var entry))
            {
                if (waiting == 0)
                {
                    return;
                }

                entry = EntryOf(gate);
            }

            if (passed is { } runs)
            {
                entry.Fresh = false;
                entry.KeepUntil = runs > 0 ? now + ForSlot : entry.KeepUntil;
            }

            entry.Wanted = waiting;
            var index = needs.FindIndex(need => need.Gate == gate);
            if (index >= 0)
            {
                entry.AskedLimit = needs[index].Limit;
                KeepFor(entry, needs, index);
            }

            Say(entry);
        }
    }

    /// <summary>Gets how many permits are here for runs of this limit.</summary>
    public int Free(GateKey gate, int limit)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(gate, out var entry) && entry.Limit <= limit ? Math.Max(0, entry.Allowed - entry.InUse) : 0;
        }
    }

    /// <summary>Gives back what is not used, as far as others may want it.</summary>
    /// <returns>Whether there may be something to say.</returns>
    public bool Settle(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_unsettled.Count == 0)
            {
                return _changed;
            }

            foreach (var gate in _unsettled.ToList())
            {
                if (!_entries.TryGetValue(gate, out var entry) || !entry.Contended || entry.Allowed <= entry.InUse)
                {
                    _unsettled.Remove(gate);
                }
                else if (!entry.Fresh && now >= entry.KeepUntil && entry.Allowed > entry.InUse + KeptFor(entry))
                {
                    entry.Allowed = entry.InUse + KeptFor(entry);
                    Dirty(entry);
                }
            }

            return _changed;
        }
    }

    /// <summary>Looks for what nobody else notices: permits that lie idle, and waiting that takes long.</summary>
    public void Look(DateTimeOffset now)
    {
        Settle(now);
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                if (entry is { InUse: 0, Wanted: 0, Fresh: false } && now - entry.UsedAt >= Idle && now >= entry.KeepUntil && KeptFor(entry) == 0)
                {
                    entry.Allowed = 0;
                    Dirty(entry);
                }
                else if (entry.Wanted > 0 && now - _homes[entry.Home].SaidAt >= AskAgain)
                {
                    _homes[entry.Home].Full = true;
                    _changed = true;
                }
            }
        }
    }

    /// <summary>Gets how many runs wait here for a limit.</summary>
    public int Waiting(GateKey gate)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(gate, out var entry) ? entry.Wanted : 0;
        }
    }

    private void Want(Entry entry, List<(GateKey Gate, int Limit)> needs, int index)
    {
        var limit = needs[index].Limit;
        if (entry.Wanted == 0)
        {
            KeepFor(entry, needs, index);
        }

        entry.AskedLimit = entry.Wanted == 0 ? limit : Math.Min(limit, entry.AskedLimit);
        entry.Wanted++;
        Say(entry);
        for (var i = index + 1; i < needs.Count; i++)
        {
            if (_entries.TryGetValue(needs[i].Gate, out var later))
            {
                later.KeepUntil = DateTimeOffset.MinValue;
            }
        }
    }

    /// <summary>The first that waits for a limit keeps a permit of those before it in the order, not of those after: so nobody waits in a circle.</summary>
    private void KeepFor(Entry entry, List<(GateKey Gate, int Limit)> needs, int index)
    {
        entry.Before = index > 0 ? needs[index - 1].Gate : null;
        if (entry.Before is { } before)
        {
            EntryOf(before).KeptFor = entry.Gate;
        }
    }

    /// <summary>What is wanted may be something else than what was said.</summary>
    private void Say(Entry entry)
    {
        if (Math.Min(entry.Wanted, Math.Max(1, entry.AskedLimit)) != entry.SaidWanted || (entry.Wanted > 0 && entry.AskedLimit != entry.SaidLimit))
        {
            Dirty(entry);
        }
    }

    /// <summary>Gets how many permits are kept because a run that needs one waits for a later limit.</summary>
    private int KeptFor(Entry entry) =>
        entry.KeptFor is { } gate && entry.Allowed > entry.InUse && _entries.TryGetValue(gate, out var later)
            && later.Wanted > 0 && later.Before == entry.Gate ? 1 : 0;

    private void Forget()
    {
        foreach (var entry in _entries.Values.ToList())
        {
            entry.Allowed = entry.InUse;
            entry.Wanted = 0;
            entry.SaidWanted = 0;
            entry.Fresh = false;
            entry.KeptFor = null;
            if (entry.InUse == 0)
            {
                _entries.Remove(entry.Gate);
            }
        }

        _unsettled.Clear();
        foreach (var home in _homes)
        {
            home.Dirty.Clear();
        }
    }

    private Entry EntryOf(GateKey gate)
    {
        if (!_entries.TryGetValue(gate, out var entry))
        {
            _entries.Add(gate, entry = new Entry(gate, HomeOf(gate, _partitions)));
        }

        return entry;
    }

    private void Dirty(Entry entry)
    {
        _homes[entry.Home].Dirty.Add(entry.Gate);
        _changed = true;
    }
}
