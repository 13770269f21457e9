using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Nodes;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Cluster.Jobs;

/// <summary>Finds jobs that nobody woke and hands their rows to their grains, so that nothing is read twice.</summary>
/// <remarks>
/// Each job is looked after by one silo; what is overdue for longer is taken by all, because silos may disagree on who there is
/// or one may know a schedule that the grain's silo lacks. All of it may be done twice: a row's version lets one through.
/// </remarks>
internal sealed partial class JobSweep(
    ISilosStore store, GrainJobs jobs, PauseBoard pauses, ClusterNodes nodes, IGrainFactory grains, IOptions<EngineOptions> options, ILogger<JobSweep> logger)
{
    private const int Page = 2_000;
    private const int KeysAtOnce = 500;
    private const int AtOnce = 128;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    /// <summary>Wakes what is overdue by more than a second; returns how many jobs were decided because of it.</summary>
    /// <param name="alone">Whether nothing but time is the reason to look: then what is found is what nothing else had woken.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> WakeOverdueAsync(bool alone, CancellationToken cancellationToken)
    {
        var woken = 0;
        var seen = new HashSet<JobKey>();
        while (pauses.All is null)
        {
            // Rows that were handed along and are not decided are still overdue, so so many more are read and left out.
            var now = jobs.Now;
            var rows = await store.Jobs.ReadDueAsync(now - Grace, Page + seen.Count, cancellationToken);
            var schedulers = nodes.Schedulers();
            var late = now - (2 * options.Value.SweepInterval);
            var mine = rows.Where(row => seen.Add(row.Key)).Where(row => At(row) <= late || nodes.IsMine(row.Key, schedulers)).ToList();
            await ForAllAsync(
                mine,
                async row =>
                {
                    if (await WakeAsync(row, now))
                    {
                        Interlocked.Increment(ref woken);
                    }
                },
                cancellationToken);
            if (rows.Count < Page)
            {
                break;
            }
        }

        if (alone)
        {
            SilosInstruments.OnSwept(woken);
        }

        if (woken > 0)
        {
            LogWoken(woken);
        }

        return woken;
    }

    /// <summary>Wakes jobs of which a run has ended, if they want it. One read for many.</summary>
    public async Task WakeFinishedAsync(IReadOnlyCollection<JobKey> finished, CancellationToken cancellationToken)
    {
        foreach (var keys in finished.Chunk(KeysAtOnce))
        {
            var now = jobs.Now;
            var rows = await store.Jobs.ReadAsync(keys, cancellationToken);
            await ForAllAsync(rows.Where(row => row.IsActive && At(row) <= now), row => WakeAsync(row, now), cancellationToken);
        }
    }

    /// <summary>
    /// Arms the grains of this silo's jobs that are due within the next minute: silos came or went, and those jobs' timers with them.
    /// What is further off is rung by reminders.
    /// </summary>
    public async Task ArmNextAsync(CancellationToken cancellationToken)
    {
        var after = jobs.Now - Grace;
        var until = after + Ahead + Grace;
        var schedulers = nodes.Schedulers();
        while (true)
        {
            var alarms = await store.Jobs.ReadAlarmsAsync(after, until, Page, cancellationToken);
            foreach (var keys in alarms.Select(alarm => alarm.Key).Where(key => nodes.IsMine(key, schedulers)).Chunk(KeysAtOnce))
            {
                await ForAllAsync(await store.Jobs.ReadAsync(keys, cancellationToken), row => Grain(row.Key).ArmAsync(row), cancellationToken);
            }

            // A page that ends within an instant leaves the rest of it to the overdue.
            if (alarms.Count < Page || alarms[^1].At == after)
            {
                return;
            }

            after = alarms[^1].At;
        }
    }

    private static DateTimeOffset? At(Job row) => row.WakeAt is { } wake && !(row.NextDue <= wake) ? wake : row.NextDue;

    private IJobAlarmGrain Grain(JobKey key) => grains.GetGrain<IJobAlarmGrain>(key.ToString());

    /// <returns>Whether the job was decided because of it, and not by somebody else.</returns>
    private async Task<bool> WakeAsync(Job row, DateTimeOffset now)
    {
        // The grain had its chances: it may live where the schedule is not known, or where the silo hangs.
        var decided = now - At(row) > 3 * options.Value.SweepInterval && jobs.Understands(row)
            && (await jobs.DecideAsync(row.Key, row, CancellationToken.None)).Written;

        // A silo that hangs is not waited for: the others' jobs are to be looked at, too.
        return await Grain(row.Key).WakeAsync(row).WaitAsync(options.Value.SweepInterval, jobs.Clock) || decided;
    }

    private Task ForAllAsync(IEnumerable<Job> rows, Func<Job, Task> work, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        rows,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (row, _) =>
        {
            try
            {
                await work(row);
            }
            catch (Exception exception)
            {
                LogNotWoken(row.Key, exception);
            }
        });

    [LoggerMessage(LogLevel.Information, "{Count} overdue job(s) were woken")]
    private partial void LogWoken(int count);

    [LoggerMessage(LogLevel.Warning, "Job {Job} is overdue and its grain could not be woken; it is tried again")]
    private partial void LogNotWoken(JobKey job, Exception exception);
}
