using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Engine.Duties;
using Silos.Runs;
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
    // A part in twenty: what counting took, and nineteen times as long without it.
    private const int RestForWork = 19;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);

    private readonly TimeProvider _clock = clock;
    private readonly TagValues _names = new();
    private readonly Meter _meter = new(SilosInstruments.MeterName);
    private ObservableGauge<long>? _depth;
    private volatile Reading? _reading;
    private TimeSpan _took;

    /// <summary>Gets or sets whether it is asked even if nobody listens to the meter.</summary>
    public bool Always { get; set; }

    /// <summary>Gets whether anybody wants to know.</summary>
    public bool IsWanted => Always || _depth?.Enabled == true;

    /// <summary>
    /// Gets what was read last: a queue that is not among them is empty. Null until it was read since this process owns the first partition, and in a
    /// process that does not ask: then nothing is known.
    /// </summary>
    public IReadOnlyList<QueueDepth>? Latest => _reading is { } reading && reading.Owner == Mine ? reading.Depths : null;

    /// <summary>Gets whether this process is the one that looks at what concerns all of them.</summary>
    public bool IsMine => Mine is not null;

    protected override TimeSpan Interval => Rest(_took);

    private PartitionEpoch? Mine => queues.Hosted.FirstOrDefault(static partition => partition is { Number: 0, IsOpen: true })?.Owner;

    /// <summary>
    /// How long to rest after a count: 15 seconds, and longer where counting takes long, so that it takes no more than a twentieth of the time. A store
    /// counts about a million waiting runs in a second.
    /// </summary>
    /// <param name="took">How long the count took.</param>
    internal static TimeSpan Rest(TimeSpan took) => took * RestForWork is var rest && rest > Usual ? rest : Usual;

    /// <summary>Begins to answer whoever listens to the meter.</summary>
    public void Publish()
    {
        _depth = _meter.CreateObservableGauge(
            "silos.queue.depth",
            Depths,
            "{run}",
            "Runs in a queue, of all tenants, by state: queued, scheduled, running. Told by one process of all, read every 15 seconds, or less often where that takes long.");
        _meter.CreateObservableGauge(
            "silos.queue.oldest.age", Ages, "s", "How long the run has waited that waits longest although it may start. Told by one process of all.");
    }

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!IsWanted || Mine is not { } owner)
        {
            _reading = null;
            _took = TimeSpan.Zero;
            return false;
        }

        var begun = _clock.GetTimestamp();
        try
        {
            _reading = new Reading(owner, await store.Reader.QueueDepthsAsync(null, cancellationToken));
        }
        finally
        {
            // One that was given up has cost as much.
            _took = _clock.GetElapsedTime(begun);
        }

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

    private IEnumerable<IGrouping<string, QueueDepth>> ByName() => (Latest ?? []).GroupBy(depth => _names.Of(depth.Queue.Name.Value), StringComparer.Ordinal);

    /// <summary>What was read while the first partition was owned under an epoch.</summary>
    private sealed record Reading(PartitionEpoch Owner, IReadOnlyList<QueueDepth> Depths);
}
