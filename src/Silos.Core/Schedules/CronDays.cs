using System.Numerics;

namespace Silos.Schedules;

/// <summary>Which days of a month a cron expression means.</summary>
/// <remarks>
/// When day-of-month and day-of-week are both restricted, a day that fits <em>either</em> counts, as in Vixie cron
/// (<c>0 0 13 * FRI</c>: every 13th and every Friday). A field that begins with <c>*</c>, or is <c>?</c>, is not a
/// restriction of its own: then a day has to fit both.
/// </remarks>
internal readonly record struct CronDays
{
    private const uint EveryWeek = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;

    /// <summary>Gets the plain days of the month, bits 1 to 31.</summary>
    public uint DaysOfMonth { get; init; }

    /// <summary>Gets the days counted from the end: bit n is <c>L-n</c>.</summary>
    public uint FromEnd { get; init; }

    /// <summary>Gets the weekdays (Monday to Friday) nearest a day: bit n is <c>nW</c>.</summary>
    public uint Nearest { get; init; }

    /// <summary>Gets the weekdays nearest a day counted from the end: bit 0 is <c>LW</c>, bit n is <c>L-nW</c>.</summary>
    public uint NearestFromEnd { get; init; }

    /// <summary>Gets the plain days of the week, bit 0 is Sunday.</summary>
    public uint DaysOfWeek { get; init; }

    /// <summary>Gets the last such days of the month: bit 5 is <c>FRIL</c>.</summary>
    public uint Last { get; init; }

    /// <summary>Gets the nth such days of the month: bit <c>day * 5 + n - 1</c>, so that <c>MON#2</c> is bit 6.</summary>
    public ulong Nth { get; init; }

    /// <summary>Gets whether one of the two fields is enough.</summary>
    public bool Either { get; init; }

    /// <summary>Gets whether every day counts.</summary>
    public bool All => DaysOfMonth == uint.MaxValue - 1 && DaysOfWeek == 0x7F;

    /// <summary>Computes the days of one month, bits 1 to 31.</summary>
    public uint Of(int year, int month)
    {
        var length = DateTime.DaysInMonth(year, month);
        var valid = (uint)((2UL << length) - 2);
        if (All)
        {
            return valid;
        }

        var firstDay = (int)new DateTime(year, month, 1).DayOfWeek;
        var byMonth = ByMonth(length, firstDay);
        var byWeek = ByWeek(length, firstDay);
        return valid & (Either ? byMonth | byWeek : byMonth & byWeek);
    }

    private uint ByMonth(int length, int firstDay)
    {
        var days = DaysOfMonth;
        if ((FromEnd | Nearest | NearestFromEnd) == 0)
        {
            return days;
        }

        for (var bits = FromEnd; bits != 0; bits &= bits - 1)
        {
            var day = length - BitOperations.TrailingZeroCount(bits);
            days |= day > 0 ? 1U << day : 0;
        }

        for (var bits = NearestFromEnd; bits != 0; bits &= bits - 1)
        {
            days |= NearestWeekday(length - BitOperations.TrailingZeroCount(bits), length, firstDay);
        }

        for (var bits = Nearest; bits != 0; bits &= bits - 1)
        {
            days |= NearestWeekday(BitOperations.TrailingZeroCount(bits), length, firstDay);
        }

        return days;
    }

    private uint ByWeek(int length, int firstDay)
    {
        // The week's pattern turned so that bit 0 is the month's first day, then repeated, then moved to bits 1 to 31.
        var days = DaysOfWeek;
        var week = (days >> firstDay | days << (7 - firstDay)) & 0x7F;
        var result = (uint)(((ulong)week * EveryWeek) << 1);
        if ((Last | Nth) == 0)
        {
            return result;
        }

        for (var bits = Last; bits != 0; bits &= bits - 1)
        {
            var first = FirstOf(BitOperations.TrailingZeroCount(bits), firstDay);
            result |= 1U << (first + ((length - first) / 7 * 7));
        }

        for (var bits = Nth; bits != 0; bits &= bits - 1)
        {
            var (dayOfWeek, n) = Math.DivRem(BitOperations.TrailingZeroCount(bits), 5);
            var day = FirstOf(dayOfWeek, firstDay) + (7 * n);
            result |= day <= length ? 1U << day : 0;
        }

        return result;
    }

    /// <summary>Finds the first such day of the week in the month.</summary>
    private static int FirstOf(int dayOfWeek, int firstDay) => 1 + ((dayOfWeek - firstDay + 7) % 7);

    /// <summary>Moves a Saturday or Sunday to Friday or Monday, without leaving the month. A month without the day (31W in
    /// April) has no nearest weekday either.</summary>
    private static uint NearestWeekday(int day, int length, int firstDay)
    {
        if (day < 1 || day > length)
        {
            return 0;
        }

        return 1U << (((day - 1 + firstDay) % 7) switch
        {
            6 => day > 1 ? day - 1 : day + 2,
            0 => day < length ? day + 1 : day - 2,
            _ => day,
        });
    }
}
