using Silos.Runs;

namespace Silos.Jobs;

/// <summary>What was decided about a due instant. Written once, never changed: whether the run was late or failed is the run's story.</summary>
public enum Verdict
{
    /// <summary>A run was made on time.</summary>
    Enqueued,

    /// <summary>A run was made after the fact, by the catch-up policy or a backfill.</summary>
    CaughtUp,

    /// <summary>Dropped by the catch-up policy <c>last</c> or <c>none</c>, because a later instant took its place.</summary>
    Superseded,

    /// <summary>Dropped because the job was still running.</summary>
    SkippedOverlap,

    /// <summary>Dropped because the job (or its tenant, or everything) was paused or disabled.</summary>
    SkippedPaused,

    /// <summary>Dropped because a calendar excludes the instant.</summary>
    SkippedCalendar,

    /// <summary>Found after more than the catch-up window had passed.</summary>
    Missed,
}

/// <summary>Questions about <see cref="Verdict"/>.</summary>
public static class Verdicts
{
    /// <summary>Gets the verdict's name as stores, metrics and the HTTP API write it: <c>skipped_overlap</c>.</summary>
    public static string ToText(this Verdict verdict) => verdict switch
    {
        Verdict.Enqueued => "enqueued",
        Verdict.CaughtUp => "caught_up",
        Verdict.Superseded => "superseded",
        Verdict.SkippedOverlap => "skipped_overlap",
        Verdict.SkippedPaused => "skipped_paused",
        Verdict.SkippedCalendar => "skipped_calendar",
        Verdict.Missed => "missed",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };
}

/// <summary>One due instant of one job with the decision taken about it; or a range of them with one decision.</summary>
/// <param name="Job">The job.</param>
/// <param name="DueAt">The due instant; of a range, the first. With the job it is the identity.</param>
/// <param name="Verdict">The decision.</param>
/// <param name="DecidedAt">When it was taken.</param>
/// <param name="Run">The run that was made, if one was.</param>
/// <param name="Until">Of a range, its last due instant.</param>
/// <param name="Count">Of a range, how many due instants it holds; otherwise 1.</param>
public sealed record Occurrence(
    JobKey Job,
    DateTimeOffset DueAt,
    Verdict Verdict,
    DateTimeOffset DecidedAt,
    RunId? Run = null,
    DateTimeOffset? Until = null,
    long Count = 1);
