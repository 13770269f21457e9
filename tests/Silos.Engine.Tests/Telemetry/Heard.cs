using System.Diagnostics.Metrics;

namespace Silos.Engine.Tests.Telemetry;

/// <summary>
/// What the meter is told by what the test does itself: counters are everybody's of the process, so that what other threads tell is left out, and of gauges
/// only those count that an engine of the test brings. The engines of these tests do everything on the thread of the test.
/// </summary>
internal sealed class Heard : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<(string Name, double Value, string Tags)> _told = [];
    private readonly bool _begun;

    public Heard()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Silos" && (!instrument.IsObservable || (_begun && IsMine)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Told(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Told(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>(Told);
        _listener.Start();
        _begun = true;
    }

    private bool IsMine => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Adds up what a counter was told, all of it or with one text of tags.</summary>
    public double Sum(string counter, string? tags = null) =>
        _told.Where(told => told.Name == counter && (tags is null || told.Tags == tags)).Sum(told => told.Value);

    /// <summary>Gets what a histogram was told, in order.</summary>
    public IEnumerable<double> Values(string histogram) => _told.Where(told => told.Name == histogram).Select(told => told.Value);

    /// <summary>Reads a gauge now.</summary>
    public IEnumerable<(string Tags, double Value)> Gauge(string name)
    {
        _told.RemoveAll(told => told.Name == name);
        _listener.RecordObservableInstruments();
        return _told.Where(told => told.Name == name).Select(told => (told.Tags, told.Value)).Order();
    }

    public void Dispose() => _listener.Dispose();

    private void Told(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state = null)
    {
        if (IsMine)
        {
            _told.Add((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        }
    }
}
