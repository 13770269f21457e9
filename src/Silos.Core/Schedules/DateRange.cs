using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>Whole days from one date through another, both included. Written <c>2026-12-25</c> or
/// <c>2026-12-24..2026-12-26</c>, also in JSON.</summary>
[JsonConverter(typeof(DateRangeJsonConverter))]
public readonly record struct DateRange
{
    private const string Format = "yyyy-MM-dd";
    private const string Separator = "..";

    /// <summary>Makes the range of one day.</summary>
    /// <param name="day">The day.</param>
    public DateRange(DateOnly day)
        : this(day, day)
    {
    }

    /// <summary>Makes the range of several days.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="through">The last day, included.</param>
    /// <exception cref="ArgumentOutOfRangeException">The last day is before the first.</exception>
    public DateRange(DateOnly from, DateOnly through)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(through, from);
        From = from;
        Through = through;
    }

    /// <summary>Gets the first day.</summary>
    public DateOnly From { get; }

    /// <summary>Gets the last day, included.</summary>
    public DateOnly Through { get; }

    /// <summary>Reads <c>2026-12-25</c> or <c>2026-12-24..2026-12-26</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="range">The range.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out DateRange range)
    {
        range = default;
        var rest = text.AsSpan().Trim();
        var separator = rest.IndexOf(Separator, StringComparison.Ordinal);
        var first = separator < 0 ? rest : rest[..separator];
        var last = separator < 0 ? rest : rest[(separator + Separator.Length)..];
        if (!TryParseDay(first, out var from) || !TryParseDay(last, out var through) || through < from)
        {
            return false;
        }

        range = new DateRange(from, through);
        return true;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException"><paramref name="text"/> is no date and no range of dates.</exception>
    public static DateRange Parse(string text) =>
        TryParse(text, out var range)
            ? range
            : throw new FormatException(
                $"'{text}' is not a range of dates; write one day as 2026-12-25, or several as 2026-12-24..2026-12-26.");

    /// <summary>Tells whether the day is in the range.</summary>
    /// <param name="day">The day.</param>
    public bool Contains(DateOnly day) => From <= day && day <= Through;

    /// <inheritdoc/>
    public override string ToString() =>
        From == Through
            ? From.ToString(Format, CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd}{Separator}{Through:yyyy-MM-dd}");

    private static bool TryParseDay(ReadOnlySpan<char> text, out DateOnly day) =>
        DateOnly.TryParseExact(text.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
