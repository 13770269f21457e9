using System.Text.RegularExpressions;

namespace Silos.Deploy.Tests.Monitoring;

/// <summary>Which labels metrics have, in what a process tells and in what queries ask for.</summary>
internal static partial class MetricLabels
{
    /// <summary>Gets the labels of each metric in a text of Prometheus.</summary>
    public static ILookup<string, string> Told(string metrics) => Series().Matches(metrics)
        .SelectMany(series => Label().Matches(series.Groups[2].Value).Select(label => (Metric: Family(series.Groups[1].Value), Label: label.Groups[1].Value)))
        .Distinct()
        .ToLookup(pair => pair.Metric, pair => pair.Label);

    /// <summary>Gets each label that queries want of a metric: in its selector, and in what it is added up by.</summary>
    public static IEnumerable<(string Metric, string Label)> Wanted(string queries)
    {
        foreach (Match selector in Selector().Matches(queries))
        {
            foreach (Match label in Label().Matches(selector.Groups[2].Value))
            {
                yield return (Family(selector.Groups[1].Value), label.Groups[1].Value);
            }
        }

        foreach (Match by in By().Matches(queries))
        {
            var body = Balanced(queries, by.Index + by.Length - 1);
            foreach (Match metric in Name().Matches(body))
            {
                foreach (var label in by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
                {
                    yield return (Family(metric.Value), label);
                }
            }
        }
    }

    private static string Balanced(string text, int from)
    {
        var depth = 0;
        for (var i = from; i < text.Length; i++)
        {
            depth += text[i] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (depth == 0)
            {
                return text[from..i];
            }
        }

        throw new InvalidDataException($"A parenthesis is not closed: {text[from..]}");
    }

    private static string Family(string series) => Suffix().Replace(series, string.Empty);

    [GeneratedRegex(@"^(silos_\w+)\{(.*)\} \S+$", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"\b(silos_\w+)\{([^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\bby \(([\w, ]+)\) \(")]
    private static partial Regex By();

    // In the JSON of a dashboard the quotes are escaped.
    [GeneratedRegex("(\\w+)(?:=~|!=|!~|=)\\\\?\"")]
    private static partial Regex Label();

    [GeneratedRegex(@"\bsilos_[a-z_]+\b")]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
