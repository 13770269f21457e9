using System.Globalization;

namespace Silos.Schedules;

/// <summary>The days of a cron expression, in words that follow the times.</summary>
internal static class CronDayWords
{
    private const uint AllDaysOfMonth = uint.MaxValue - 1;
    private const uint AllDaysOfWeek = 0x7F;

    /// <param name="pattern">The expression.</param>
    /// <param name="everyDay">Whether to say "every day" when no day is excluded.</param>
    public static string Describe(CronPattern pattern, bool everyDay)
    {
        var days = pattern.Days;
        var months = new ValueSet(pattern.Months, 1, 12);
        var byMonth = days.DaysOfMonth != AllDaysOfMonth;
        var byWeek = days.DaysOfWeek != AllDaysOfWeek;
        var years = pattern.Years is null ? "" : $" in {Years(pattern.Years)}";

        if (byMonth && !byWeek && months.Values.Length == 1 && IsPlain(days))
        {
            return $" on {new ValueSet(days.DaysOfMonth, 1, 31).List()} {MonthName(months.Values[0])}{years}";
        }

        var which = (byMonth, byWeek) switch
        {
            (false, false) => everyDay ? " every day" : "",
            (true, false) => $" on {ByMonth(days)}",
            (false, true) => ByWeekAlone(days),
            _ when days.Either => $" on {ByMonth(days)}, or on {ByWeek(days)}",
            _ => $" on {ByMonth(days)}, but only on {ByWeek(days)}",
        };
        return which + Months(months) + years;
    }

    private static bool IsPlain(CronDays days) => (days.FromEnd | days.Nearest | days.NearestFromEnd) == 0;

    private static string Months(ValueSet months)
    {
        if (months.IsFull)
        {
            return "";
        }

        return months.TryGetRange(3, out var first, out var last)
            ? $", {MonthName(first)} through {MonthName(last)}"
            : $" in {months.List(MonthName)}";
    }

    private static string ByMonth(CronDays days)
    {
        var parts = new List<string>();
        var plain = new ValueSet(days.DaysOfMonth, 1, 31);
        if (plain.Values.Length > 0)
        {
            parts.Add(plain.Values.Length == 1 ? $"day {plain.List()}" : $"days {plain.List()}");
        }

        foreach (var day in new ValueSet(days.Nearest, 1, 31).Values)
        {
            parts.Add($"the weekday nearest day {day}");
        }

        foreach (var before in new ValueSet(days.FromEnd, 0, 31).Values)
        {
            parts.Add(before == 0 ? "the last day" : $"the {Words.Ordinal(before + 1)} day from the end");
        }

        foreach (var before in new ValueSet(days.NearestFromEnd, 0, 31).Values)
        {
            parts.Add(before == 0 ? "the last weekday" : $"the weekday nearest the {Words.Ordinal(before + 1)} day from the end");
        }

        return Words.And(parts) + " of the month";
    }

    private static string ByWeekAlone(CronDays days)
    {
        var plain = new ValueSet(days.DaysOfWeek, 0, 7);
        return days.Last == 0 && days.Nth == 0 && plain.TryGetRange(3, out var first, out var last)
            ? $", {DayName(first)} through {DayName(last)}"
            : $" on {ByWeek(days)}";
    }

    private static string ByWeek(CronDays days)
    {
        var parts = new List<string>();
        var plain = new ValueSet(days.DaysOfWeek, 0, 7);
        foreach (var day in plain.Values)
        {
            parts.Add(DayName(day));
        }

        var ofMonth = new List<string>();
        foreach (var bit in new ValueSet(days.Nth, 0, 35).Values)
        {
            ofMonth.Add($"the {Words.Ordinal((bit % 5) + 1)} {DayName(bit / 5)}");
        }

        foreach (var day in new ValueSet(days.Last, 0, 7).Values)
        {
            ofMonth.Add($"the last {DayName(day)}");
        }

        if (ofMonth.Count > 0)
        {
            parts.Add(Words.And(ofMonth) + " of the month");
        }

        return Words.And(parts);
    }

    private static string Years(ulong[] years)
    {
        var parts = new List<string>();
        for (var year = 0; year < years.Length * 64; year++)
        {
            if (!Has(year))
            {
                continue;
            }

            var first = year;
            while (Has(year + 1))
            {
                year++;
            }

            parts.Add(first == year ? Name(first) : $"{Name(first)} through {Name(year)}");
        }

        return Words.And(parts);

        bool Has(int bit) => bit < years.Length * 64 && (years[bit >> 6] >> (bit & 63) & 1) != 0;

        static string Name(int bit) => (CronUnits.FirstYear + bit).ToString(CultureInfo.InvariantCulture);
    }

    private static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    private static string DayName(int day) => CultureInfo.InvariantCulture.DateTimeFormat.GetDayName((DayOfWeek)day);
}
