using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Silos.Benchmarks.Support;

/// <summary>Prints progress for a person, and last one JSON line for a program.</summary>
internal sealed class Report(Settings settings, int n)
{
    private readonly JsonObject _line = new()
    {
        ["figure"] = settings.Figure,
        ["store"] = settings.Store,
        ["n"] = n,
        ["callers"] = settings.Callers,
    };

    public static void Say(string text) => Console.WriteLine(text);

    public void Rate(TimeSpan elapsed, long count)
    {
        _line["seconds"] = Math.Round(elapsed.TotalSeconds, 3);
        _line["rate"] = Math.Round(count / elapsed.TotalSeconds);
        Say($"{count:N0} in {elapsed.TotalSeconds:N2} s: {count / elapsed.TotalSeconds:N0}/s");
    }

    public void Times(IReadOnlyCollection<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];
        (string, double)[] points = [("p50", At(0.50)), ("p95", At(0.95)), ("p99", At(0.99)), ("max", At(1))];
        foreach (var (name, value) in points)
        {
            _line[name] = Math.Round(value, 3);
        }

        Say(string.Join("  ", points.Select(point => $"{point.Item1} {point.Item2:N2} ms")));
    }

    public void Add(string name, JsonNode? value) => _line[name] = value;

    public void Print()
    {
        using var process = Process.GetCurrentProcess();
        _line["rss_mib"] = Math.Round(process.WorkingSet64 / 1048576.0);
        Console.WriteLine(_line.ToJsonString(JsonSerializerOptions.Default));
    }
}
