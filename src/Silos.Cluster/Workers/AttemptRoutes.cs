using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Queues;
using Silos.Engine;
using Silos.Engine.Queues;
using Silos.Queues;

namespace Silos.Cluster.Workers;

/// <summary>The ways from the attempts of this silo to the owners of their partitions, one a partition.</summary>
internal sealed class AttemptRoutes
{
    private readonly AttemptRoute[] _routes;

    public AttemptRoutes(
        IOptions<EngineOptions> options,
        IGrainFactory grains,
        HandlerGates handlers,
        EngineScheduler scheduler,
        [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
        ILogger<AttemptRoute> logger) => _routes =
    [
        .. Enumerable.Range(0, Partitions.Count).Select(number => new AttemptRoute(
            number,
            options.Value.WorkerName,
            message => grains.GetGrain<IQueuePartitionGrain>(number).ReportAsync(message),
            handlers,
            scheduler,
            clock,
            logger)),
    ];

    /// <summary>Gets the way of a partition.</summary>
    public AttemptRoute Of(int partition) => _routes[partition];

    /// <summary>Gets the way of a partition.</summary>
    public IAttemptOwner Of(QueuePartition partition) => _routes[partition.Number];

    /// <summary>Gets the attempts of this silo whose owner is another one.</summary>
    public IEnumerable<Engine.Workers.AttemptContext> Away() => _routes.SelectMany(route => route.Away());

    /// <summary>Gets whether every end was reported.</summary>
    public bool IsQuiet => Array.TrueForAll(_routes, route => route.IsQuiet);
}
