namespace Silos.Schedules;

/// <summary>A calendar with the clock that its dates are read on.</summary>
internal sealed record ResolvedCalendar(Calendar Calendar, ZoneClock Clock)
{
    public bool Excludes(DateTimeOffset instant)
    {
        var second = instant.UtcTicks / TimeSpan.TicksPerSecond;
        var local = Math.Clamp(second + Clock.At(second).Offset, 0, CronPattern.End - 1);
        return Calendar.Excludes(DateOnly.FromDayNumber((int)(local / 86_400)));
    }
}
