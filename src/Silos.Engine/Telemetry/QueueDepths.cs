using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine.Duties;
using Silos.Stores;

namespace Silos.Engine.Telemetry;

/// <summary>How full the queues of all tenants are, as the store says: memory has only the beginning of a long queue.</summary>
/// <remarks>One process of all asks, the one that owns the first partition; in the others there is nothing to tell.</remarks>
internal sealed class QueueDepths(
    ISilosStore store,
    IQueueStartup queues,
    [FromKeyedServices(SilosClock.Key)] TimeProvider clock,
    EngineScheduler scheduler,
    StoreWatch watch,
    ILogger<QueueDepths> logger) : BackgroundDuty(clock, scheduler, watch, logger)
{
    private readonly TimeProvider _clock = clock;
    private readonly TagValues _names = new();
    private readonly Meter _meter = new(SilosInstruments.MeterName);
    private ObservableGauge<long>? _depth;
    private volatile IReadOnlyList<QueueDepth> _latest = [];

    /// <summary>Gets or sets whether it is asked even if nobody listens to the meter.</summary>
    public bool Always { get; set; }

    /// <summary>Gets whether anybody wants to know.</summary>
    public bool IsWanted => Always || _depth?.Enabled == true;

    /// <summary>Gets what was read last; nothing in a process that does not ask.</summary>
    public IReadOnlyList<QueueDepth> Latest => _latest;

    /// <summary>Gets whether this process is the one that looks at what concerns all of them.</summary>
    public bool IsMine => queues.Hosted.Any(static partition => partition is { Number: 0, IsOpen: true });

    protected override TimeSpan Interval => TimeSpan.FromSeconds(15);

    /// <summary>Begins to answer whoever listens to the meter.</summary>
    public void Publish()
    {
        _depth = _meter.CreateObservableGauge(
            "silos.queue.depth", Depths, "{run}", "Runs in a queue, of all tenants, by state: queued, scheduled, running. Told by one process of all, read every 15 seconds.");
        _meter.CreateObservableGauge(
            "silos.queue.oldest.age", Ages, "s", "How long the run has waited that waits longest although it may start. Told by one process of all.");
    }

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        _latest = IsMine && IsWanted ? await store.Reader.QueueDepthsAsync(null, cancellationToken) : [];
        return false;
    }

    /// <summary>Stops answering.</summary>
    public void Close() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Depths()
    {
        foreach (var queue in ByName())
        {
            yield return Of(queue, "queued", queue.Sum(depth => depth.Queued));
            yield return Of(queue, "scheduled", queue.Sum(depth => depth.Scheduled));
            yield return Of(queue, "running", queue.Sum(depth => depth.Running));
        }

        static Measurement<long> Of(IGrouping<string, QueueDepth> queue, string state, long runs) => new(runs, new("queue", queue.Key), new("state", state));
    }

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = _clock.Now();
        foreach (var queue in ByName())
        {
            var oldest = queue.Min(depth => depth.OldestQueuedAt) ?? now;
            yield return new(Math.Max(0, (now - oldest).TotalSeconds), new KeyValuePair<string, object?>("queue", queue.Key));
        }
    }

    private IEnumerable<IGrouping<string, QueueDepth>> ByName() => _latest.GroupBy(depth => _names.Of(depth.Queue.Name.Value), StringComparer.Ordinal);
}
