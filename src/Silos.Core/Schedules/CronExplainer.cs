namespace Silos.Schedules;

/// <summary>Says in words when a pattern is due, from its bits: two ways to write one thing read the same.</summary>
internal static class CronExplainer
{
    public static string Explain(CronPattern pattern)
    {
        var times = CronTimeWords.Describe(pattern.Times);

        // "Every 15 minutes" says it already; "At 01:30" does not.
        var everyDay = times.StartsWith("At ", StringComparison.Ordinal) && !times.Contains("every", StringComparison.Ordinal);
        return times + CronDayWords.Describe(pattern, everyDay);
    }
}
