using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Silos.Web.Metrics;

/// <summary>One metric with all its series.</summary>
internal sealed class MetricFamily
{
    /// <summary>How many series a metric may have; what comes after them is added up in one more.</summary>
    public const int MostSeries = 2_000;

    private const string Overflow = "otel_metric_overflow=\"true\"";

    private static readonly double[] Seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] Numbers = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

    private readonly string _help;
    private readonly double[]? _bounds;
    private readonly ConcurrentDictionary<int, Entry> _entries = new();
    private readonly SortedDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    private MetricFamily(string name, string help, MetricKind kind, bool isObserved, double[]? bounds)
    {
        Name = name;
        Kind = kind;
        IsObserved = isObserved;
        _help = help;
        _bounds = bounds;
    }

    /// <summary>Gets its name.</summary>
    public string Name { get; }

    /// <summary>Gets its kind.</summary>
    public MetricKind Kind { get; }

    /// <summary>Gets whether its values are asked for rather than told.</summary>
    public bool IsObserved { get; }

    /// <summary>Makes the metric of an instrument.</summary>
    public static MetricFamily For(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var kind = generic == typeof(Histogram<>) ? MetricKind.Histogram
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        return new MetricFamily(
            MetricName.Of(instrument.Name, instrument.Unit, kind),
            instrument.Description ?? string.Empty,
            kind,
            instrument.IsObservable,
            kind == MetricKind.Histogram ? Bounds(instrument) : null)
        {
            IsSet = generic == typeof(Gauge<>),
        };
    }

    private bool IsSet { get; init; }

    /// <summary>Takes a measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = HashOf(tags);
        for (var entry = _entries.GetValueOrDefault(hash); entry is not null; entry = entry.Next)
        {
            if (entry.Is(tags))
            {
                entry.Series.Add(value, IsSet);
                return;
            }
        }

        Learn(hash, tags.ToArray()).Add(value, IsSet);
    }

    /// <summary>Forgets what was observed, which is about to be observed again.</summary>
    public void Forget()
    {
        if (!IsObserved)
        {
            return;
        }

        lock (_series)
        {
            _entries.Clear();
            _series.Clear();
        }
    }

    /// <summary>Writes it; without series, what it is: so its name is known before anything has happened.</summary>
    public void Write(StringBuilder text)
    {
        lock (_series)
        {
            if (_help.Length > 0)
            {
                text.Append("# HELP ").Append(Name).Append(' ');
                text.Append(_help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            }

            text.Append("# TYPE ").Append(Name).Append(' ').Append(Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var (labels, series) in _series)
            {
                series.Write(text, Name, labels);
            }
        }
    }

    private static double[] Bounds(Instrument instrument)
    {
        var advised = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } b } => b.AsEnumerable(),
            Histogram<float> { Advice.HistogramBucketBoundaries: { } b } => b.Select(x => (double)x),
            Histogram<long> { Advice.HistogramBucketBoundaries: { } b } => b.Select(x => (double)x),
            Histogram<int> { Advice.HistogramBucketBoundaries: { } b } => b.Select(x => (double)x),
            _ => null,
        };
        return advised is not null ? [.. advised] : instrument.Unit == "s" ? Seconds : Numbers;
    }

    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var tag in tags)
        {
            hash.Add(tag.Key);
            hash.Add(tag.Value);
        }

        return hash.ToHashCode();
    }

    /// <summary>Writes labels in the order of their names, so that the same labels in another order are the same series.</summary>
    private static string LabelsOf(KeyValuePair<string, object?>[] tags)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in tags
            .Select(tag => (Name: MetricName.OfLabel(tag.Key), tag.Value))
            .DistinctBy(tag => tag.Name)
            .OrderBy(tag => tag.Name, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "," : string.Empty).Append(name).Append("=\"");
            foreach (var c in Text(value))
            {
                text.Append(c switch
                {
                    '\\' => "\\\\",
                    '"' => "\\\"",
                    '\n' => "\\n",
                    _ => c.ToString(),
                });
            }

            text.Append('"');
        }

        return text.ToString();
    }

    private static string Text(object? value) => value switch
    {
        null => string.Empty,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? string.Empty,
    };

    private MetricSeries Learn(int hash, KeyValuePair<string, object?>[] tags)
    {
        lock (_series)
        {
            var labels = LabelsOf(tags);
            var full = !_series.ContainsKey(labels) && _series.Count >= MostSeries;
            if (full)
            {
                labels = Overflow;
            }

            if (!_series.TryGetValue(labels, out var series))
            {
                _series.Add(labels, series = new MetricSeries(_bounds));
            }

            // What is beyond the bound is looked up again each time: remembering it would be without bound, too.
            if (!full)
            {
                _entries[hash] = new Entry(tags, series, _entries.GetValueOrDefault(hash));
            }

            return series;
        }
    }

    /// <summary>Tags as they come, and the series they belong to.</summary>
    private sealed class Entry(KeyValuePair<string, object?>[] tags, MetricSeries series, Entry? next)
    {
        public MetricSeries Series { get; } = series;

        public Entry? Next { get; } = next;

        public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> others)
        {
            if (others.Length != tags.Length)
            {
                return false;
            }

            for (var i = 0; i < tags.Length; i++)
            {
                if (tags[i].Key != others[i].Key || !Equals(tags[i].Value, others[i].Value))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
