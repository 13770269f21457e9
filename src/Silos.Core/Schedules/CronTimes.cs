using System.Numerics;

namespace Silos.Schedules;

/// <summary>The times of day of a cron expression, a bit a value.</summary>
internal readonly struct CronTimes
{
    public const int None = -1;

    private const int SecondsPerHour = 3600;
    private const int SecondsPerMinute = 60;

    public CronTimes(ulong seconds, ulong minutes, ulong hours)
    {
        Seconds = seconds;
        Minutes = minutes;
        Hours = (uint)hours;
        First = Compose(Lowest(Hours), Lowest(minutes), Lowest(seconds));
        Last = Compose(Highest(Hours), Highest(minutes), Highest(seconds));
    }

    public ulong Seconds { get; }

    public ulong Minutes { get; }

    public uint Hours { get; }

    /// <summary>Gets the first time of a day, in seconds since midnight.</summary>
    public int First { get; }

    /// <summary>Gets the last time of a day, in seconds since midnight.</summary>
    public int Last { get; }

    /// <summary>Finds the first time at or after <paramref name="time"/>; <see cref="None"/> if the day has no more.</summary>
    public int Next(int time)
    {
        var hour = time / SecondsPerHour;
        var minute = time % SecondsPerHour / SecondsPerMinute;
        if ((Hours >> hour & 1) != 0)
        {
            if ((Minutes >> minute & 1) != 0)
            {
                var second = time % SecondsPerMinute;
                var seconds = Seconds >> second;
                if (seconds != 0)
                {
                    return time + Lowest(seconds);
                }
            }

            var minutes = Minutes >> minute >> 1;
            if (minutes != 0)
            {
                return Compose(hour, minute + 1 + Lowest(minutes), Lowest(Seconds));
            }
        }

        var hours = Hours >> hour >> 1;
        return hours == 0 ? None : Compose(hour + 1 + Lowest(hours), Lowest(Minutes), Lowest(Seconds));
    }

    /// <summary>Finds the last time at or before <paramref name="time"/>; <see cref="None"/> if the day has none yet.</summary>
    public int Previous(int time)
    {
        var hour = time / SecondsPerHour;
        var minute = time % SecondsPerHour / SecondsPerMinute;
        if ((Hours >> hour & 1) != 0)
        {
            if ((Minutes >> minute & 1) != 0)
            {
                var seconds = Seconds & ((2UL << (time % SecondsPerMinute)) - 1);
                if (seconds != 0)
                {
                    return Compose(hour, minute, Highest(seconds));
                }
            }

            var minutes = Minutes & ((1UL << minute) - 1);
            if (minutes != 0)
            {
                return Compose(hour, Highest(minutes), Highest(Seconds));
            }
        }

        var hours = Hours & ((1U << hour) - 1);
        return hours == 0 ? None : Compose(Highest(hours), Highest(Minutes), Highest(Seconds));
    }

    private static int Compose(int hour, int minute, int second) =>
        (hour * SecondsPerHour) + (minute * SecondsPerMinute) + second;

    private static int Lowest(ulong bits) => BitOperations.TrailingZeroCount(bits);

    private static int Highest(ulong bits) => BitOperations.Log2(bits);
}
