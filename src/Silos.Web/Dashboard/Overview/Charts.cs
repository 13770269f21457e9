using System.Globalization;
using Silos.Runs;
using Silos.Web.Dashboard.Parts;
using Silos.Web.Stats;

namespace Silos.Web.Dashboard.Overview;

/// <summary>Where the bars and lines of the overview's charts go, in units of the picture.</summary>
internal sealed class Charts(RunSeries series)
{
    public const int Width = 600;
    public const int Height = 120;

    private static readonly long[] Steps = [1, 2, 5];

    /// <summary>Gets the width of one bucket.</summary>
    public double Step => (double)Width / series.Buckets.Count;

    /// <summary>Gets the highest bar, rounded up to a number that reads well.</summary>
    public long MostEnded { get; } = RoundUp(series.Buckets.Max(bucket => bucket.Ended));

    /// <summary>Gets the greatest lateness, rounded up, in milliseconds.</summary>
    public long MostLate { get; } = RoundUp(Math.Max(10, series.Buckets.Max(bucket => bucket.Lateness.Percentile(0.99) ?? 0)));

    /// <summary>Gets the buckets with something in them as stacked bars: completed below, then skipped and cancelled, failed on top.</summary>
    public IEnumerable<(string Class, string X, string Y, string Width, string Height, DateTimeOffset At, string Title)> Bars()
    {
        for (var i = 0; i < series.Buckets.Count; i++)
        {
            var bucket = series.Buckets[i];
            double below = 0;
            foreach (var (name, count) in Parts(bucket))
            {
                if (count == 0)
                {
                    continue;
                }

                var height = Math.Max(1.5, (double)count / MostEnded * Height);
                yield return (name, Text(i * Step), Text(Height - below - height), Text(Math.Max(0.8, Step - 1.5)), Text(height), bucket.Minute, Title(bucket));
                below += height;
            }
        }
    }

    /// <summary>Gets a percentile of lateness over time as the path of a line; it breaks where nothing started.</summary>
    public string Line(double share)
    {
        var path = new System.Text.StringBuilder();
        var broken = true;
        for (var i = 0; i < series.Buckets.Count; i++)
        {
            if (series.Buckets[i].Lateness.Percentile(share) is not { } late)
            {
                broken = true;
                continue;
            }

            var x = (i + 0.5) * Step;
            path.Append(CultureInfo.InvariantCulture, $"{(broken ? 'M' : 'L')}{x:0.#} {Y(late):0.#}");
            if (broken && (i + 1 == series.Buckets.Count || series.Buckets[i + 1].Lateness.Total == 0))
            {
                // A single point would not be drawn.
                path.Append(CultureInfo.InvariantCulture, $"h1.5");
            }

            broken = false;
        }

        return path.ToString();
    }

    /// <summary>Gets where some instants stand below the charts.</summary>
    public IEnumerable<DateTimeOffset> Ticks()
    {
        const int ticks = 5;
        for (var i = 0; i < ticks; i++)
        {
            yield return series.Since + ((series.Until - series.Since) * i / (ticks - 1));
        }
    }

    /// <summary>Says what a bucket holds.</summary>
    public static string Title(RunTally bucket) => string.Create(
        CultureInfo.InvariantCulture,
        $"{bucket.Minute:HH:mm} UTC: {bucket.Completed:N0} completed, {bucket.Failed:N0} failed, {bucket.Cancelled:N0} cancelled, {bucket.Skipped:N0} skipped; late p50 {Late(bucket, 0.5)}, p99 {Late(bucket, 0.99)}");

    private static IEnumerable<(string Class, long Count)> Parts(RunTally bucket) =>
        [("state-completed", bucket.Completed), ("state-skipped", bucket.Skipped + bucket.Cancelled), ("state-failed", bucket.Failed)];

    private static string Late(RunTally bucket, double share) =>
        bucket.Lateness.Percentile(share) is { } late ? TimeWords.Rough(TimeSpan.FromMilliseconds(late)) : "–";

    // Logarithmic: a millisecond and a minute are both worth seeing.
    private double Y(long late) => Height - 2 - ((Height - 6) * Math.Log10(late + 1) / Math.Log10(MostLate + 1));

    private static long RoundUp(long number)
    {
        for (long unit = 1; ; unit *= 10)
        {
            foreach (var step in Steps)
            {
                if (number <= step * unit)
                {
                    return step * unit;
                }
            }
        }
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
