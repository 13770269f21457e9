using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Silos.Cluster.Nodes;
using Silos.Cluster.Time;
using Silos.Engine;

namespace Silos.Cluster;

/// <summary>
/// Starts and stops the engine with the silo. Before Orleans starts: the store, with Orleans' own tables in it, and the clock. When the
/// silo is a member: the rest. It drains before anything else stops, while calls and health checks are still answered.
/// </summary>
internal sealed class ClusterHost(
    SilosEngine engine, ClockKeeper clock, SiloNames names, DeadNeighbours dead, LostStore lost, IOptions<EndpointOptions> endpoints)
    : ILifecycleParticipant<ISiloLifecycle>, IHostedLifecycleService
{
    // The list of silos has been read by then, and this one is not yet on it.
    private const int BeforeJoining = ServiceLifecycleStage.RuntimeGrainServices + 50;

    // After the gateway is open, so that what the engine starts finds a whole silo; stopped before anything else.
    private const int Engine = ServiceLifecycleStage.Active + 1;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(SiloNames), BeforeJoining, names.CheckAsync);
        lifecycle.Subscribe(nameof(DeadNeighbours), BeforeJoining, dead.StartAsync, dead.StopAsync);
        lifecycle.Subscribe(nameof(DeadNeighbours), ServiceLifecycleStage.Active, dead.StopAsync);
        lifecycle.Subscribe(nameof(LostStore), ServiceLifecycleStage.Active, WatchStoreAsync, _ => lost.StopAsync());
        lifecycle.Subscribe(nameof(ClusterHost), Engine, engine.StartAsync, engine.StopAsync);
    }

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        SiloPorts.Check(endpoints.Value);
        await engine.OpenAsync(exclusive: false, cancellationToken);
        await clock.SetAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits any longer: what was not handed over is taken over, and the silo still takes its leave.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => clock.StopAsync();

    private Task WatchStoreAsync(CancellationToken cancellationToken)
    {
        lost.Start(atOnce: false);
        return Task.CompletedTask;
    }
}
