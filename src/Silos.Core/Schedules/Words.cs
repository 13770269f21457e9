using System.Globalization;

namespace Silos.Schedules;

/// <summary>Small pieces of English.</summary>
internal static class Words
{
    /// <summary>Joins with commas and a last "and".</summary>
    public static string And(IReadOnlyList<string> parts) => Join(parts, "and");

    /// <summary>Joins with commas and a last conjunction.</summary>
    public static string Join(IReadOnlyList<string> parts, string conjunction) => parts.Count switch
    {
        0 => "",
        1 => parts[0],
        _ => $"{string.Join(", ", parts.Take(parts.Count - 1))} {conjunction} {parts[^1]}",
    };

    /// <summary>Writes 1st, 2nd, 3rd, 4th …</summary>
    public static string Ordinal(int number) => (number % 100, number % 10) switch
    {
        (11 or 12 or 13, _) => $"{number}th",
        (_, 1) => $"{number}st",
        (_, 2) => $"{number}nd",
        (_, 3) => $"{number}rd",
        _ => $"{number}th",
    };

    /// <summary>Writes "minute", "15 minutes".</summary>
    public static string Every(int count, string unit) => count == 1 ? $"Every {unit}" : $"Every {count} {unit}s";

    /// <summary>Writes a duration in full: <c>1 hour 30 minutes</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var parts = new List<string>();
        Add(duration.Days, "day");
        Add(duration.Hours, "hour");
        Add(duration.Minutes, "minute");
        Add(duration.Seconds, "second");
        Add(duration.Milliseconds, "millisecond");
        return parts.Count == 0 ? DurationText.Format(duration) : string.Join(' ', parts);

        void Add(int count, string unit)
        {
            if (count != 0)
            {
                parts.Add(count == 1 ? $"1 {unit}" : $"{count} {unit}s");
            }
        }
    }

    /// <summary>Writes an instant: <c>2026-12-24 18:00:00 UTC</c>.</summary>
    public static string Instant(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
