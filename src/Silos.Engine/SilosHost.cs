using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Silos.Engine.Duties;
using Silos.Engine.Queues;
using Silos.Engine.Workers;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Starts and stops the engine with the process, in an order that loses nothing.</summary>
internal sealed class SilosHost(
    IOptions<EngineOptions> options,
    ISilosStore store,
    InProcessQueueHost queues,
    IJobStartup jobs,
    Worker worker,
    RunJanitor runJanitor,
    LedgerJanitor ledgerJanitor) : IHostedService, ISilosHealth
{
    private bool _started;
    private bool _scheduling;

    private bool Schedules => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(exclusive: Schedules, cancellationToken);
        await queues.StartAsync(cancellationToken);
        if (Schedules)
        {
            await jobs.RegisterAsync(cancellationToken);
            await jobs.RunStartupJobsAsync(cancellationToken);
            await jobs.StartAsync(cancellationToken);
            runJanitor.Start(atOnce: false);
            ledgerJanitor.Start(atOnce: false);
            _scheduling = true;
        }

        _started = true;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_scheduling)
        {
            _scheduling = false;
            await jobs.StopAsync(cancellationToken);
            await runJanitor.StopAsync();
            await ledgerJanitor.StopAsync();
        }

        // The host's token ends its own patience; the drain has a patience of its own, which is the one people set.
        await queues.StopAsync(cancellationToken);
        _started = false;
    }

    public async ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var reachable = await store.IsReachableAsync(cancellationToken);
        var running = _scheduling && queues.IsOpen;
        var restart = worker.Abandoned > options.Value.MaxAbandoned;
        return new SilosHealth
        {
            Worker = options.Value.WorkerName,
            Started = _started,
            SchedulerRunning = running,
            Draining = queues.IsDraining,
            StoreReachable = reachable,
            Running = worker.Running,
            Slots = worker.Slots.Capacity,
            Abandoned = worker.Abandoned,
            RestartAdvised = restart,
            LastRunAt = worker.LastEndedAt,
            Healthy = _started && reachable && !queues.IsDraining && !restart && (running || !Schedules),
        };
    }
}
