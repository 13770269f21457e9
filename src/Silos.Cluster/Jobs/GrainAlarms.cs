using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>Tells jobs' grains about rows that were written elsewhere: by the registrar, at start, when a pause ended.</summary>
/// <remarks>Only for promptness: a grain that is not told is found by the sweep when its job is overdue.</remarks>
internal sealed partial class GrainAlarms(IGrainFactory grains, EngineScheduler scheduler, ILogger<GrainAlarms> logger) : IJobAlarms
{
    private const int AtOnce = 128;

    private readonly Channel<Job> _rows = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _lock = new();
    private Task? _pump;
    private int _untold;

    /// <summary>Gets how many rows were written and not told yet.</summary>
    public int Untold => Volatile.Read(ref _untold);

    public void Planned(PlannedJob planned, JobPlanOutcome outcome) => Changed(planned.Written(outcome));

    public void Changed(Job job)
    {
        if (job.NextDue is null)
        {
            // A grain that still has an earlier alarm notices when it rings.
            return;
        }

        Interlocked.Increment(ref _untold);
        if (!_rows.Writer.TryWrite(job))
        {
            Interlocked.Decrement(ref _untold);
            return;
        }

        lock (_lock)
        {
            _pump ??= scheduler.Run(PumpAsync);
        }
    }

    /// <summary>Tells what was written so far and no more.</summary>
    public async Task StopAsync()
    {
        _rows.Writer.TryComplete();
        if (_pump is { } pump)
        {
            await pump;
        }
    }

    private Task PumpAsync() => Parallel.ForEachAsync(
        _rows.Reader.ReadAllAsync(CancellationToken.None),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, TaskScheduler = scheduler.TaskScheduler },
        async (row, _) =>
        {
            try
            {
                await grains.GetGrain<IJobAlarmGrain>(row.Key.ToString()).ArmAsync(row);
            }
            catch (Exception exception)
            {
                LogUntold(row.Key, exception);
            }
            finally
            {
                Interlocked.Decrement(ref _untold);
            }
        });

    [LoggerMessage(LogLevel.Debug, "The grain of job {Job} was not told of its next due instant; the sweep finds it when it is overdue")]
    private partial void LogUntold(JobKey job, Exception exception);
}
