using System.Globalization;

namespace Silos.Schedules;

/// <summary>Instants as tests write them.</summary>
internal static class Instants
{
    public static DateTimeOffset Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static string Text(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture) ?? "never";

    public static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    /// <summary>Lists the next few instants, comma-separated.</summary>
    public static string Next(CronExpression expression, TimeZoneInfo zone, DaylightSavingRule rule, DateTimeOffset after, int count)
    {
        var found = new List<string>();
        var at = expression.Next(after, zone, rule);
        while (at is { } instant && found.Count < count)
        {
            found.Add(Text(instant));
            at = expression.Next(instant, zone, rule);
        }

        if (at is null && found.Count < count)
        {
            found.Add("never");
        }

        return string.Join(", ", found);
    }
}
