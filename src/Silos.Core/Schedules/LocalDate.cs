using System.Globalization;

namespace Silos.Schedules;

/// <summary>Reads one date as an expression, and finds its instants on a zone's clock.</summary>
internal static class LocalDate
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
    ];

    private static readonly string[] OffsetFormats = [.. Formats.Skip(1).Select(format => format + "zzz")];

    /// <summary>Tells a date from cron: four digits and a dash begin no cron expression.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> text) =>
        text.Length > 4 && text[4] == '-' && !text[..4].ContainsAnyExceptInRange('0', '9');

    public static bool TryParseInstant(string text, out DateTimeOffset instant)
    {
        var normal = text.EndsWith('Z') || text.EndsWith('z') ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(
            normal, OffsetFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out instant);
    }

    public static bool TryParseLocal(string text, out DateTime local) =>
        DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out local);

    /// <summary>Finds the instants at which the clock shows a local time: none in a gap, two in an overlap.</summary>
    /// <param name="local">The local time, without a zone.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="gapEnd">The first instant after the gap that skips it, if there is none.</param>
    public static List<DateTimeOffset> Instants(DateTime local, ZoneClock clock, out DateTimeOffset gapEnd)
    {
        const long Day = 86_400;
        var instants = new List<DateTimeOffset>();
        var second = local.Ticks / TimeSpan.TicksPerSecond;
        var fraction = local.Ticks % TimeSpan.TicksPerSecond;
        fraction -= fraction % TimeSpan.TicksPerMillisecond;
        gapEnd = default;
        for (var at = Math.Max(second - Day, 0); at < Math.Min(second + Day + 1, CronPattern.End);)
        {
            ref readonly var segment = ref clock.At(at);
            var instant = second - segment.Offset;
            if (instant >= Math.Max(segment.Start, 0) && instant < segment.End)
            {
                instants.Add(new DateTimeOffset((instant * TimeSpan.TicksPerSecond) + fraction, TimeSpan.Zero));
            }

            if (segment.BeginsWithGap && second >= segment.GapStart && second < segment.LocalStart)
            {
                gapEnd = new DateTimeOffset(segment.Start * TimeSpan.TicksPerSecond, TimeSpan.Zero);
            }

            at = segment.End;
        }

        return instants;
    }
}
