using Silos.Operations;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Queues;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Live;

/// <summary>
/// Tells whether anything has changed, by a few numbers that cost next to nothing. They come from the store and not from this process,
/// so they change whichever process made the change; and all who listen to a tenant share one reading.
/// </summary>
internal sealed class Pulse(ISilosStore store, OperationBook operations, QueueGlance glance, Surroundings surroundings)
{
    /// <summary>How often one looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int MostTenants = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, (long At, Task<string> Reading)> _readings = [];

    /// <summary>Gets a text that differs when something has changed; the same while the store is away.</summary>
    /// <param name="tenant">Whose things.</param>
    /// <param name="run">Only what happens to this run.</param>
    /// <param name="operation">Only what becomes of this operation.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<string> ReadAsync(TenantId tenant, RunId? run, RunId? operation, CancellationToken cancellationToken)
    {
        try
        {
            return await (run is { } id ? RunAsync(tenant, id, cancellationToken)
                : operation is { } other ? OperationAsync(tenant, other, cancellationToken)
                : Shared(tenant)).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return $"{exception.GetType().Name}";
        }
    }

    private Task<string> Shared(TenantId tenant)
    {
        lock (_lock)
        {
            if (_readings.TryGetValue(tenant, out var last) && surroundings.Clock.GetElapsedTime(last.At) < Interval / 2)
            {
                return last.Reading;
            }

            if (_readings.Count > MostTenants)
            {
                _readings.Clear();
            }

            var reading = TenantAsync(tenant);
            _readings[tenant] = (surroundings.Clock.GetTimestamp(), reading);
            return reading;
        }
    }

    private async Task<string> TenantAsync(TenantId tenant)
    {
        await Task.Yield();
        var now = surroundings.Clock.Now();
        var ended = await store.Stats.ReadAsync(tenant, RunTally.MinuteOf(now.AddMinutes(-1)), now.AddMinutes(1), CancellationToken.None);
        var picture = await glance.ReadAsync(tenant, CancellationToken.None);
        return $"{string.Join(',', ended.Select(tally => $"{tally.Minute:mm}:{tally.Ended}"))} {picture.Queued} {picture.Scheduled} {picture.Running} {picture.Queues.Count(queue => queue.Pause is not null)}";
    }

    private async Task<string> OperationAsync(TenantId tenant, RunId id, CancellationToken cancellationToken)
    {
        var operation = await operations.GetAsync(tenant, id, cancellationToken);
        return $"{operation.Done} {operation.Failed} {operation.EndedAt} {operation.Problem}";
    }

    private async Task<string> RunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        if (await store.Reader.FindAsync(tenant, run, cancellationToken) is not { } details)
        {
            return "gone";
        }

        var line = await store.Journal.LastSequenceAsync(run, cancellationToken);
        var now = details.Run;
        return $"{now.State} {now.Attempt} {now.Progress} {now.ProgressMessage} {now.Cancel?.At} {details.Attempts.Count} {details.Steps.Count} {line}";
    }
}
