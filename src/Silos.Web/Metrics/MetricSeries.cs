using System.Globalization;
using System.Text;

namespace Silos.Web.Metrics;

/// <summary>One series: a number, or the buckets of a histogram.</summary>
/// <param name="bounds">The upper bounds of the buckets, rising; null for a number.</param>
internal sealed class MetricSeries(double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[]? _counts = bounds is null ? null : new long[bounds.Length + 1];
    private double _sum;

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">The measurement.</param>
    /// <param name="set">Whether it takes the place of what was there, rather than being added to it.</param>
    public void Add(double value, bool set)
    {
        lock (_lock)
        {
            _sum = set ? value : _sum + value;
            if (_counts is not null)
            {
                var index = Array.BinarySearch(bounds!, value);
                _counts[index < 0 ? ~index : index]++;
            }
        }
    }

    /// <summary>Writes its lines.</summary>
    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_lock)
        {
            if (_counts is null)
            {
                Line(text, name, labels, _sum);
                return;
            }

            long below = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                below += _counts[i];
                var bound = i < bounds!.Length ? Number(bounds[i]) : "+Inf";
                Line(text, name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", below);
            }

            Line(text, name + "_sum", labels, _sum);
            Line(text, name + "_count", labels, below);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
