using System.Text;

namespace Silos.Web.Metrics;

/// <summary>Names as Prometheus wants them, made as OpenTelemetry's specification says.</summary>
internal static class MetricName
{
    /// <summary>Makes the name of a metric: <c>silos.commit.duration</c> in <c>s</c> is <c>silos_commit_duration_seconds</c>.</summary>
    public static string Of(string name, string? unit, MetricKind kind)
    {
        var clean = Clean(name);
        if (Suffix(unit, kind) is { } suffix && !clean.EndsWith(suffix, StringComparison.Ordinal))
        {
            clean += suffix;
        }

        return kind == MetricKind.Counter && !clean.EndsWith("_total", StringComparison.Ordinal) ? clean + "_total" : clean;
    }

    /// <summary>Makes the name of a label.</summary>
    public static string OfLabel(string name) => Clean(name);

    private static string? Suffix(string? unit, MetricKind kind) => unit switch
    {
        null or "" => null,
        ['{', .., '}'] => null,
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "By" => "_bytes",
        "1" => kind == MetricKind.Gauge ? "_ratio" : null,
        "%" => "_percent",
        _ => "_" + Clean(unit),
    };

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            // One underscore stands for any number of other characters.
            if (char.IsAsciiLetterOrDigit(c))
            {
                clean.Append(c);
            }
            else if (clean.Length == 0 || clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        if (clean.Length == 0 || char.IsAsciiDigit(clean[0]))
        {
            clean.Insert(0, '_');
        }

        return clean.ToString();
    }
}
