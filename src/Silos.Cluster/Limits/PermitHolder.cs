using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Cluster.Limits;

/// <summary>The permits of one partition: what it was lent, what its attempts use, what it waits for, and what has to be said about that.</summary>
/// <remarks>
/// Plain decisions over what it is told and the instants it is given; thread-safe. It says how things stand, never how they change, and
/// numbers what it says: an answer to anything but the last is void, so that what the home believes is never less than what is here.
/// </remarks>
/// <param name="number">The partition's number.</param>
/// <param name="partitions">How many partitions there are.</param>
internal sealed class PermitHolder(int number, int partitions)
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

    /// <summary>Gets the homes to which something has to be said and nothing is on its way.</summary>
    public List<int> Unsaid()
    {
        lock (_lock)
        {
            _changed = false;
            var homes = new List<int>();
            for (var home = 0; _epoch > 0 && home < _homes.Length; home++)
            {
                if (_homes[home] is { UnderWay: 0 } state && (state.Full || state.Dirty.Count > 0))
                {
                    homes.Add(home);
                }
            }

            return homes;
        }
    }

    /// <summary>Takes what has to be said to a home. Null if there is nothing, or something is on its way.</summary>
    public PermitReport? Next(int home, DateTimeOffset now)
    {
        lock (_lock)
        {
            var state = _homes[home];
            if (_epoch == 0 || state.UnderWay != 0 || (!state.Full && state.Dirty.Count == 0))
            {
                return null;
            }

            var report = Report(home, state, now);
            state.UnderWay = report.Sequence;
            return report;
        }
    }

    /// <summary>A new owner of a home wants to know everything. Null if the partition is not owned.</summary>
    public PermitReport? Tell(int home, long homeEpoch, DateTimeOffset now)
    {
        lock (_lock)
        {
            var state = _homes[home];
            if (_epoch == 0 || homeEpoch < state.Epoch)
            {
                return null;
            }

            // From now on nothing counts that an older owner grants.
            state.Epoch = homeEpoch;
            state.Full = true;
            var report = Report(home, state, now);

            // If it is not heard, the next one is.
            state.Full = true;
            _changed = true;
            return report;
        }
    }

    /// <summary>Takes an answer in, or what the home says unasked.</summary>
    /// <param name="answer">What the home says.</param>
    /// <param name="asked">Whether it answers a report.</param>
    /// <returns>The limits of which permits arrived.</returns>
    public List<GateKey> Apply(PermitAnswer answer, bool asked)
    {
        var arrived = new List<GateKey>();
        lock (_lock)
        {
            var state = _homes[answer.Home];
            if (asked && state.UnderWay == answer.Sequence)
            {
                state.UnderWay = 0;
            }

            if (answer.Holder.Epoch != _epoch || answer.HomeEpoch < state.Epoch || answer.Sequence != state.Sequence)
            {
                // Somebody who is not the owner any more, or who has not heard the last.
                return arrived;
            }

            state.Epoch = answer.HomeEpoch;
            state.Full |= answer.WantsAll;
            _changed |= answer.WantsAll;
            foreach (var grant in answer.Gates)
            {
                Apply(grant, state.Sequence, asked, arrived);
            }
        }

        return arrived;
    }

    /// <summary>Nobody answered: whether it was heard is unknown, so everything is said again.</summary>
    public void Failed(PermitReport report)
    {
        lock (_lock)
        {
            var state = _homes[report.Home];
            state.Full = true;
            _changed = true;
            if (state.UnderWay == report.Sequence)
            {
                state.UnderWay = 0;
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

    private void Apply(PermitGrant grant, long sequence, bool asked, List<GateKey> arrived)
    {
        if (!_entries.TryGetValue(grant.Gate, out var entry))
        {
            if (grant.Allowed == 0)
            {
                return;
            }

            entry = EntryOf(grant.Gate);
        }

        if (!asked)
        {
            entry.Contended |= grant.Contended;
            entry.ToldAt = grant.Contended ? sequence : entry.ToldAt;
        }
        else
        {
            // What was said unasked after the answer may have overtaken it.
            entry.Contended = grant.Contended || entry.ToldAt == sequence;
        }

        if (grant.Allowed > entry.Allowed)
        {
            var more = grant.Allowed - entry.Allowed;
            entry.Allowed = grant.Allowed;
            entry.Limit = entry.SaidLimit;
            entry.SaidWanted = Math.Max(0, entry.SaidWanted - more);
            entry.Wanted = Math.Max(0, entry.Wanted - more);
            entry.Fresh = true;
            arrived.Add(grant.Gate);
        }

        if (entry.Contended && entry.Allowed > entry.InUse)
        {
            _unsettled.Add(grant.Gate);
        }
    }

    private PermitReport Report(int home, HomeState state, DateTimeOffset now)
    {
        var entries = state.Full
            ? [.. _entries.Values.Where(entry => entry.Home == home)]
            : state.Dirty.Select(gate => _entries.GetValueOrDefault(gate)).OfType<Entry>().ToList();
        var gates = new List<PermitState>(entries.Count);
        foreach (var entry in entries)
        {
            if (entry.Wanted > 0 && entry.AskedLimit < entry.Limit)
            {
                // Permits under a higher limit are worth nothing to who asks.
                entry.Allowed = entry.InUse;
            }

            entry.SaidLimit = entry.Wanted > 0 ? entry.AskedLimit : entry.Limit;
            entry.SaidWanted = Math.Min(entry.Wanted, Math.Max(1, entry.AskedLimit));
            gates.Add(new PermitState(entry.Gate, entry.SaidLimit, entry.Allowed, entry.InUse, entry.SaidWanted));
            if (entry is { Allowed: 0, InUse: 0, Wanted: 0 })
            {
                _entries.Remove(entry.Gate);
            }
        }

        var report = new PermitReport(new PartitionEpoch(Number, _epoch), home, state.Epoch, ++state.Sequence, state.Full, gates);
        state.Full = false;
        state.Dirty.Clear();
        state.SaidAt = now;
        return report;
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

    private sealed class HomeState
    {
        /// <summary>Gets or sets the latest epoch of the home that is known.</summary>
        public long Epoch { get; set; }

        public long Sequence { get; set; }

        /// <summary>Gets or sets the report that waits for its answer; 0 for none.</summary>
        public long UnderWay { get; set; }

        public bool Full { get; set; }

        public DateTimeOffset SaidAt { get; set; } = DateTimeOffset.MinValue;

        public HashSet<GateKey> Dirty { get; } = [];
    }

    private sealed class Entry(GateKey gate, int home)
    {
        public GateKey Gate { get; } = gate;

        public int Home { get; } = home;

        /// <summary>Gets or sets how many permits are here.</summary>
        public int Allowed { get; set; }

        public int InUse { get; set; }

        /// <summary>Gets or sets the limit under which they were granted.</summary>
        public int Limit { get; set; }

        public int Wanted { get; set; }

        public int AskedLimit { get; set; }

        public int SaidWanted { get; set; }

        public int SaidLimit { get; set; }

        public bool Contended { get; set; }

        public long ToldAt { get; set; }

        /// <summary>Gets or sets whether permits arrived that the partition has not looked at.</summary>
        public bool Fresh { get; set; }

        public DateTimeOffset KeepUntil { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset UsedAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>Gets or sets the limit for which a run waits that has one of these kept for it.</summary>
        public GateKey? KeptFor { get; set; }

        /// <summary>Gets or sets the limit of which the first that waits for this one has a permit kept.</summary>
        public GateKey? Before { get; set; }

        public bool Allows(int limit) => InUse < Allowed && Limit <= limit;
    }
}
