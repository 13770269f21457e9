using System.Globalization;

namespace Silos.Web.Dashboard.Parts;

/// <summary>Instants and durations for people.</summary>
internal static class TimeWords
{
    /// <summary>Writes a duration roughly: <c>3 h 12 min</c>, <c>850 ms</c>.</summary>
    public static string Rough(TimeSpan duration)
    {
        var d = duration.Duration();
        return d switch
        {
            { TotalMilliseconds: < 1_000 } => Text($"{(long)d.TotalMilliseconds} ms"),
            { TotalSeconds: < 10 } => Text($"{d.TotalSeconds:0.0} s"),
            { TotalSeconds: < 60 } => Text($"{(int)d.TotalSeconds} s"),
            { TotalMinutes: < 10 } => Pair((int)d.TotalMinutes, "min", d.Seconds, "s"),
            { TotalMinutes: < 60 } => Text($"{(int)d.TotalMinutes} min"),
            { TotalHours: < 24 } => Pair((int)d.TotalHours, "h", d.Minutes, "min"),
            { TotalDays: < 10 } => Pair((int)d.TotalDays, "d", d.Hours, "h"),
            _ => Text($"{(int)d.TotalDays} d"),
        };
    }

    /// <summary>Writes how far an instant is away: <c>in 5 min</c>, <c>2 h ago</c>, <c>now</c>.</summary>
    public static string Relative(DateTimeOffset instant, DateTimeOffset now) => (instant - now) switch
    {
        { TotalSeconds: > -1 and < 1 } => "now",
        { Ticks: > 0 } ahead => $"in {Rough(ahead)}",
        var passed => $"{Rough(passed)} ago",
    };

    /// <summary>Writes an instant on a zone's clock: the time, with the date unless it is today, with the zone unless it is UTC's.</summary>
    public static string Local(DateTimeOffset instant, TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone).Date == local.Date;
        var time = local.ToString(today ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return local.Offset == TimeSpan.Zero && zone.Id is "UTC" or "Etc/UTC"
            ? $"{time} UTC"
            : string.Create(CultureInfo.InvariantCulture, $"{time} {local:zzz}");
    }

    private static string Pair(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? Text($"{large} {largeUnit}") : Text($"{large} {largeUnit} {small} {smallUnit}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
