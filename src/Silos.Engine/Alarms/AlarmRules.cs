using System.Globalization;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Alarms;

/// <summary>What is an alarm: functions of what is known and the current instant, and of nothing else.</summary>
internal static class AlarmRules
{
    /// <summary>How many completed runs say how long a run takes.</summary>
    public const int HistoryLength = 20;

    // Fewer say nothing yet.
    private const int LeastHistory = 5;

    // Makes the median deviation comparable with a standard deviation.
    private const double Deviations = 6 * 1.4826;

    /// <summary>By when a due instant must have been followed by a success; null for never.</summary>
    public static TimeSpan? Grace(JobDefinition definition, AlarmOptions options) => definition.ExpectSuccessWithin switch
    {
        null => options.SilenceGrace + (definition.Timeout ?? TimeSpan.Zero),
        { } own when own == Timeout.InfiniteTimeSpan => null,
        var own => own,
    };

    /// <summary>A job should have succeeded by now and has not.</summary>
    /// <param name="job">The job.</param>
    /// <param name="decided">Its ledger since its last success, in any order, as far as the grace is over.</param>
    /// <param name="grace">By when a due instant must have been followed by a success.</param>
    /// <param name="now">The current instant.</param>
    public static Finding? Silent(Job job, IReadOnlyList<Occurrence> decided, TimeSpan grace, DateTimeOffset now)
    {
        DateTimeOffset? first = null;
        foreach (var row in decided)
        {
            // What a calendar or a pause took out was not expected; what was superseded, the later one stands for.
            if (row.Verdict is Verdict.Enqueued or Verdict.CaughtUp or Verdict.SkippedOverlap or Verdict.Missed
                && row.DueAt + grace <= now && !(row.DueAt >= first))
            {
                first = row.DueAt;
            }
        }

        if (first is { } due)
        {
            return new(due, $"Job '{job.Key.Name}' was due at {Text(due)} and has not succeeded since; it should have within {Text(grace)}.");
        }

        return job.NextDue is { } next && next + grace <= now
            ? new(next, $"Job '{job.Key.Name}' was due at {Text(next)}, and nothing has decided about it yet.")
            : null;
    }

    /// <summary>How long a run may take; null if the history is too short to tell.</summary>
    /// <param name="history">How long runs of the job took that completed.</param>
    /// <param name="options">The settings.</param>
    public static TimeSpan? Longest(IReadOnlyCollection<TimeSpan> history, AlarmOptions options)
    {
        if (history.Count < LeastHistory)
        {
            return null;
        }

        var median = Median(history.Select(duration => duration.TotalSeconds));
        var deviation = Median(history.Select(duration => Math.Abs(duration.TotalSeconds - median)));
        return TimeSpan.FromSeconds(Math.Max(
            options.SlowMinimum.TotalSeconds, Math.Max(median * options.SlowFactor, median + (deviation * Deviations))));
    }

    /// <summary>A run takes, or took, far longer than those before it.</summary>
    public static Finding? Slow(JobName job, DateTimeOffset due, TimeSpan took, bool running, TimeSpan? longest) => took > longest
        ? new(due, $"The run of job '{job}' that was due at {Text(due)} {(running ? "has been executing for" : "took")} {Text(took)}; up to {Text(longest.Value)} would be usual.")
        : null;

    /// <summary>Whether a run was made, which ends every row of skipped ones.</summary>
    public static bool IsRun(Verdict verdict) => verdict is Verdict.Enqueued or Verdict.CaughtUp;

    /// <summary>Whether nothing was expected: the job was paused, or a calendar took the instant out.</summary>
    public static bool IsExcused(Verdict verdict) => verdict is Verdict.SkippedPaused or Verdict.SkippedCalendar;

    /// <summary>Due instants are skipped, one after another; what was excused or superseded between them neither counts nor ends the row.</summary>
    /// <param name="job">The job.</param>
    /// <param name="latest">Its ledger, the latest first, back to the last run or far enough.</param>
    /// <param name="options">The settings.</param>
    public static Finding? Skipping(Job job, IReadOnlyList<Occurrence> latest, AlarmOptions options)
    {
        long streak = 0;
        var first = DateTimeOffset.MaxValue;
        foreach (var row in latest)
        {
            if (row.Verdict is Verdict.SkippedOverlap or Verdict.Missed)
            {
                streak += row.Count;
                first = row.DueAt;
            }
            else if (IsRun(row.Verdict))
            {
                break;
            }
        }

        return streak >= options.SkipStreak
            ? new(first, string.Create(CultureInfo.InvariantCulture, $"{streak} due instants of job '{job.Key.Name}' in a row were skipped or missed, since {Text(first)}."))
            : null;
    }

    /// <summary>A run waits in a queue for too long.</summary>
    public static Finding? Backlog(QueueDepth depth, AlarmOptions options, DateTimeOffset now) =>
        depth.OldestQueuedAt is { } oldest && now - oldest > options.QueueAge
            ? new(oldest, string.Create(CultureInfo.InvariantCulture, $"A run has waited in queue '{depth.Queue.Name}' since {Text(oldest)}; {depth.Queued} wait there."))
            : null;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static string Text(TimeSpan duration) => Schedules.DurationText.Format(TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)));

    /// <summary>Something that is wrong now.</summary>
    /// <param name="DueAt">The due instant it is about.</param>
    /// <param name="Text">What is wrong, in a sentence.</param>
    public sealed record Finding(DateTimeOffset DueAt, string Text);
}
