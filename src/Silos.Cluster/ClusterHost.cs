using Microsoft.Extensions.Options;
using Silos.Engine;
using Silos.Engine.Duties;
using Silos.Engine.Workers;
using Silos.Stores;

namespace Silos.Cluster;

/// <summary>Starts and stops the engine with the silo: the store before any grain, the rest when the silo is a member.</summary>
internal sealed class ClusterHost(
    IOptions<EngineOptions> options,
    ISilosStore store,
    IJobStartup jobs,
    IEnumerable<IJobSource> sources,
    IEnumerable<IClusterPart> parts,
    Worker worker,
    RunJanitor runJanitor,
    LedgerJanitor ledgerJanitor) : ILifecycleParticipant<ISiloLifecycle>, ISilosHealth
{
    // After the gateway is open, so that what the engine starts finds a whole silo; stopped before anything else.
    private const int Engine = ServiceLifecycleStage.Active + 1;

    private readonly IClusterPart[] _parts = [.. parts];
    private volatile bool _started;
    private volatile bool _scheduling;
    private volatile bool _draining;

    private bool Schedules => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(ClusterHost), ServiceLifecycleStage.RuntimeStorageServices, OpenAsync);
        lifecycle.Subscribe(nameof(ClusterHost), Engine, StartAsync, StopAsync);
    }

    public async ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var reachable = await store.IsReachableAsync(cancellationToken);
        return new SilosHealth
        {
            Started = _started,
            SchedulerRunning = _scheduling,
            RegisteredJobs = reachable ? await CountJobsAsync(cancellationToken) : 0,
            LastRunAt = worker.LastStartedAt,
            StoreReachable = reachable,
            Draining = _draining,
            AbandonedAttempts = worker.Abandoned,
            RestartWanted = worker.Abandoned > options.Value.MaxAbandoned,
        };
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(exclusive: false, cancellationToken);
        }
        catch (StartupException exception)
        {
            // Whatever a store objects to, a supervisor may try again later.
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _parts)
        {
            await part.StartAsync(cancellationToken);
        }

        await jobs.RegisterAsync(cancellationToken);
        if (Schedules)
        {
            foreach (var source in sources)
            {
                await source.ApplyAsync(cancellationToken);
            }

            await jobs.RunStartupJobsAsync(cancellationToken);
            await jobs.StartAsync(cancellationToken);

            // Every silo deletes what is too old, in small batches: two at once find nothing twice.
            runJanitor.Start(atOnce: false);
            ledgerJanitor.Start(atOnce: false);
            _scheduling = true;
        }

        _started = true;
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        if (_scheduling)
        {
            _scheduling = false;
            await jobs.StopAsync(cancellationToken);
            await runJanitor.StopAsync();
            await ledgerJanitor.StopAsync();
        }

        foreach (var part in _parts.Reverse())
        {
            await part.StopAsync(cancellationToken);
        }

        _started = false;
    }

    private async ValueTask<int> CountJobsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.Jobs.CountAsync(TenantId.Default, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It answered a moment ago; a health check must not fail over a number.
            return 0;
        }
    }
}
