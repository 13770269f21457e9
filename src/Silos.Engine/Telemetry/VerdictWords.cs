using Silos.Jobs;

namespace Silos.Engine.Telemetry;

/// <summary>The verdicts of the ledger, as everybody else writes them too.</summary>
internal static class VerdictWords
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Enqueued => "enqueued",
        Verdict.CaughtUp => "caught_up",
        Verdict.Superseded => "superseded",
        Verdict.SkippedOverlap => "skipped_overlap",
        Verdict.SkippedPaused => "skipped_paused",
        Verdict.SkippedCalendar => "skipped_calendar",
        _ => "missed",
    };
}
