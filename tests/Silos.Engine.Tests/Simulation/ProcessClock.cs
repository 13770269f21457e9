using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>The world's clock as one process sees it: a little wrong, and silent when the process is dead.</summary>
internal sealed class ProcessClock(ManualTimeProvider world, TimeSpan wrongBy, SimulatedProcess process) : TimeProvider
{
    public override long TimestampFrequency => world.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => world.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + wrongBy;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => world.CreateTimer(
        given =>
        {
            if (!process.IsDead)
            {
                callback(given);
            }
        },
        state,
        dueTime,
        period);
}
