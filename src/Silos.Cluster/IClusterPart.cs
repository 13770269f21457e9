namespace Silos.Cluster;

/// <summary>A part of a silo that is started before jobs are decided and stopped after: queues and workers.</summary>
internal interface IClusterPart
{
    /// <summary>Starts; the store is open and grains can be called.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops; grains can still be called.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
