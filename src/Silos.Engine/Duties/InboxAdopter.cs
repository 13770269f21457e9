using Microsoft.Extensions.Logging;
using Silos.Engine.Queues;
using Silos.Engine.Telemetry;
using Silos.Runs;

namespace Silos.Engine.Duties;

/// <summary>Takes runs from the inbox into the partitions of this process: one query for all of them. On its way it lets partitions notice what timers do not.</summary>
internal sealed class InboxAdopter(PartitionServices services, PartitionSet partitions, ILogger<InboxAdopter> logger)
    : BackgroundDuty(services.Clock, services.Scheduler, services.Watch, logger)
{
    private const int Batch = 5_000;

    private int _next;

    protected override TimeSpan Interval => services.Options.InboxInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var hosted = partitions.All;
        if (hosted.Length == 0)
        {
            return false;
        }

        foreach (var partition in hosted)
        {
            partition.Look();
        }

        // A cancel request whose hint was lost is found within a round of the partitions.
        hosted[_next++ % hosted.Length].Tell(News.Cancels);
        var begun = new Dictionary<int, (QueuePartition Partition, Adoption Adoption)>(hosted.Length);
        var owners = new List<PartitionEpoch>(hosted.Length);
        foreach (var partition in hosted)
        {
            var adoption = partition.BeginAdoption();
            if (adoption.Epoch > 0)
            {
                begun.Add(partition.Number, (partition, adoption));
                owners.Add(new PartitionEpoch(partition.Number, adoption.Epoch));
            }
        }

        if (owners.Count == 0)
        {
            return false;
        }

        IReadOnlyList<PendingRun> runs;
        try
        {
            runs = await services.Store.Runs.AdoptAsync(owners, services.Clock.Now(), Batch, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // They may have been adopted all the same: then their owners must read them.
            foreach (var (partition, _) in begun.Values)
            {
                partition.Tell(News.Unsure);
            }

            throw;
        }

        SilosInstruments.OnEnqueued(runs.Count);
        foreach (var group in runs.GroupBy(run => run.Request.Partition))
        {
            var (partition, adoption) = begun[group.Key];
            partition.Adopted(adoption with { Runs = [.. group] });
        }

        return runs.Count == Batch;
    }
}
