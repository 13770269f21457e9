using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Silos.Schedules;

/// <summary>Durations as people write them, in schedules, settings and jobs files.</summary>
/// <remarks>Three forms: numbers with units <c>d h m s ms</c>, largest first (<c>24h</c>, <c>1h30m</c>, <c>90s</c>, <c>1.5h</c>,
/// <c>500ms</c>); ISO 8601 without years and months, whose length varies (<c>PT10M</c>, <c>P1DT12H</c>, <c>P2W</c>); and
/// <c>hh:mm:ss</c>, optionally with days in front and a fraction behind (<c>1.06:00:00</c>, <c>00:00:00.5</c>). A
/// number without a unit is refused, because nobody can tell what it means; so is a negative duration.</remarks>
public static class DurationText
{
    private static readonly (string Name, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly string[] ClockFormats =
        [@"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.h\:mm\:ss", @"d\.h\:mm\:ss\.FFFFFFF"];

    /// <summary>Gets what to tell somebody whose text was not understood.</summary>
    public const string Hint = "write a duration like 24h, 1h30m, 90s, 500ms, PT10M or 00:10:00";

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text, in one of the three forms.</param>
    /// <param name="duration">The duration, zero or more.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out TimeSpan duration) =>
        TryParse(text.AsSpan(), out duration);

    /// <inheritdoc cref="TryParse(string?, out TimeSpan)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text.IsEmpty)
        {
            return false;
        }

        if (text[0] is 'P' or 'p')
        {
            return TryParseIso(text[1..], out duration);
        }

        return text.Contains(':')
            ? TimeSpan.TryParseExact(text, ClockFormats, CultureInfo.InvariantCulture, TimeSpanStyles.None, out duration)
            : TryParseUnits(text, out duration);
    }

    /// <inheritdoc cref="TryParse(string?, out TimeSpan)"/>
    /// <exception cref="FormatException"><paramref name="text"/> is not a duration; the message says how to write one.</exception>
    public static TimeSpan Parse(string? text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration; {Hint}.");

    /// <summary>Writes a duration so that <see cref="TryParse(string?, out TimeSpan)"/> reads the same one: <c>1h30m</c>,
    /// <c>500ms</c>, <c>0s</c>.</summary>
    /// <param name="duration">The duration.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        var rest = duration.Ticks;
        foreach (var (name, ticks) in Units)
        {
            if (ticks == TimeSpan.TicksPerMillisecond)
            {
                break;
            }

            if (rest / ticks is > 0 and var count)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{name}");
                rest %= ticks;
            }
        }

        if (rest > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(decimal)rest / TimeSpan.TicksPerMillisecond:0.####}ms");
        }

        return text.ToString();
    }

    private static bool TryParseUnits(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var total = 0m;
        var previousUnit = -1;
        while (!text.IsEmpty)
        {
            if (!TryTakeNumber(ref text, out var number))
            {
                return false;
            }

            var length = 0;
            while (length < text.Length && char.IsAsciiLetter(text[length]))
            {
                length++;
            }

            var unit = UnitIndex(text[..length]);
            if (unit <= previousUnit)
            {
                return false;
            }

            total += number * Units[unit].Ticks;
            previousUnit = unit;
            text = text[length..].TrimStart();
        }

        return TryMake(total, out duration);
    }

    private static bool TryParseIso(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var total = 0m;
        var time = false;
        var previousRank = -1;
        while (!text.IsEmpty)
        {
            if (text[0] is 'T' or 't' && !time)
            {
                time = true;
                text = text[1..];
            }

            if (!TryTakeNumber(ref text, out var number) || text.IsEmpty)
            {
                return false;
            }

            var (rank, ticks) = (char.ToUpperInvariant(text[0]), time) switch
            {
                ('W', false) => (0, 7 * TimeSpan.TicksPerDay),
                ('D', false) => (1, TimeSpan.TicksPerDay),
                ('H', true) => (2, TimeSpan.TicksPerHour),
                ('M', true) => (3, TimeSpan.TicksPerMinute),
                ('S', true) => (4, TimeSpan.TicksPerSecond),
                _ => (-1, 0L),
            };
            if (rank <= previousRank)
            {
                return false;
            }

            total += number * ticks;
            previousRank = rank;
            text = text[1..];
        }

        return previousRank >= 0 && TryMake(total, out duration);
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out decimal number)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.'))
        {
            length++;
        }

        // Longer numbers overflow every unit; refusing them here keeps the products inside a decimal.
        number = 0;
        var valid = length is > 0 and <= 20
            && char.IsAsciiDigit(text[0])
            && decimal.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            && number < 1_000_000_000_000_000m;
        text = text[Math.Min(length, text.Length)..];
        return valid;
    }

    private static int UnitIndex(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Units.Length; i++)
        {
            if (name.Equals(Units[i].Name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool TryMake(decimal ticks, out TimeSpan duration)
    {
        var valid = ticks <= TimeSpan.MaxValue.Ticks;
        duration = valid ? new TimeSpan((long)ticks) : default;
        return valid;
    }
}
