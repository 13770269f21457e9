namespace Silos.Cluster.Time;

/// <summary>
/// A clock that is set once and from then on follows another one without ever jumping back: it runs a little faster or slower until it
/// agrees. It counts the machine's timestamps, so nobody who sets the machine's clock moves it.
/// </summary>
/// <param name="machine">The machine's clock: what timers run by, and what counts until the first <see cref="Set"/>.</param>
internal sealed class SlewedClock(TimeProvider machine) : TimeProvider
{
    /// <summary>
    /// By how much it may run faster or slower: 50 ms a second. Timers run by the machine's seconds, so a wait is off by as much at most; and
    /// an error of a second, which no working NTP leaves, is gone in 20 seconds.
    /// </summary>
    public const double Rate = 0.05;

    private volatile Course? _course;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <summary>Gets what the machine's own clock shows.</summary>
    public DateTimeOffset MachineNow => machine.GetUtcNow();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        if (_course is not { } course)
        {
            return machine.GetUtcNow();
        }

        var elapsed = machine.GetElapsedTime(course.Since);
        return course.From + elapsed + course.Made(elapsed);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Moves the clock at once. While something depends on it, only ahead.</summary>
    public void Set(TimeSpan by) => _course = new Course(GetUtcNow() + by, machine.GetTimestamp(), TimeSpan.Zero);

    /// <summary>Makes the clock run faster or slower until it has made up for an error; what was left of an earlier one is forgotten.</summary>
    public void Slew(TimeSpan by) => _course = new Course(GetUtcNow(), machine.GetTimestamp(), by);

    /// <summary>Where the clock stood, when, and what it makes up for since.</summary>
    private sealed record Course(DateTimeOffset From, long Since, TimeSpan Error)
    {
        public TimeSpan Made(TimeSpan elapsed)
        {
            var most = elapsed * Rate;
            return Error > most ? most : Error < -most ? -most : Error;
        }
    }
}
