using System.Diagnostics.Metrics;

namespace Silos.TestSilo;

/// <summary>Writes a line whenever the metric of refused writes rises, as a collector of metrics would see it.</summary>
internal sealed class RefusalReporter : IHostedService, IDisposable
{
    private const string Meter = "Silos";
    private const string Instrument = "silos.writes.refused";

    private readonly MeterListener _listener = new()
    {
        InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meter && instrument.Name == Instrument)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.SetMeasurementEventCallback<long>(static (_, count, tags, _) =>
        {
            foreach (var tag in tags)
            {
                Console.WriteLine($"METRIC {Instrument} {tag.Key}={tag.Value} {count}");
            }
        });
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
