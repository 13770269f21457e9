using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Duties;

namespace Silos.Cluster.Limits;

/// <summary>Gives back permits that lie idle, and asks again where waiting takes long.</summary>
internal sealed class LimitKeeper(ClusterLimits limits, TimeProvider clock, EngineScheduler scheduler, StoreWatch watch, ILogger<LimitKeeper> logger)
    : BackgroundDuty(clock, scheduler, watch, logger)
{
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        limits.Look();
        return Task.FromResult(false);
    }
}
