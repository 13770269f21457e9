using Silos.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>A job's ledger as a calendar: a square a day, a column a week from Monday, in UTC.</summary>
/// <param name="Days">The days, earliest first; the first is a Monday.</param>
/// <param name="From">Since when the ledger was read; earlier squares are unknown, because there were too many rows to read.</param>
internal sealed record HeatMap(IReadOnlyList<HeatDay> Days, DateTimeOffset From)
{
    /// <summary>How many rows of a ledger one page reads: a minute's schedule fills three days with them.</summary>
    public const int MostOccurrences = 5_000;

    private const int Weeks = 26;

    /// <summary>Gets whether only the newest part of the time was read.</summary>
    public bool IsCut => From > Days[0].At;

    /// <summary>Gets the first Monday of each month with its column.</summary>
    public IEnumerable<(HeatDay Day, int Week)> Months => Days
        .Where((day, i) => i % 7 == 0 && day.At.Day <= 7)
        .Select(day => (day, (day.At - Days[0].At).Days / 7));

    /// <summary>Gets where the calendar of an instant begins.</summary>
    public static DateTimeOffset Since(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return monday.AddDays(-7 * (Weeks - 1));
    }

    /// <summary>Counts decisions by day.</summary>
    public static HeatMap Of(IReadOnlyList<Occurrence> ledger, DateTimeOffset now)
    {
        var since = Since(now);
        var made = new Dictionary<DateTime, long>();
        var dropped = new Dictionary<DateTime, long>();
        foreach (var occurrence in ledger)
        {
            var counts = JobWords.MadeRun(occurrence.Verdict) ? made : dropped;
            var day = occurrence.DueAt.UtcDateTime.Date;
            counts[day] = counts.GetValueOrDefault(day) + occurrence.Count;
        }

        var days = new List<HeatDay>();
        for (var at = since; at <= now; at = at.AddDays(1))
        {
            days.Add(new HeatDay(at, made.GetValueOrDefault(at.UtcDateTime), dropped.GetValueOrDefault(at.UtcDateTime)));
        }

        return new HeatMap(days, ledger.Count == MostOccurrences ? ledger[^1].DueAt : since);
    }
}

/// <summary>A day in a job's ledger.</summary>
/// <param name="At">Where it begins, in UTC.</param>
/// <param name="Made">How many due instants became runs.</param>
/// <param name="Dropped">How many did not: skipped, superseded, missed.</param>
internal sealed record HeatDay(DateTimeOffset At, long Made, long Dropped)
{
    /// <summary>Gets the class of the square: how much was due, and whether all of it ran.</summary>
    public string Class => (Made, Dropped) switch
    {
        (0, 0) => "heat-none",
        (0, _) => "heat-dropped",
        (_, > 0) => "heat-mixed",
        ( < 5, _) => "heat-1",
        ( < 50, _) => "heat-2",
        _ => "heat-3",
    };
}
