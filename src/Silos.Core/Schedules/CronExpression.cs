using System.Diagnostics.CodeAnalysis;

namespace Silos.Schedules;

/// <summary>A cron expression: parsed once, asked often. Immutable, safe for all threads.</summary>
/// <remarks>
/// <para>Fields: <c>minute hour day-of-month month day-of-week</c>; with six, seconds stand in front; with seven, a year
/// (1970–2199) at the end. Names are <c>JAN</c>–<c>DEC</c> and <c>SUN</c>–<c>SAT</c>, in either case.</para>
/// <list type="table">
/// <item><term><c>*</c>, <c>a-b</c>, <c>a,b</c></term><description>all; a range, which may wrap (<c>FRI-MON</c>, <c>22-2</c>); a list</description></item>
/// <item><term><c>*/n</c>, <c>a-b/n</c>, <c>a/n</c></term><description>every nth value, counted from the first of the range, or from a to the end</description></item>
/// <item><term><c>?</c></term><description>in one of the two day fields: the other one decides (Quartz)</description></item>
/// <item><term><c>L</c>, <c>L-3</c>, <c>LW</c>, <c>15W</c></term><description>day of month: the last; three days before it; the last of Monday to Friday; the
/// one of Monday to Friday nearest the 15th, in the same month</description></item>
/// <item><term><c>5L</c>, <c>FRIL</c>, <c>MON#2</c></term><description>day of week: the last Friday, the second Monday of the month</description></item>
/// <item><term><c>H</c>, <c>H/15</c>, <c>H(0-29)</c></term><description>a value that depends on the job's name only, so that many jobs spread evenly
/// (Jenkins); a bare <c>H</c> for a day of the month is at most 28</description></item>
/// <item><term><c>@hourly</c> …</term><description><c>@yearly @annually @monthly @weekly @daily @midnight @hourly @every_minute</c></description></item>
/// </list>
/// <para>Days of the week are numbered as in Unix, 0 to 6 from Sunday, and 7 is Sunday too. Quartz counts 1 to 7 from
/// Sunday: write names when expressions come from there.</para>
/// <para>When day of month and day of week are both restricted, either is enough, as in Vixie cron: <c>0 0 13 * FRI</c>
/// is every 13th and every Friday. As there, a field that begins with <c>*</c> is no such restriction, so
/// <c>0 0 */2 * MON</c> is those Mondays whose day is odd.</para>
/// <para>Clock changes: see <see cref="DaylightSavingRule"/>.</para>
/// </remarks>
public sealed class CronExpression
{
    private const int LongestText = 1000;

    private readonly string _text;

    // The table of the zone asked about last: nearly always the same one, and cheaper than looking it up.
    private ZonedTable? _lastZone;

    private CronExpression(string text, CronPattern pattern, bool intervalLike)
    {
        _text = text;
        Pattern = pattern;
        IsIntervalLike = intervalLike;
    }

    /// <summary>Gets whether minute or hour contain <c>*</c>, a step or a range, which decides what
    /// <see cref="DaylightSavingRule.Default"/> does.</summary>
    public bool IsIntervalLike { get; }

