using Microsoft.Extensions.Logging;
using Silos.Engine.Queues;
using Silos.Runs;

namespace Silos.Engine.Duties;

/// <summary>Renews the leases of all partitions of this process. A partition that is not held any more is given up at once.</summary>
internal sealed class LeaseKeeper(PartitionServices services, QueuePartition[] partitions, ILogger<LeaseKeeper> logger)
    : BackgroundDuty(services.Clock, services.Scheduler, services.Watch, logger)
{
    // Three tries before a lease ends.
    protected override TimeSpan Interval => services.Options.LeaseDuration / 4;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        List<PartitionEpoch> owners = [.. partitions.Select(partition => partition.Owner).Where(owner => owner.Epoch > 0)];
        if (owners.Count == 0)
        {
            return false;
        }

        var until = services.Clock.Now() + services.Options.LeaseDuration;
        var held = await services.Store.Runs.RenewAsync(owners, until, cancellationToken);
        foreach (var owner in owners)
        {
            if (held.Contains(owner))
            {
                partitions[owner.Partition].Renewed(owner, until);
            }
            else if (partitions[owner.Partition].Owner == owner)
            {
                partitions[owner.Partition].Tell(News.LeaseLost);
            }
        }

        return false;
    }
}
