using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Cluster.Limits;

/// <summary>
/// Lends the permits of those limits that have one home, under one epoch of that home. The sum of what holders may have never passes a
/// limit; who waits is served in the order of asking, one permit a turn.
/// </summary>
/// <remarks>
/// Plain decisions, no clock and no I/O; not thread-safe. What it knows it was told by the holders: a new one grants nothing until every
/// partition has said what it has, knowing the new epoch, from which moment it takes nothing from an older one. A holder whose partition
/// changed its owner keeps what it had until the new owner has said what is left of it.
/// </remarks>
internal sealed class LimitAuthority
{
    // A holder that is the only one gets more than it asked for, so that it need not ask for every run; of huge limits, so many.
    private const int MostSpare = 1_000;

    private readonly int _home;
    private readonly Holder[] _holders;
    private readonly Dictionary<GateKey, Gate> _gates = [];
    private readonly SortedSet<int> _told = [];
    private int _known;

    public LimitAuthority(int home, long epoch, int partitions)
    {
        _home = home;
        Epoch = epoch;
        _holders = [.. Enumerable.Range(0, partitions).Select(_ => new Holder())];
    }

    /// <summary>Gets the epoch of the home under which it decides.</summary>
    public long Epoch { get; }

    /// <summary>Gets whether every partition has said what it has.</summary>
    public bool IsComplete => _known == _holders.Length;

    /// <summary>Gets whether somebody waits for a permit.</summary>
    public bool IsAwaited => _gates.Values.Any(gate => gate.Line.Count > 0);

    /// <summary>Gets the partitions that have not said what they have.</summary>
    public List<int> Missing() => [.. Enumerable.Range(0, _holders.Length).Where(number => !_holders[number].Known)];

    /// <summary>Counts the permits of a limit that are taken; null while that is unknown.</summary>
    public int? InUse(GateKey key) =>
        !IsComplete ? null
        : !_gates.TryGetValue(key, out var gate) ? 0
        : gate.Line.Count > 0 ? gate.Total
        : gate.Shares.Values.Sum(share => share.InUse);

    /// <summary>Hears a holder.</summary>
    /// <returns>What it may have; null if what it says is overtaken, by itself or by a newer epoch on either side.</returns>
    public PermitAnswer? Receive(PermitReport report)
    {
        var number = report.Holder.Partition;
        var holder = _holders[number];
        if (report.HomeEpoch > Epoch || (report.Holder.Epoch, report.Sequence).CompareTo((holder.Epoch, holder.Sequence)) <= 0)
        {
            return null;
        }

        // Only who knows this epoch takes nothing from older ones any more: what it said before may be older than what it has.
        if (report.HomeEpoch < Epoch || (!report.Full && (!holder.Known || holder.Epoch != report.Holder.Epoch)))
        {
            return new PermitAnswer(_home, Epoch, report.Holder, report.Sequence, WantsAll: true, []);
        }

        holder.Epoch = report.Holder.Epoch;
        holder.Sequence = report.Sequence;
        var wasComplete = IsComplete;
        _known += holder.Known ? 0 : 1;
        holder.Known = true;
        Update(number, holder, report);
        foreach (var key in IsComplete && !wasComplete ? [.. _gates.Keys] : holder.Touched.ToList())
        {
            Decide(key, number);
        }

        return Answer(number);
    }

    /// <summary>Takes what has to be said to holders that did not ask.</summary>
    public List<PermitAnswer> TakeNews()
    {
        var news = new List<PermitAnswer>(_told.Count);
        while (_told.Count > 0)
        {
            news.Add(Answer(_told.Min));
        }

        return news;
    }

    private void Update(int number, Holder holder, PermitReport report)
    {
        if (report.Full)
        {
            foreach (var key in holder.Gates.Except(report.Gates.Select(state => state.Gate)).ToList())
            {
                Set(number, holder, new PermitState(key, Limit: 0, Kept: 0, InUse: 0, Wanted: 0), full: false);
            }
        }

        foreach (var state in report.Gates)
        {
            Set(number, holder, state, report.Full);
        }
    }

