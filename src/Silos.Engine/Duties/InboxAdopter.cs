using Microsoft.Extensions.Logging;
using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Engine.Duties;

/// <summary>Takes runs from the inbox into the partitions of this process: one query for all of them. On its way it lets partitions notice what timers do not.</summary>
internal sealed class InboxAdopter(PartitionServices services, QueuePartition[] partitions, ILogger<InboxAdopter> logger)
    : BackgroundDuty(services.Clock, services.Scheduler, services.Watch, logger)
{
    private const int Batch = 5_000;

    private int _next;

    protected override TimeSpan Interval => services.Options.InboxInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in partitions)
        {
            partition.Look();
        }

        // A cancel request whose hint was lost is found within a round of the partitions.
        partitions[_next++ % partitions.Length].Tell(News.Cancels);
        var begun = new Dictionary<int, Adoption>(partitions.Length);
        var owners = new List<PartitionEpoch>(partitions.Length);
        foreach (var partition in partitions)
        {
            var adoption = partition.BeginAdoption();
            if (adoption.Epoch > 0)
            {
                begun.Add(partition.Number, adoption);
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
            foreach (var owner in owners)
            {
                partitions[owner.Partition].Tell(News.Unsure);
            }

            throw;
        }

        foreach (var group in runs.GroupBy(run => run.Request.Partition))
        {
            partitions[group.Key].Adopted(begun[group.Key] with { Runs = [.. group] });
        }

        return runs.Count == Batch;
    }
}
