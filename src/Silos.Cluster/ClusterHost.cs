using Silos.Engine;

namespace Silos.Cluster;

/// <summary>Starts and stops the engine with the silo: the store before any grain, the rest when the silo is a member.</summary>
internal sealed class ClusterHost(SilosEngine engine) : ILifecycleParticipant<ISiloLifecycle>
{
    // After the gateway is open, so that what the engine starts finds a whole silo; stopped before anything else.
    private const int Engine = ServiceLifecycleStage.Active + 1;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(
            nameof(ClusterHost),
            ServiceLifecycleStage.RuntimeStorageServices,
            cancellationToken => engine.OpenAsync(exclusive: false, cancellationToken));
        lifecycle.Subscribe(nameof(ClusterHost), Engine, engine.StartAsync, engine.StopAsync);
    }
}
