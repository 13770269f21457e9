using Silos.Jobs;

namespace Silos.Sqlite.Jobs;

/// <summary>Verdicts as the ledger writes them.</summary>
internal static class VerdictText
{
    public static string Of(Verdict verdict) => verdict switch
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

    public static Verdict Read(string text) => text switch
    {
        "enqueued" => Verdict.Enqueued,
        "caught_up" => Verdict.CaughtUp,
        "superseded" => Verdict.Superseded,
        "skipped_overlap" => Verdict.SkippedOverlap,
        "skipped_paused" => Verdict.SkippedPaused,
        "skipped_calendar" => Verdict.SkippedCalendar,
        "missed" => Verdict.Missed,
        _ => throw new InvalidDataException($"The ledger has the unknown verdict '{text}'."),
    };
}