    internal CronPattern Pattern { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The expression, or a macro that stands for one.</param>
    /// <param name="hashSeed">What <c>H</c> depends on: the job's name. Null is the empty name.</param>
    /// <exception cref="ScheduleFormatException">The text is no cron expression, or no date can ever fit it.</exception>
    public static CronExpression Parse(string text, string? hashSeed = null) =>
        TryParse(text, hashSeed, out var expression, out var problem)
            ? expression
            : throw new ScheduleFormatException(problem);

    /// <summary>Reads an expression; false if it is none, or no date can ever fit it.</summary>
    /// <param name="text">The expression, or a macro that stands for one.</param>
    /// <param name="expression">What was read.</param>
    /// <param name="hashSeed">What <c>H</c> depends on: the job's name. Null is the empty name.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, [NotNullWhen(true)] out CronExpression? expression, string? hashSeed = null) =>
        TryParse(text, hashSeed, out expression, out _);

    /// <summary>Finds the first due instant after the given one.</summary>
    /// <param name="after">The instant, not included.</param>
    /// <param name="zone">The zone whose clock the expression is read on.</param>
    /// <param name="rule">What happens to times that clocks skip or repeat.</param>
    /// <returns>The instant in UTC; null if there is none before the year 10000.</returns>
    public DateTimeOffset? Next(
        DateTimeOffset after, TimeZoneInfo zone, DaylightSavingRule rule = DaylightSavingRule.Default) =>
        FirstAfter(Search(zone, rule), after);

    /// <summary>Finds the last due instant before the given one.</summary>
    /// <param name="before">The instant, not included.</param>
    /// <param name="zone">The zone whose clock the expression is read on.</param>
    /// <param name="rule">What happens to times that clocks skip or repeat.</param>
    /// <returns>The instant in UTC; null if there is none.</returns>
    public DateTimeOffset? Previous(
        DateTimeOffset before, TimeZoneInfo zone, DaylightSavingRule rule = DaylightSavingRule.Default) =>
        LastBefore(Search(zone, rule), before);

    /// <summary>Says in words when the expression is due: <c>At 01:30 every day</c>.</summary>
    public string Explain() => CronExplainer.Explain(Pattern);

    /// <summary>Gets the expression as written.</summary>
    public override string ToString() => _text;

    internal static bool TryParse(
        string? text,
        string? hashSeed,
        [NotNullWhen(true)] out CronExpression? expression,
        [NotNullWhen(false)] out ScheduleProblem? problem)
    {
        expression = null;
        problem = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            problem = new ScheduleProblem(
                "expression: it is empty; write a cron expression like '*/15 9-17 * * MON-FRI'.", 0, "expression");
            return false;
        }

        if (text.Length > LongestText)
        {
            problem = new ScheduleProblem(
                $"expression: it has {text.Length} characters; write at most {LongestText}.", LongestText, "expression");
            return false;
        }

        var source = text.AsSpan();
        if (text.AsSpan().Trim() is ['@', ..] macro)
        {
            source = CronMacros.Find(macro);
            if (source.IsEmpty)
            {
                problem = new ScheduleProblem(
                    $"expression: '{macro}' is no macro; write one of {CronMacros.Names}.",
                    text.IndexOf('@', StringComparison.Ordinal),
                    "expression");
                return false;
            }
        }

        var parser = new CronParser(source, hashSeed);
        if (!parser.TryParse(out var pattern))
        {
            problem = parser.Problem!;
            return false;
        }

        expression = new CronExpression(text, pattern, parser.IntervalLike);
        return true;
    }

    internal static DateTimeOffset? FirstAfter(in ZonedSearch search, DateTimeOffset after) =>
        ToInstant(search.Next((after.UtcTicks / TimeSpan.TicksPerSecond) + 1));

    internal static DateTimeOffset? LastBefore(in ZonedSearch search, DateTimeOffset before) =>
        before.UtcTicks == 0 ? null : ToInstant(search.Previous((before.UtcTicks - 1) / TimeSpan.TicksPerSecond));

    internal ZonedSearch Search(ZoneClock clock, DaylightSavingRule rule) => new(
        Pattern,
        clock,
        AfterGap: rule != DaylightSavingRule.Skip && !IsIntervalLike,
        Once: rule == DaylightSavingRule.Skip || (rule == DaylightSavingRule.Default && !IsIntervalLike));

    private static DateTimeOffset? ToInstant(long second) =>
        second == CronPattern.None ? null : new DateTimeOffset(second * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private ZonedSearch Search(TimeZoneInfo zone, DaylightSavingRule rule)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var table = _lastZone;
        if (table is null || !ReferenceEquals(table.Zone, zone))
        {
            _lastZone = table = new ZonedTable(zone, ZoneClock.Of(zone));
        }

        return Search(table.Clock, rule);
    }

    private sealed record ZonedTable(TimeZoneInfo Zone, ZoneClock Clock);
}
