using System.Numerics;

namespace Silos.Schedules;

/// <summary>A cron expression as bits, matched against local time. It knows nothing of zones: local time is a number
/// of seconds since 0001-01-01 on some clock.</summary>
internal sealed class CronPattern
{
    public const long None = -1;

    /// <summary>The end of the calendar: 10000-01-01.</summary>
    public const long End = DaysInCalendar * SecondsPerDay;

    private const int SecondsPerDay = 86_400;
    private const long DaysInCalendar = 3_652_059;
    private const int LastCalendarYear = 9999;

    private readonly CronTimes _times;
    private readonly CronDays _days;
    private readonly bool _everyDay;

    /// <param name="times">The times of day.</param>
    /// <param name="days">The days of a month.</param>
    /// <param name="months">Bits 1 to 12.</param>
    /// <param name="years">Bits from <see cref="CronUnits.FirstYear"/>; null is every year.</param>
    public CronPattern(CronTimes times, CronDays days, uint months, ulong[]? years)
    {
        _times = times;
        _days = days;
        Months = months;
        Years = years;
        _everyDay = days.All && months == 0x1FFE && years is null;
    }

    public CronTimes Times => _times;

    public CronDays Days => _days;

    public uint Months { get; }

    public ulong[]? Years { get; }

    /// <summary>Tells whether there is any time at all; the calendar repeats every 400 years.</summary>
    public bool CanMatch()
    {
        var first = Years is null ? 2000 : NextYear(CronUnits.FirstYear);
        return first > 0 && Next(Midnight(first, 1, 1)) != None;
    }

    /// <summary>Finds the first local time at or after <paramref name="second"/>.</summary>
    public long Next(long second)
    {
        second = Math.Max(second, 0);
        if (second >= End)
        {
            return None;
        }

        var day = (int)(second / SecondsPerDay);
        var time = (int)(second % SecondsPerDay);
        if (_everyDay)
        {
            var today = _times.Next(time);
            if (today >= 0)
            {
                return second - time + today;
            }

            return day + 1 < DaysInCalendar ? second - time + SecondsPerDay + _times.First : None;
        }

        var (year, month, dayOfMonth) = DateOnly.FromDayNumber(day);
        if ((Months >> month & 1) != 0 && HasYear(year))
        {
            var days = _days.Of(year, month) >> dayOfMonth;
            if ((days & 1) != 0 && _times.Next(time) is var today and >= 0)
            {
                return second - time + today;
            }

            days >>= 1;
            if (days != 0)
            {
                return second - time + ((1L + BitOperations.TrailingZeroCount(days)) * SecondsPerDay) + _times.First;
            }
        }

        return NextMonth(year, month);
    }

    /// <summary>Finds the last local time at or before <paramref name="second"/>.</summary>
    public long Previous(long second)
    {
        second = Math.Min(second, End - 1);
        if (second < 0)
        {
            return None;
        }

        var day = (int)(second / SecondsPerDay);
        var time = (int)(second % SecondsPerDay);
        if (_everyDay)
        {
            var today = _times.Previous(time);
            if (today >= 0)
            {
                return second - time + today;
            }

            return day > 0 ? second - time - SecondsPerDay + _times.Last : None;
        }

        var (year, month, dayOfMonth) = DateOnly.FromDayNumber(day);
        if ((Months >> month & 1) != 0 && HasYear(year))
        {
            var days = _days.Of(year, month);
            if ((days >> dayOfMonth & 1) != 0 && _times.Previous(time) is var today and >= 0)
            {
                return second - time + today;
            }

            days &= (1U << dayOfMonth) - 1;
            if (days != 0)
            {
                return second - time - ((long)(dayOfMonth - BitOperations.Log2(days)) * SecondsPerDay) + _times.Last;
            }
        }

        return PreviousMonth(year, month);
    }

    private static long Midnight(int year, int month, int day) =>
        (long)new DateOnly(year, month, day).DayNumber * SecondsPerDay;

    private long NextMonth(int year, int month)
    {
        if (!HasYear(year))
        {
            year = NextYear(year);
            month = 0;
        }

        while (year > 0)
        {
            var later = Months >> month >> 1;
            if (later == 0)
            {
                year = NextYear(year + 1);
                month = 0;
                continue;
            }

            month += 1 + BitOperations.TrailingZeroCount(later);
            var days = _days.Of(year, month);
            if (days != 0)
            {
                return Midnight(year, month, BitOperations.TrailingZeroCount(days)) + _times.First;
            }
        }

        return None;
    }

    private long PreviousMonth(int year, int month)
    {
        if (!HasYear(year))
        {
            year = PreviousYear(year);
            month = 13;
        }

        while (year > 0)
        {
            var earlier = Months & ((1U << month) - 1);
            if (earlier == 0)
            {
                year = PreviousYear(year - 1);
                month = 13;
                continue;
            }

            month = BitOperations.Log2(earlier);
            var days = _days.Of(year, month);
            if (days != 0)
            {
                return Midnight(year, month, BitOperations.Log2(days)) + _times.Last;
            }
        }

        return None;
    }

    private bool HasYear(int year)
    {
        if (Years is null)
        {
            return true;
        }

        var bit = year - CronUnits.FirstYear;
        return bit >= 0 && year <= CronUnits.LastYear && (Years[bit >> 6] >> (bit & 63) & 1) != 0;
    }

    /// <summary>Finds the first allowed year at or after the given one; <see cref="None"/> if there is none.</summary>
    private int NextYear(int year)
    {
        if (Years is null)
        {
            return year <= LastCalendarYear ? year : (int)None;
        }

        for (year = Math.Max(year, CronUnits.FirstYear); year <= CronUnits.LastYear; year++)
        {
            if (HasYear(year))
            {
                return year;
            }
        }

        return (int)None;
    }

    private int PreviousYear(int year)
    {
        if (Years is null)
        {
            return year;
        }

        for (year = Math.Min(year, CronUnits.LastYear); year >= CronUnits.FirstYear; year--)
        {
            if (HasYear(year))
            {
                return year;
            }
        }

        return (int)None;
    }
}
