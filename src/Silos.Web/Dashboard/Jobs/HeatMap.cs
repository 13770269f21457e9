using System.Globalization;
using Silos.Stores;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>A job's ledger as a calendar: a square a day, a column a week from Monday, in UTC.</summary>
/// <param name="Days">The days, earliest first; the first is a Monday.</param>
internal sealed record HeatMap(IReadOnlyList<HeatDay> Days)
{
    private const int Weeks = 26;

    /// <summary>Gets the first Monday of each month with its column.</summary>
    public IEnumerable<(HeatDay Day, int Week)> Months => Days
        .Where((day, i) => i % 7 == 0 && day.At.Day <= 7)
        .Select(day => (day, (day.At - Days[0].At).Days / 7));

    /// <summary>Gets how many days have not been read.</summary>
    public int Unread => Days.Count(day => !day.IsRead);

    /// <summary>Gets all of it in a sentence.</summary>
    public string Label => string.Create(
        CultureInfo.InvariantCulture,
        $"{Days.Sum(day => day.Made)} due instants became runs and {Days.Sum(day => day.Dropped)} were dropped{(Unread > 0 ? $" in the {Days.Count - Unread} days that have been read" : string.Empty)}");

    /// <summary>Gets where the day of an instant begins.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>Gets where the calendar of an instant begins.</summary>
    public static DateTimeOffset Since(DateTimeOffset now)
    {
        var today = DayOf(now);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return monday.AddDays(-7 * (Weeks - 1));
    }

    /// <summary>Draws what was counted. What holds a range of instants is spread evenly over its days: the ledger does not tell more.</summary>
    /// <param name="counts">What was counted; days before the calendar are left out.</param>
    /// <param name="readFrom">The first day that was read.</param>
    /// <param name="now">The last day is that of this instant.</param>
    public static HeatMap Of(IEnumerable<OccurrenceCount> counts, DateTimeOffset readFrom, DateTimeOffset now)
    {
        var since = Since(now);
        var length = (DayOf(now) - since).Days + 1;
        var made = new long[length];
        var dropped = new long[length];
        foreach (var count in counts)
        {
            var sums = JobWords.MadeRun(count.Verdict) ? made : dropped;
            var first = (count.Day - since).Days;
            var days = Math.Max(1, (count.LastDay - count.Day).Days + 1);
            for (var i = Math.Max(0, -first); i < days && first + i < length; i++)
            {
                sums[first + i] += Share(count.Count, i + 1, days) - Share(count.Count, i, days);
            }
        }

        return new HeatMap([.. Enumerable.Range(0, length).Select(i => new HeatDay(since.AddDays(i), made[i], dropped[i]) { IsRead = since.AddDays(i) >= readFrom })]);
    }

    private static long Share(long count, int days, int of) => (long)((decimal)count * days / of);
}

/// <summary>A day in a job's ledger.</summary>
/// <param name="At">Where it begins, in UTC.</param>
/// <param name="Made">How many due instants became runs.</param>
/// <param name="Dropped">How many did not: skipped, superseded, missed.</param>
internal sealed record HeatDay(DateTimeOffset At, long Made, long Dropped)
{
    /// <summary>Gets whether the ledger of the day has been read; otherwise nothing is known of it.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>Gets the class of the square: how much was due, and whether all of it ran.</summary>
    public string Class => (IsRead, Made, Dropped) switch
    {
        (false, _, _) => "heat-unread",
        (_, 0, 0) => "heat-none",
        (_, 0, _) => "heat-dropped",
        (_, _, > 0) => "heat-mixed",
        (_, < 5, _) => "heat-1",
        (_, < 50, _) => "heat-2",
        _ => "heat-3",
    };

    /// <summary>Gets it in words.</summary>
    public string Title => string.Create(
        CultureInfo.InvariantCulture, $"{At:yyyy-MM-dd} (UTC): {(IsRead ? $"{Made:N0} became runs, {Dropped:N0} dropped" : "not read yet")}");
}
