using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Decides due instants in this process: rings when one comes, and looks for overdue jobs every few seconds in case a message was lost.</summary>
/// <remarks>
/// Only instants are kept in memory, those of the next minutes; the jobs that are due are read when one rings, in pages,
/// and each page is one write. So jobs that are not due cost nothing, and ten thousand due at once cost a few writes.
/// The clock is looked at again at least every sweep, so one that jumps is noticed within seconds.
/// </remarks>
internal sealed class InProcessJobHost(
    ISilosStore store,
    JobActors actors,
    JobServicesOfActor services,
    JobRegistrar registrar,
    DueJobs due,
    AlarmBoard alarms,
    PauseBoard pauses,
    JobStarter starter,
    IOptions<EngineOptions> options,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<InProcessJobHost> logger) : ActorJobCommands(actors, registrar, pauses), IJobHost, IJobStartup, IDisposable
{
    private const int MostAlarms = 10_000;
    private static readonly TimeSpan LookAhead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Bell _bell = new(services.Clock);
    private Task _loop = Task.CompletedTask;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private volatile bool _look;
    private volatile bool _running;

    /// <inheritdoc/>
    public override bool IsScheduling => _running;

    private bool IsScheduler => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    /// <inheritdoc/>
    public void OnRunFinished(JobKey job)
    {
        // The row's wake-up was written with the outcome: looking for due jobs finds it, for thousands of runs at once.
        _look = true;
        _bell.Ring();
    }

    /// <inheritdoc/>
    public void HintDue(JobKey job, DateTimeOffset at) => alarms.Add(at);

    /// <inheritdoc/>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await Pauses.ReloadAsync(cancellationToken);
        if (IsScheduler)
        {
            await starter.RegisterAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task RunStartupJobsAsync(CancellationToken cancellationToken) =>
        IsScheduler ? starter.RunAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsScheduler)
        {
            return;
        }

        foreach (var tenant in Pauses.Unfinished())
        {
            await due.RearmAsync(tenant, cancellationToken);
        }

        alarms.Earlier = _bell.Ring;
        _running = true;
        _loop = scheduler.Run(LoopAsync);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _running = false;
        await _stopping.CancelAsync();
        _bell.Ring();
        await _loop.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task ResumeAllAsync(TenantId? tenant, CancellationToken cancellationToken)
    {
        if (!await Pauses.ResumeAsync(tenant, services.Now, cancellationToken))
        {
            return;
        }

        if (tenant is { } one)
        {
            await due.RearmAsync(one, cancellationToken);
        }
        else
        {
            await Pauses.FinishAsync(null, cancellationToken);
        }

        _look = true;
        _bell.Ring();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _bell.Dispose();
    }

    private async Task LoopAsync()
    {
        var backOff = FirstBackOff;
        while (!_stopping.IsCancellationRequested)
        {
            TimeSpan sleep;
            var mark = watch.Mark();
            try
            {
                if (await LookAsync(_stopping.Token))
                {
                    watch.Worked(mark);
                }

                sleep = Next(services.Now);
                backOff = FirstBackOff;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The store is away: what is due stays due, and is decided when it answers again.
                if (StoreWatch.IsAway(exception))
                {
                    watch.Failed(mark, exception, "the look for due jobs");
                }
                else
                {
                    JobLog.SweepFailed(logger, backOff, exception);
                }

                alarms.Reach(DateTimeOffset.MinValue);
                _look = true;
                sleep = backOff;
                backOff = backOff * 2 < options.Value.SweepInterval ? backOff * 2 : options.Value.SweepInterval;
            }

            await _bell.WaitAsync(sleep);
        }
    }

    /// <returns>Whether the store was asked.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var now = services.Now;
        var rang = alarms.Ring(now);
        var sweep = now >= _lookedAt + options.Value.SweepInterval || now < _lookedAt;
        if (sweep)
        {
            await Pauses.ReloadAsync(cancellationToken);
        }

        if (rang || sweep || _look)
        {
            var alone = !rang && !_look;
            _look = false;
            _lookedAt = now;
            var written = await due.DecideAsync(cancellationToken);
            if (alone)
            {
                SilosInstruments.OnSwept(written);
            }
        }

        var reads = services.Now + (LookAhead / 2) >= alarms.Horizon;
        if (reads)
        {
            await ReadAlarmsAsync(cancellationToken);
        }

        return reads || sweep;
    }

    private async Task ReadAlarmsAsync(CancellationToken cancellationToken)
    {
        var now = services.Now;
        var horizon = now + LookAhead;
        alarms.Reach(horizon);
        var read = await store.Jobs.ReadAlarmsAsync(now, horizon, MostAlarms, cancellationToken);
        alarms.AddRange(read.Select(alarm => alarm.At));
        if (read.Count == MostAlarms)
        {
            alarms.Reach(read[^1].At);
        }
    }

    private TimeSpan Next(DateTimeOffset now)
    {
        var next = _lookedAt + options.Value.SweepInterval;
        if (alarms.First is { } first && first < next)
        {
            next = first;
        }

        // What lies beyond the horizon is not known before it is moved on.
        next = alarms.Horizon < next ? alarms.Horizon : next;

        // A horizon that is full of alarms is moved on when they have rung.
        return _look || next <= now ? TimeSpan.Zero : next - now;
    }
}
