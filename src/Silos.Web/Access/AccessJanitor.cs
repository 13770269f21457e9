using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Deletes entries of the audit log that are older than it is kept, and sessions that are over; a batch at a time, once a quarter of an hour.</summary>
internal sealed partial class AccessJanitor(
    ISilosStore store, Surroundings surroundings, IOptions<SilosWebOptions> options, ILogger<AccessJanitor> logger) : BackgroundService
{
    private const int Batch = 1_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    /// <summary>Deletes what is too old.</summary>
    /// <returns>How many entries and sessions went.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = surroundings.Clock.Now();
        var deleted = 0;
        int last;
        do
        {
            last = await store.Audit.PruneAsync(now - options.Value.KeepAudit, Batch, cancellationToken);
            deleted += last;
        }
        while (last == Batch);

        do
        {
            last = await store.Keys.PruneSessionsAsync(now, Batch, cancellationToken);
            deleted += last;
        }
        while (last == Batch);

        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, surroundings.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryOnceAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops; what is left is deleted by the next one.
        }
    }

    private async Task TryOnceAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await RunOnceAsync(stoppingToken) is > 0 and var deleted)
            {
                LogDeleted(deleted);
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Deleted {Count} old entries of the audit log and sessions that were over")]
    private partial void LogDeleted(int count);

    [LoggerMessage(LogLevel.Warning, "Old entries of the audit log could not be deleted; it is tried again in a quarter of an hour")]
    private partial void LogFailed(Exception exception);
}
