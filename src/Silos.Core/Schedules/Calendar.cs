namespace Silos.Schedules;

/// <summary>Days on which jobs do not run: an occurrence on such a day is still due, and is recorded as skipped.</summary>
public sealed record Calendar
{
    /// <summary>Gets the name by which <see cref="ScheduleSpec.Calendars"/> refers to it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what it is for, in a person's words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the days of the week that are allowed. Default: all of them; <see cref="DaysOfWeek.Weekdays"/> for
    /// business days.</summary>
    public DaysOfWeek AllowedDays { get; init; } = DaysOfWeek.All;

    /// <summary>Gets the blackouts: dates that are excluded whatever day of the week they are. Default: none.</summary>
    public IReadOnlyList<DateRange> Excluded { get; init => field = value ?? []; } = [];

    /// <summary>Gets the dates that are allowed even though <see cref="Excluded"/> or <see cref="AllowedDays"/> would
    /// exclude them (a working Saturday). Default: none.</summary>
    public IReadOnlyList<DateRange> Included { get; init => field = value ?? []; } = [];

    /// <summary>Gets the IANA id of the zone whose dates are meant, or <c>local</c>; null (the default) is the zone of
    /// the schedule that uses the calendar.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Tells whether the calendar excludes the day.</summary>
    /// <param name="day">The date in the calendar's zone.</param>
    public bool Excludes(DateOnly day)
    {
        if (Contains(Included, day))
        {
            return false;
        }

        return ((int)AllowedDays & (1 << (int)day.DayOfWeek)) == 0 || Contains(Excluded, day);
    }

    /// <summary>Compares by value, the dates in their order included.</summary>
    /// <param name="other">The calendar to compare with.</param>
    public bool Equals(Calendar? other) =>
        other is not null
        && string.Equals(Name, other.Name, StringComparison.Ordinal)
        && string.Equals(Description, other.Description, StringComparison.Ordinal)
        && AllowedDays == other.AllowedDays
        && string.Equals(TimeZone, other.TimeZone, StringComparison.Ordinal)
        && Excluded.SequenceEqual(other.Excluded)
        && Included.SequenceEqual(other.Included);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Name, Description, AllowedDays, TimeZone, Excluded.Count, Included.Count);

    private static bool Contains(IReadOnlyList<DateRange> ranges, DateOnly day)
    {
        for (var i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Contains(day))
            {
                return true;
            }
        }

        return false;
    }
}
