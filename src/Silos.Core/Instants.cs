namespace Silos;

/// <summary>Instants in Silos are whole milliseconds in UTC, so that they survive every store and every wire unchanged.</summary>
public static class Instants
{
    /// <summary>Reads the clock, cut to the millisecond.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return clock.GetUtcNow().ToInstant();
    }

    /// <summary>Converts to UTC and cuts to the millisecond.</summary>
    public static DateTimeOffset ToInstant(this DateTimeOffset value)
    {
        var utc = value.UtcTicks;
        return new DateTimeOffset(utc - (utc % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }
}