    private void Set(int number, Holder holder, PermitState state, bool full)
    {
        if (!_gates.TryGetValue(state.Gate, out var gate))
        {
            _gates.Add(state.Gate, gate = new Gate());
        }

        if (!gate.Shares.TryGetValue(number, out var share))
        {
            gate.Shares.Add(number, share = new Share());
            holder.Gates.Add(state.Gate);
        }

        gate.Total += state.Kept - share.Allowed;
        share.Allowed = state.Kept;
        share.InUse = state.InUse;
        share.Limit = state.Limit;
        share.Wanted = state.Wanted;
        share.Told = false;
        if (share.Wanted == 0)
        {
            gate.Line.Remove(number);
        }
        else if (!gate.Line.Contains(number))
        {
            gate.Line.Add(number);
        }
        else if (full)
        {
            // It asks again, so whoever was told to give back may not have heard it.
            foreach (var other in gate.Shares.Values.Where(other => other.Allowed > other.InUse))
            {
                other.Told = false;
            }
        }

        holder.Touched.Add(state.Gate);
    }

    private void Decide(GateKey key, int asker)
    {
        if (!_gates.TryGetValue(key, out var gate))
        {
            return;
        }

        var granted = false;
        while (IsComplete && gate.Line.Count > 0 && gate.Total < Ceiling(gate, gate.Line[0]))
        {
            var number = gate.Line[0];
            gate.Line.RemoveAt(0);
            var share = gate.Shares[number];
            share.Allowed++;
            share.InUse++;
            share.Wanted--;
            gate.Total++;
            granted |= number == asker;
            Tell(number, key);
            if (share.Wanted > 0)
            {
                gate.Line.Add(number);
            }
        }

        if (gate.Line.Count > 0)
        {
            foreach (var (number, share) in gate.Shares)
            {
                if (share.Allowed > 0 && !share.Told)
                {
                    share.Told = true;
                    Tell(number, key);
                }
            }
        }
        else if (granted && gate.Shares.Values.All(share => share.Allowed == 0 || share == gate.Shares[asker]))
        {
            var share = gate.Shares[asker];
            var spare = Math.Clamp(share.Limit - gate.Total, 0, MostSpare);
            share.Allowed += spare;
            gate.Total += spare;
        }

        foreach (var (number, share) in gate.Shares.ToList())
        {
            if (share is { Allowed: 0, Wanted: 0 })
            {
                gate.Shares.Remove(number);
                _holders[number].Gates.Remove(key);
            }
        }

        if (gate.Shares.Count == 0)
        {
            _gates.Remove(key);
        }
    }

    /// <summary>Up to how many permits may be out when a holder gets one: its own limit, and that of others who could start more under theirs.</summary>
    private static int Ceiling(Gate gate, int number)
    {
        var ceiling = gate.Shares[number].Limit;
        foreach (var (other, share) in gate.Shares)
        {
            if (other != number && share.Allowed > share.InUse && share.Limit < ceiling)
            {
                ceiling = share.Limit;
            }
        }

        return ceiling;
    }

    private void Tell(int number, GateKey key)
    {
        _holders[number].Touched.Add(key);
        _told.Add(number);
    }

    private PermitAnswer Answer(int number)
    {
        var holder = _holders[number];
        var grants = new List<PermitGrant>(holder.Touched.Count);
        foreach (var key in holder.Touched)
        {
            var gate = _gates.GetValueOrDefault(key);
            grants.Add(new PermitGrant(key, gate?.Shares.GetValueOrDefault(number)?.Allowed ?? 0, gate is { Line.Count: > 0 }));
        }

        holder.Touched.Clear();
        _told.Remove(number);
        return new PermitAnswer(_home, Epoch, new PartitionEpoch(number, holder.Epoch), holder.Sequence, WantsAll: false, grants);
    }

    private sealed class Holder
    {
        public bool Known { get; set; }

        public long Epoch { get; set; }

        public long Sequence { get; set; }

        /// <summary>Gets the limits of which it has or wants something.</summary>
        public HashSet<GateKey> Gates { get; } = [];

        /// <summary>Gets the limits that it has to be told about.</summary>
        public HashSet<GateKey> Touched { get; } = [];
    }

    private sealed class Gate
    {
        /// <summary>Gets or sets how many permits are out.</summary>
        public int Total { get; set; }

        public Dictionary<int, Share> Shares { get; } = [];

        /// <summary>Gets who waits, in the order of asking.</summary>
        public List<int> Line { get; } = [];
    }

    private sealed class Share
    {
        public int Allowed { get; set; }

        /// <summary>Gets or sets how many of them are used: as it said last, and what it asked for and got since.</summary>
        public int InUse { get; set; }

        public int Limit { get; set; }

        public int Wanted { get; set; }

        /// <summary>Gets or sets whether it was told since its last report that others wait.</summary>
        public bool Told { get; set; }
    }
}
