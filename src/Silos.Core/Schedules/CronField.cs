namespace Silos.Schedules;

/// <summary>What one field of a cron expression was found to say, while it is being read.</summary>
internal ref struct CronField
{
    public CronField(CronUnit unit, ulong[]? years)
    {
        Unit = unit;
        Years = years;
    }

    public CronUnit Unit { get; }

    /// <summary>Gets or sets the plain values, a bit a value; years are in <see cref="Years"/>.</summary>
    public ulong Bits { get; set; }

    public ulong[]? Years { get; }

    /// <summary>Gets or sets whether the field begins with <c>*</c> or is <c>?</c>.</summary>
    public bool Star { get; set; }

    public bool QuestionMark { get; set; }

    /// <summary>Gets or sets whether it contains <c>*</c>, a step or a range.</summary>
    public bool IntervalLike { get; set; }

    /// <summary>Gets or sets what is counted from the end: of the month (<c>L-n</c>), of its weeks (<c>FRIL</c>).</summary>
    public uint Last { get; set; }

    public uint Nearest { get; set; }

    public uint NearestFromEnd { get; set; }

    public ulong Nth { get; set; }

    /// <summary>Adds every step-th value from one through another; the last may lie beyond the maximum and wraps.</summary>
    public void Add(int from, int to, int step)
    {
        var minimum = Unit.Minimum();
        var count = Unit.Maximum() - minimum + 1;
        if (Years is not null)
        {
            for (var year = from - minimum; year <= to - minimum; year += step)
            {
                Years[year >> 6] |= 1UL << (year & 63);
            }

            return;
        }

        if (step == 1 && to < minimum + count)
        {
            Bits |= (2UL << to) - (1UL << from);
            return;
        }

        for (var value = from; value <= to; value += step)
        {
            Bits |= 1UL << (value >= minimum + count ? value - count : value);
        }
    }
}
