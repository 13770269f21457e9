using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Silos.Engine.Duties;
using Silos.Engine.Workers;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Starts and stops the engine with the process, in an order that loses nothing.</summary>
internal sealed class SilosHost(
    IOptions<EngineOptions> options,
    ISilosStore store,
    IQueueStartup queues,
    IJobStartup jobs,
    IEnumerable<IJobSource> sources,
    Worker worker,
    RunJanitor runJanitor,
    LedgerJanitor ledgerJanitor) : IHostedLifecycleService, ISilosHealth
{
    // Of a backlog the newest have not started; looking further back is not worth what it reads.
    private const int LookBack = 100;

    private bool _started;
    private bool _scheduling;
    private bool _lookedBack;
    private DateTimeOffset? _lastRunBefore;

    private bool Schedules => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(cancellationToken);
        await queues.StartAsync(cancellationToken);
        if (Schedules)
        {
            await jobs.RegisterAsync(cancellationToken);
            foreach (var source in sources)
            {
                await source.ApplyAsync(cancellationToken);
            }

            await jobs.RunStartupJobsAsync(cancellationToken);
            await jobs.StartAsync(cancellationToken);
            runJanitor.Start(atOnce: false);
            ledgerJanitor.Start(atOnce: false);
            _scheduling = true;
        }

        _started = true;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains before anything else stops, so that people can watch it and health checks hear "not ready" rather than nothing.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
        return new SilosHealth
        {
            Started = _started,
            SchedulerRunning = _scheduling && queues.IsOpen,
            RegisteredJobs = reachable ? await CountJobsAsync(cancellationToken) : 0,
            LastRunAt = worker.LastStartedAt ?? await LastRunBeforeAsync(reachable, cancellationToken),
            StoreReachable = reachable,
            Draining = queues.IsDraining,
            AbandonedAttempts = worker.Abandoned,
            RestartWanted = worker.Abandoned > options.Value.MaxAbandoned,
        };
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(exclusive: Schedules, cancellationToken);
        }
        catch (StartupException exception)
        {
            // Whatever a store objects to, a supervisor may try again later.
            throw new StartupException(exception.Message, exception) { Cause = StartupCause.Store };
        }
    }

    /// <summary>Finds out, once, when a run started before this process did.</summary>
    private async ValueTask<DateTimeOffset?> LastRunBeforeAsync(bool reachable, CancellationToken cancellationToken)
    {
        if (!_lookedBack && reachable)
        {
            try
            {
                var newest = await store.Reader.ListAsync(new RunQuery(TenantId.Default, Limit: LookBack), cancellationToken);
                _lastRunBefore = newest.Max(run => run.StartedAt);
                _lookedBack = true;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // As below; it is asked again at the next check.
                return null;
            }
        }

        return _lastRunBefore;
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
