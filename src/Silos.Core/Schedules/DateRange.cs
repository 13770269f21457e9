using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Silos.Schedules;

/// <summary>Whole days from one date through another, both included. Written <c>2026-12-25</c> or
/// <c>2026-12-24..2026-12-26</c>, and without years for every year: <c>12-25</c>, <c>12-24..01-01</c>. Also in JSON.</summary>
[JsonConverter(typeof(DateRangeJsonConverter))]
public readonly record struct DateRange
{
    private const string Format = "yyyy-MM-dd";
    private const string YearlyFormat = "MM-dd";
    private const string Separator = "..";

    /// <summary>How a range is written, in words for error messages.</summary>
    internal const string Ways =
        "write one day as 2026-12-25, several as 2026-12-24..2026-12-26, and a day of every year without the year: 12-25 or 12-24..01-01";

    // A leap year, so that 29 February can be said.
    private const int AnyYear = 2000;

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

    private DateRange(DateOnly from, DateOnly through, bool everyYear)
    {
        From = from;
        Through = through;
        EveryYear = everyYear;
    }

    /// <summary>Gets the first day.</summary>
    public DateOnly From { get; }

    /// <summary>Gets the last day, included.</summary>
    public DateOnly Through { get; }

    /// <summary>Gets whether the days are meant in every year. Then the years of <see cref="From"/> and <see cref="Through"/> mean
    /// nothing, and a last day before the first lies in the next year. 29 February is meant only in years that have it.</summary>
    public bool EveryYear { get; }

    /// <summary>Reads <c>2026-12-25</c>, <c>2026-12-24..2026-12-26</c>, <c>12-25</c> or <c>12-24..01-01</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="range">The range.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out DateRange range)
    {
        range = default;
        var rest = text.AsSpan().Trim();
        var separator = rest.IndexOf(Separator, StringComparison.Ordinal);
        var first = separator < 0 ? rest : rest[..separator];
        var last = separator < 0 ? rest : rest[(separator + Separator.Length)..];
        if (TryParseDay(first, Format, out var from) && TryParseDay(last, Format, out var through))
        {
            range = through < from ? default : new DateRange(from, through);
            return through >= from;
        }

        if (TryParseDay(first, YearlyFormat, out from) && TryParseDay(last, YearlyFormat, out through))
        {
            range = new DateRange(from, through, everyYear: true);
            return true;
        }

        return false;
    }

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException"><paramref name="text"/> is no date and no range of dates.</exception>
    public static DateRange Parse(string text) =>
        TryParse(text, out var range)
            ? range
            : throw new FormatException(
                $"'{text}' is not a range of dates; {Ways}.");

    /// <summary>Tells whether the day is in the range.</summary>
    /// <param name="day">The day.</param>
    public bool Contains(DateOnly day)
    {
        if (!EveryYear)
        {
            return From <= day && day <= Through;
        }

        var asked = InAnyYear(day);
        return From <= Through ? From <= asked && asked <= Through : asked >= From || asked <= Through;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var format = EveryYear ? YearlyFormat : Format;
        var from = From.ToString(format, CultureInfo.InvariantCulture);
        return From == Through ? from : from + Separator + Through.ToString(format, CultureInfo.InvariantCulture);
    }

    private static DateOnly InAnyYear(DateOnly day) => new(AnyYear, day.Month, day.Day);

    private static bool TryParseDay(ReadOnlySpan<char> text, string format, out DateOnly day)
    {
        // Without a year, a day is read in a leap year.
        var trimmed = text.Trim();
        return format == Format
            ? DateOnly.TryParseExact(trimmed, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            : DateOnly.TryParseExact($"{AnyYear}-{trimmed}", Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
    }
}
