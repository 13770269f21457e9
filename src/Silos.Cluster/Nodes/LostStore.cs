using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Duties;

namespace Silos.Cluster.Nodes;

/// <summary>
/// Gives this silo's place up when it alone has lost the store. The others hear it and count it in, so nobody would take its jobs and partitions over, and
/// it can decide and write nothing. A store that is away for everybody is waited for.
/// </summary>
/// <param name="reaches">Whether the store answers this silo.</param>
/// <param name="anotherReaches">Whether it answers another silo.</param>
/// <param name="giveUp">Ends the silo at once, with the reason: whatever executes here runs again elsewhere without burning an attempt.</param>
/// <param name="clock">The clock.</param>
/// <param name="scheduler">Where it runs.</param>
/// <param name="watch">Tells the log that the store is away.</param>
/// <param name="logger">The log.</param>
internal sealed class LostStore(
    Func<CancellationToken, Task<bool>> reaches,
    Func<CancellationToken, Task<bool>> anotherReaches,
    Action<string> giveUp,
    TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<LostStore> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    /// <summary>How long a silo bears it: far longer than a fail-over of the database's proxy, far shorter than people wait for a job.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>How long one question to the store may take: less than other silos wait for this one's answer about it.</summary>
    public static readonly TimeSpan Question = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock = clock;
    private long? _lostAt;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var asked = _clock.GetTimestamp();
        if (await reaches(cancellationToken))
        {
            _lostAt = null;
            return false;
        }

        // It may have come back while the others were asked.
        var lostAt = _lostAt ??= asked;
        if (_clock.GetElapsedTime(lostAt) >= Patience && await anotherReaches(cancellationToken) && !await reaches(cancellationToken))
        {
            giveUp($"The store has not answered this silo for {(long)_clock.GetElapsedTime(lostAt).TotalSeconds} s, but it answers another one.");
        }

        return false;
    }
}
