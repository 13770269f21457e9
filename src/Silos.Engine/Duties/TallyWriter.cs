using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Duties;

/// <summary>Adds what ended in this process to the numbers in the store: one statement every two seconds, and none when nothing ended.</summary>
internal sealed partial class TallyWriter(
    ISilosStore store,
    RunTallies tallies,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<TallyWriter> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    // While the store is away the minutes pile up; what is older than this is not worth its memory.
    private const int MostWaiting = 10_000;

    private readonly Dictionary<(TenantId Tenant, DateTimeOffset Minute), RunTally> _waiting = [];
    private readonly ILogger _logger = logger;

    protected override TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var tally in tallies.Take())
        {
            if (_waiting.Count < MostWaiting)
            {
                var key = (tally.Tenant, tally.Minute);
                _waiting[key] = _waiting.TryGetValue(key, out var before) ? before.Plus(tally) : tally;
            }
        }

        if (_waiting.Count > 0)
        {
            await store.Stats.AddAsync([.. _waiting.Values], cancellationToken);
            _waiting.Clear();
        }

        return false;
    }

    /// <summary>Writes what ended during the stop. Numbers for charts are not worth failing a stop for.</summary>
    public async Task WriteLastAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunOnceAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            LogLastNotWritten(exception);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The numbers of the last seconds could not be stored")]
    private partial void LogLastNotWritten(Exception exception);
}
