using System.Diagnostics.Metrics;
using System.IO.Enumeration;
using System.Text;

namespace Silos.Web.Metrics;

/// <summary>Keeps the numbers of this process from the moment it is made, and writes them when somebody asks.</summary>
/// <remarks>Of what the meters are called see each meter's owner; here nothing is known about them but how numbers are added up.</remarks>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly HashSet<string> Meters = new(StringComparer.Ordinal) { "Silos", "System.Runtime", "Microsoft.AspNetCore.Hosting" };

    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();
    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>Keeps the numbers of the meters that matter to Silos, and of others by name.</summary>
    /// <param name="others">Their names; <c>*</c> stands for any characters, <c>?</c> for one.</param>
    public MetricsCollector(IReadOnlyCollection<string> others)
        : this(meter => Meters.Contains(meter.Name)
            || others.Any(other => FileSystemName.MatchesSimpleExpression(other, meter.Name, ignoreCase: true)))
    {
    }

    /// <summary>Keeps the numbers of some meters.</summary>
    /// <param name="wanted">Which.</param>
    public MetricsCollector(Predicate<Meter> wanted)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (wanted(instrument.Meter) && FamilyOf(instrument) is { } family)
            {
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        Listen<byte>(static value => value);
        Listen<short>(static value => value);
        Listen<int>(static value => value);
        Listen<long>(static value => value);
        Listen<float>(static value => value);
        Listen<double>(static value => value);
        Listen<decimal>(static value => (double)value);
        _listener.Start();
    }

    /// <summary>Writes everything in the text format of Prometheus, version 0.0.4.</summary>
    public string Collect()
    {
        // One at a time: what is observed is added up anew.
        lock (_collecting)
        {
            MetricFamily[] families;
            lock (_families)
            {
                families = [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
            }

            foreach (var family in families)
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder(16 * 1024);
            foreach (var family in families)
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Listen<T>(Func<T, double> convert)
        where T : struct => _listener.SetMeasurementEventCallback<T>(
            (_, value, tags, state) => ((MetricFamily)state!).Record(convert(value), tags));

    /// <summary>Finds the family of an instrument; several instruments of one name (one for each engine of a process) are one. Null if another kind has the name.</summary>
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var made = MetricFamily.For(instrument);
        lock (_families)
        {
            if (_families.TryGetValue(made.Name, out var known))
            {
                return known.Kind == made.Kind && known.IsObserved == made.IsObserved ? known : null;
            }

            _families.Add(made.Name, made);
            return made;
        }
    }
}
