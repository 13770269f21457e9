using Microsoft.Extensions.Logging;
using Silos.Cluster.Nodes;
using Silos.Cluster.Workers;
using Silos.Engine;
using Silos.Engine.Duties;
using Silos.Engine.Queues;
using Silos.Engine.Workers;

namespace Silos.Cluster.Limits;

/// <summary>
/// Stops attempts that hold permits when this silo hears neither another silo nor the store, or was paused that long: the others take it
/// for dead, and after <see cref="ClusterLimits.Afterlife"/> somebody else gets the permits.
/// </summary>
internal sealed partial class LimitFence(
    Isolation isolation,
    Func<IEnumerable<AttemptContext>> attempts,
    StoreProbe store,
    TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<LimitFence> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ILogger<LimitFence> _logger = logger;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        // Before the store is asked: after a pause it would answer, and say nothing about what happened meanwhile.
        if (isolation.Lasts >= Isolation.Longest)
        {
            var stopped = attempts().Count(attempt =>
                LimitLedger.SharedNeeds(attempt.Pending.Request).Count > 0 && attempt.RequestStop(StopReason.OwnershipLost, request: null));
            if (stopped > 0)
            {
                LogCutOff(isolation.Lasts, stopped);
            }
        }

        if (isolation.Lasts >= Isolation.Doubtful)
        {
            await AskStoreAsync(cancellationToken);
        }

        return false;
    }

    private async Task AskStoreAsync(CancellationToken cancellationToken)
    {
        var mark = isolation.Mark();
        if (await store.AnswersAsync(Patience, cancellationToken))
        {
            isolation.Heard(mark);
        }
    }

    [LoggerMessage(LogLevel.Warning, "For {Time} neither another silo nor the store has been heard, so the others may have given this silo up; {Count} attempts that hold permits of limits are stopped")]
    private partial void LogCutOff(TimeSpan time, int count);
}
