namespace Silos.Schedules;

/// <summary>One way of being due, before bounds, jitter and calendars.</summary>
internal abstract class DueRule
{
    /// <summary>Finds the first due instant after the given one.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after, ScheduleAnchor anchor);

    /// <summary>Finds the last due instant before the given one.</summary>
    public abstract DateTimeOffset? Previous(DateTimeOffset before, ScheduleAnchor anchor);

    /// <summary>Says in words when it is due.</summary>
    public abstract string Explain();

    /// <summary>Gets whether the zone makes a difference, so that an explanation should name it.</summary>
    public virtual bool UsesZone => false;

    /// <summary>Tells whether a due instant stands for a local time that a gap skips.</summary>
    public virtual bool IsMovedByGap(DateTimeOffset due) => false;

    /// <summary>Cuts an instant to whole milliseconds, the grain of all instants here.</summary>
    internal static DateTimeOffset Truncate(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);

    /// <summary>Adds, or gives null where the calendar ends.</summary>
    protected static DateTimeOffset? Add(DateTimeOffset instant, TimeSpan duration) =>
        duration.Ticks > DateTimeOffset.MaxValue.UtcTicks - instant.UtcTicks
            ? null
            : new DateTimeOffset(instant.UtcTicks + duration.Ticks, TimeSpan.Zero);
}
