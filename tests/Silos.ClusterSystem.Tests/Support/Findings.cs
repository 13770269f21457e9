using System.Globalization;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>What the checker found to be right, in figures.</summary>
internal sealed record Findings(
    int Acknowledged, long Repeated, int Runs, int Effects, long Decided, int Lost, List<TimeSpan> Recovery, List<TimeSpan> Lateness)
{
    public override string ToString() =>
        $"{Acknowledged} acknowledged runs ({Repeated} calls repeated), {Runs} runs in all, all completed; {Effects} effects, none twice for a token; "
        + $"{Decided} due instants, each decided once; {Lost} attempts lost and repeated; "
        + $"recovery {Percentiles(Recovery)}; start after due instant {Percentiles(Lateness)}";

    public static TimeSpan Percentile(IReadOnlyCollection<TimeSpan> times, double part)
    {
        var sorted = times.Order().ToList();
        return sorted.Count == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(part * sorted.Count) - 1)];
    }

    private static string Percentiles(List<TimeSpan> times)
    {
        string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        return times.Count == 0
            ? "(none)"
            : $"p50 {Seconds(Percentile(times, 0.5))} s, p99 {Seconds(Percentile(times, 0.99))} s, max {Seconds(times.Max())} s (of {times.Count})";
    }
}
