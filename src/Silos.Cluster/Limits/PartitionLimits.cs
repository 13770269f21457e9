using System.Collections.Concurrent;
using Silos.Cluster.Workers;
using Silos.Engine.Queues;
using Silos.Queues;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Cluster.Limits;

/// <summary>The limits as one partition of this silo uses them: permits of jobs and keys are lent by their homes, those of handlers count on this silo.</summary>
internal sealed class PartitionLimits(ClusterLimits limits, HandlerGates handlers, QueuePartition partition, TimeProvider clock) : ILimits
{
    private readonly ConcurrentDictionary<GateKey, int?> _counts = [];

    /// <summary>Gets the partition.</summary>
    public QueuePartition Partition { get; } = partition;

    /// <summary>Gets its permits.</summary>
    public PermitHolder Holder { get; } = new(partition.Number, Partitions.Count);

    public GateKey? TryTake(NewRun run, HandlerRegistration handler, bool here)
    {
        if (here && !handlers.TryTake(handler, Partition))
        {
            return HandlerGates.KeyOf(handler);
        }

        var needs = LimitLedger.SharedNeeds(run);
        GateKey? missing = null;
        for (var tries = 0; tries <= needs.Count; tries++)
        {
            missing = needs.Count > 0 ? Holder.TryTake(needs, clock.Now()) : null;
            if (missing is not { } gate)
            {
                return null;
            }

            // The home may be on this silo: then the answer is here at once.
            if (!limits.AskHere(this, gate))
            {
                break;
            }
        }

        if (here)
        {
            handlers.Return(handler);
        }

        return missing;
    }

    public void Take(NewRun run, HandlerRegistration handler) => Holder.Take(LimitLedger.SharedNeeds(run), clock.Now());

    public void Return(NewRun run, HandlerRegistration handler) => Holder.Return(LimitLedger.SharedNeeds(run), clock.Now());

    public void NotStarted(HandlerRegistration handler, bool here)
    {
        if (here)
        {
            handlers.Return(handler);
        }
    }

    public void Linger(NewRun run, HandlerRegistration handler, string worker) => limits.Linger(this, LimitLedger.SharedNeeds(run), worker);

    public bool IsFullHere(HandlerRegistration handler) => handlers.Free(handler) == 0;

    public void Await(GateKey gate, NewRun? first, HandlerRegistration? handler, int waiting, int? passed)
    {
        if (gate.Kind is GateKind.Job or GateKind.ConcurrencyKey)
        {
            Holder.Await(gate, first is null ? [] : LimitLedger.SharedNeeds(first), waiting, passed, clock.Now());
        }
        else if (gate.Kind == GateKind.Handler && waiting > 0)
        {
            handlers.Await(gate.Name, Partition);
        }
    }

    public int Free(GateKey gate, NewRun run, HandlerRegistration handler) => gate.Kind == GateKind.Handler
        ? handlers.Free(handler)
        : Holder.Free(gate, LimitLedger.SharedNeeds(run).Find(need => need.Key == gate).Limit);

    public (GateKey Key, int? InUse, int Limit)? Reached(NewRun run, HandlerRegistration handler)
    {
        foreach (var (gate, limit) in LimitLedger.SharedNeeds(run))
        {
            if (Holder.Free(gate, limit) > 0 || !_counts.TryGetValue(gate, out var count))
            {
                continue;
            }

            if (count >= limit || (count is null && Holder.Waiting(gate) > 0))
            {
                return (gate, count, limit);
            }
        }

        return IsFullHere(handler) ? (HandlerGates.KeyOf(handler), handlers.InUse(handler.Key), handler.MaxConcurrency) : null;
    }

    /// <summary>Asks how many permits of a run's limits are taken, so that it can be told.</summary>
    public async Task CountAsync(NewRun run)
    {
        _counts.Clear();
        foreach (var (gate, limit) in LimitLedger.SharedNeeds(run))
        {
            if (Holder.Free(gate, limit) == 0)
            {
                _counts[gate] = await limits.CountAsync(gate);
            }
        }
    }

    public void Opened(long epoch) => Holder.Open(epoch);

    public void Closed() => Holder.Close();

    public void Settle()
    {
        if (Holder.Settle(clock.Now()))
        {
            limits.Flush(this);
        }
    }

    /// <summary>Takes in what a home says, and tells the partition what arrived.</summary>
    public List<GateKey> Apply(PermitAnswer answer, bool asked)
    {
        var arrived = Holder.Apply(answer, asked);
        arrived.ForEach(Partition.OnPermit);
        return arrived;
    }
}
