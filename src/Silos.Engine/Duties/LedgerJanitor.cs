using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Stores;

namespace Silos.Engine.Duties;

/// <summary>Deletes ledger rows that are older than the ledger is kept; never at or after a job's cursor.</summary>
internal sealed partial class LedgerJanitor(
    ISilosStore store,
    IOptions<EngineOptions> options,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<LedgerJanitor> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Batch = 1_000;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _logger = logger;

    protected override TimeSpan Interval => options.Value.RetentionInterval;

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var deleted = await store.Jobs.PruneOccurrencesAsync(_clock.Now() - options.Value.KeepLedger, Batch, cancellationToken);
        if (deleted > 0)
        {
            LogDeleted(deleted);
        }

        return deleted == Batch;
    }

    [LoggerMessage(LogLevel.Debug, "Deleted {Count} rows of the ledger that were older than it is kept")]
    private partial void LogDeleted(int count);
}
