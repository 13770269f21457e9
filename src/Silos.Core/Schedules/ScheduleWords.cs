namespace Silos.Schedules;

/// <summary>A whole specification in words: when it is due, then what limits it.</summary>
internal static class ScheduleWords
{
    public static string Explain(ScheduleSpec spec, TimeZoneInfo zone, DueRule rule)
    {
        var parts = new List<string> { rule.Explain() };
        if (rule.UsesZone && !zone.HasSameRules(TimeZoneInfo.Utc))
        {
            parts[0] += $" ({zone.Id})";
        }

        if (spec.StartAt is { } start)
        {
            parts.Add($"from {Words.Instant(start)}");
        }

        if (spec.EndAt is { } end)
        {
            parts.Add($"until {Words.Instant(end)}");
        }

        if (spec.MaxOccurrences is { } most)
        {
            parts.Add(most == 1 ? "once at most" : $"{most} times at most");
        }

        if (spec.Jitter >= TimeSpan.FromMilliseconds(1))
        {
            parts.Add($"put off by up to {Words.Duration(spec.Jitter)}");
        }

        if (spec.Calendars.Count > 0)
        {
            parts.Add($"except when {Words.Join([.. spec.Calendars.Select(name => $"'{name}'")], "or")} excludes the day");
        }

        return string.Join(", ", parts);
    }
}
