using Orleans.Placement;
using Orleans.Runtime.Placement;
using Silos.Cluster.Workers;

namespace Silos.Cluster.Queues;

/// <summary>Puts each partition on the silo that <see cref="PartitionSpread"/> names.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PartitionPlacementAttribute() : PlacementAttribute(new PartitionPlacement());

/// <summary>The strategy of <see cref="PartitionPlacementAttribute"/>.</summary>
[Serializable, GenerateSerializer, Immutable]
internal sealed class PartitionPlacement : PlacementStrategy;

/// <summary>Places partitions: not on a silo that is stopping, unless there is no other.</summary>
internal sealed class PartitionPlacementDirector(WorkerDirectory workers, LocalWorker here, ILocalSiloDetails local) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var compatible = context.GetCompatibleSilos(target);
        var staying = Array.FindAll(compatible, silo => silo.Equals(local.SiloAddress) ? !here.Draining : !workers.IsLeaving(silo));
        var number = (int)target.GrainIdentity.GetIntegerKey();
        return Task.FromResult(PartitionSpread.Of(staying.Length > 0 ? staying : compatible)[number]);
    }
}
