using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Cluster.Limits;

/// <summary>What is said to homes, and what they say.</summary>
internal sealed partial class PermitHolder
{
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
}
