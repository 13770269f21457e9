using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Silos.Engine.Workers;

namespace Silos.Engine.Telemetry;

/// <summary>What this engine has at the moment, read from memory when somebody asks; meter <c>Silos</c>.</summary>
internal sealed class EngineGauges(Worker worker, IQueueStartup queues) : IDisposable
{
    private readonly Meter _meter = new(SilosInstruments.MeterName);

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        // Whoever listens hears of all instruments, not only of those that something has happened to.
        RuntimeHelpers.RunClassConstructor(typeof(SilosInstruments).TypeHandle);
        _meter.CreateObservableGauge("silos.worker.slots", Slots, "{slot}", "Slots of this process, by state: used, free. None where they are unlimited.");
        _meter.CreateObservableGauge("silos.attempts.running", () => worker.Running, "{attempt}", "Attempts under way in this process, abandoned ones included.");
        _meter.CreateObservableGauge(
            "silos.attempts.stuck", () => worker.Abandoned, "{attempt}", "Attempts that were abandoned and whose code has not returned: each keeps a slot.");
        _meter.CreateObservableGauge(
            "silos.partitions.owned", () => queues.Hosted.Count(partition => partition.IsOpen), "{partition}", "Partitions that this process owns. All processes together own 32.");
        _meter.CreateObservableGauge("silos.partition.epoch", Epochs, "{epoch}", "The epoch of each partition that this process owns; it rises with each new owner.");
        _meter.CreateObservableGauge(
            "silos.partitions.waiting", () => queues.Hosted.Sum(partition => (long)partition.WaitingInMemory), "{run}",
            "Ready runs that the owners of this process have in memory. Of a long backlog that is only the beginning; see silos.queue.depth.");
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Slots()
    {
        if (worker.Slots.Capacity is > 0 and < EngineOptions.UnlimitedSlots and var all)
        {
            var used = worker.Slots.Taken;
            yield return new(used, new KeyValuePair<string, object?>("state", "used"));
            yield return new(all - used, new KeyValuePair<string, object?>("state", "free"));
        }
    }

    private IEnumerable<Measurement<long>> Epochs() => queues.Hosted
        .Select(partition => partition.Owner)
        .Where(owner => owner.Epoch > 0)
        .Select(owner => new Measurement<long>(owner.Epoch, new KeyValuePair<string, object?>("partition", owner.Partition)));
}
