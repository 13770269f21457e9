using Microsoft.Extensions.Options;
using Silos.Engine.Alarms;
using Silos.Engine.Duties;
using Silos.Engine.Operations;
using Silos.Engine.Telemetry;
using Silos.Engine.Workers;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Starts and stops the parts of the engine in an order that loses nothing; says how they are.</summary>
internal sealed class SilosEngine(
    IOptions<EngineOptions> options,
    ISilosStore store,
    IQueueStartup queues,
    IJobStartup jobs,
    IEnumerable<IJobSource> sources,
    Worker worker,
    TallyWriter tallies,
    RunJanitor runJanitor,
    LedgerJanitor ledgerJanitor,
    EngineGauges gauges,
    QueueDepths depths,
    AlarmDuty alarms,
    OperationDuty operations) : ISilosHealth
{
    private volatile bool _started;
    private volatile bool _scheduling;
    private volatile bool _stopping;

    private bool Schedules => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    /// <summary>Opens the store, before anything asks it.</summary>
    /// <param name="exclusive">Whether the store is held against other processes: this one is alone.</param>
    /// <param name="cancellationToken">Ends the try.</param>
    /// <exception cref="StartupException">The store cannot be used; the message says why.</exception>
    public async Task OpenAsync(bool exclusive, CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(exclusive, cancellationToken);
        }
        catch (StartupException exception)
        {
            // Whatever a store objects to, a supervisor may try again later.
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }
    }

    /// <summary>Starts queues and workers, then jobs.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        gauges.Start();
        await queues.StartAsync(cancellationToken);
        tallies.Start(atOnce: false);
        await jobs.RegisterAsync(cancellationToken);
        if (Schedules)
        {
            foreach (var source in sources)
            {
                await source.ApplyAsync(cancellationToken);
            }

            await jobs.RunStartupJobsAsync(cancellationToken);
            await jobs.StartAsync(cancellationToken);

            // Where several processes share a store, each deletes what is too old, in small batches: two at once find nothing twice.
            runJanitor.Start(atOnce: false);
            ledgerJanitor.Start(atOnce: false);
            WatchOver();
            _scheduling = true;
        }

        _started = true;
    }

    /// <summary>Stops jobs, then queues and workers: drains.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        if (_scheduling)
        {
            _scheduling = false;
            await jobs.StopAsync(cancellationToken);
            await runJanitor.StopAsync();
            await ledgerJanitor.StopAsync();
            await operations.StopAsync();
            await depths.StopAsync();
            await alarms.StopAsync();
            depths.Close();
            alarms.Close();
        }

        // The host's token ends its own patience; the drain has a patience of its own, which is the one people set.
        await queues.StopAsync(cancellationToken);
        await tallies.StopAsync();
        await tallies.WriteLastAsync(cancellationToken);
        _started = false;
    }

    /// <summary>Begins to look at queues and jobs as a whole. In a cluster each silo is ready to, and one does.</summary>
    private void WatchOver()
    {
        depths.Always = alarms.Enabled;
        operations.Start(atOnce: false);
        depths.Publish();
        if (depths.IsWanted)
        {
            depths.Start(atOnce: false);
        }

        if (alarms.Enabled)
        {
            alarms.Publish();
            alarms.Start(atOnce: false);
        }
    }

    public bool RestartWanted => worker.Abandoned > options.Value.MaxAbandoned;

    public async ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var reachable = await store.IsReachableAsync(cancellationToken);
        return new SilosHealth
        {
            Started = _started,
            SchedulerRunning = _scheduling && queues.IsOpen,
            StoreReachable = reachable,
            Draining = _stopping || queues.IsDraining,
            AbandonedAttempts = worker.Abandoned,
            RestartWanted = RestartWanted,
        };
    }
}
