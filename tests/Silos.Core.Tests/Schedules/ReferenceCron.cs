using System.Globalization;

namespace Silos.Schedules;

/// <summary>A second, slow and obvious implementation: expressions made at random together with what they mean.</summary>
/// <param name="Text">The expression.</param>
/// <param name="IsDay">Whether a date fits.</param>
/// <param name="Times">The times of day, in order.</param>
internal sealed record ReferenceCron(string Text, Func<DateOnly, bool> IsDay, Lazy<List<TimeOnly>> Times)
{
    /// <summary>Makes an expression of seven fields with any day, seconds and years included.</summary>
    public static ReferenceCron Random(Random random)
    {
        var (second, seconds) = Set(random, 0, 59);
        var (minute, minutes) = Set(random, 0, 59);
        var (hour, hours) = Set(random, 0, 23);
        var (month, months) = random.Next(2) == 0 ? ("*", Enumerable.Range(1, 12).ToHashSet()) : Set(random, 1, 12);
        var (year, years) = random.Next(3) == 0 ? Set(random, 2020, 2060) : ("*", null);
        var (dayOfMonth, isDayOfMonth) = DayOfMonth(random);
        var (dayOfWeek, isDayOfWeek) = DayOfWeek(random);
        var both = dayOfMonth[0] is '*' or '?' || dayOfWeek[0] is '*';
        var times = from h in hours from m in minutes from s in seconds select new TimeOnly(h, m, s);
        return new ReferenceCron(
            $"{second} {minute} {hour} {dayOfMonth} {month} {dayOfWeek} {year}",
            day => months.Contains(day.Month)
                && years?.Contains(day.Year) != false
                && (both ? isDayOfMonth(day) && isDayOfWeek(day) : isDayOfMonth(day) || isDayOfWeek(day)),
            new Lazy<List<TimeOnly>>(() => [.. times.Order()]));
    }

    /// <summary>Looks through the days one by one; null if none fits within the given number of days.</summary>
    public DateTime? Next(DateTime after, int days)
    {
        var day = DateOnly.FromDateTime(after);
        for (var i = 0; i < days; i++, day = day.AddDays(1))
        {
            if (!IsDay(day))
            {
                continue;
            }

            foreach (var time in Times.Value)
            {
                if (day.ToDateTime(time) is var found && found > after)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static (string Text, HashSet<int> Values) Set(Random random, int minimum, int maximum)
    {
        if (random.Next(6) == 0)
        {
            return maximum < 100 ? ("*", Range(minimum, maximum, 1)) : ($"{minimum}-{maximum}", Range(minimum, maximum, 1));
        }

        var texts = new List<string>();
        var values = new HashSet<int>();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var from = random.Next(minimum, maximum + 1);
            var to = random.Next(from, maximum + 1);
            var step = random.Next(1, Math.Min(12, maximum - minimum + 1));
            var (text, added) = (random.Next(5), maximum < 100) switch
            {
                (0, _) => ($"{from}-{to}", Range(from, to, 1)),
                (1, _) => ($"{from}-{to}/{step}", Range(from, to, step)),
                (2, true) => ($"{from}/{step}", Range(from, maximum, step)),
                (3, true) when from < to => ($"{to}-{from}", [.. Range(to, maximum, 1), .. Range(minimum, from, 1)]),
                _ => (from.ToString(CultureInfo.InvariantCulture), new HashSet<int> { from }),
            };
            texts.Add(text);
            values.UnionWith(added);
        }

        return (string.Join(',', texts), values);
    }

    private static HashSet<int> Range(int from, int to, int step) =>
        [.. Enumerable.Range(from, to - from + 1).Where(value => (value - from) % step == 0)];

    private static (string Text, Func<DateOnly, bool> Fits) DayOfMonth(Random random)
    {
        var n = random.Next(1, 32);
        switch (random.Next(8))
        {
            case 0:
                return ("*", _ => true);
            case 1:
                return ("?", _ => true);
            case 2:
                return ("L", day => day.AddDays(1).Month != day.Month);
            case 3:
                n = random.Next(28);
                return ($"L-{n}", day => DateTime.DaysInMonth(day.Year, day.Month) - n == day.Day);
            case 4:
                return ("LW", day => IsNearestWeekday(day, DateTime.DaysInMonth(day.Year, day.Month)));
            case 5:
                return ($"{n}W", day => IsNearestWeekday(day, n));
            case 6:
                return ($"*/{Math.Min(n, 9)}", day => (day.Day - 1) % Math.Min(n, 9) == 0);
            default:
                var (text, values) = Set(random, 1, 31);
                return (text, day => values.Contains(day.Day));
        }
    }

    private static (string Text, Func<DateOnly, bool> Fits) DayOfWeek(Random random)
    {
        var n = random.Next(0, 8);
        var dayOfWeek = (DayOfWeek)(n % 7);
        switch (random.Next(6))
        {
            case 0 or 1:
                return ("*", _ => true);
            case 2:
                return ($"{n}L", day => day.DayOfWeek == dayOfWeek && day.AddDays(7).Month != day.Month);
            case 3:
                var nth = random.Next(1, 6);
                return ($"{n}#{nth}", day => day.DayOfWeek == dayOfWeek && (day.Day - 1) / 7 == nth - 1);
            default:
                var (text, values) = Set(random, 0, 6);
                return (text, day => values.Contains((int)day.DayOfWeek));
        }
    }

    private static bool IsNearestWeekday(DateOnly day, int target)
    {
        var length = DateTime.DaysInMonth(day.Year, day.Month);
        if (target > length)
        {
            return false;
        }

        foreach (var distance in new[] { 0, -1, 1, -2, 2 })
        {
            if (target + distance < 1 || target + distance > length)
            {
                continue;
            }

            var candidate = new DateOnly(day.Year, day.Month, target + distance);
            if (candidate.DayOfWeek is not (System.DayOfWeek.Saturday or System.DayOfWeek.Sunday))
            {
                return candidate == day;
            }
        }

        return false;
    }
}
