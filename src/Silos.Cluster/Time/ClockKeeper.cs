using Microsoft.Extensions.Logging;
using Silos.Engine;
using Silos.Engine.Duties;
using Silos.Stores;

namespace Silos.Cluster.Time;

/// <summary>Keeps this silo's clock at that of the database, which all silos share; tells when the machine's own is wrong.</summary>
internal sealed partial class ClockKeeper(
    SlewedClock clock, ISilosStore store, EngineScheduler scheduler, StoreWatch watch, ILogger<ClockKeeper> logger)
    : BackgroundDuty(clock, scheduler, watch, logger)
{
    private const int Readings = 5;

    /// <summary>Orleans' membership goes by the machine's clock, and bears seconds; a person should know before it is minutes.</summary>
    private static readonly TimeSpan Wrong = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = logger;
    private bool _told;

    // A crystal loses half a millisecond in that time.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    /// <summary>Sets the clock before anything depends on it, and follows from then on.</summary>
    public async Task SetAsync(CancellationToken cancellationToken)
    {
        if (store is not IStoreClock server)
        {
            return;
        }

        await FollowAsync(server, first: true, cancellationToken);
        Start(atOnce: false);
    }

    public override async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (store is IStoreClock server)
        {
            await FollowAsync(server, first: false, cancellationToken);
        }

        return false;
    }

    private async Task FollowAsync(IStoreClock server, bool first, CancellationToken cancellationToken)
    {
        var readings = new ClockReading[Readings];
        for (var i = 0; i < Readings; i++)
        {
            var before = clock.GetUtcNow();
            var there = await server.ReadClockAsync(cancellationToken);
            readings[i] = new ClockReading(before, there, clock.GetUtcNow());
        }

        var decision = ClockDecision.Of(readings, first);
        switch (decision.Move)
        {
            case ClockMove.Set:
                clock.Set(decision.Error);
                if (!first)
                {
                    LogSlept((long)decision.Error.TotalSeconds);
                }

                break;
            case ClockMove.Slew:
                clock.Slew(decision.Error);
                break;
        }

        Tell(clock.MachineNow - clock.GetUtcNow());
    }

    private void Tell(TimeSpan ahead)
    {
        var wrong = ahead.Duration() > Wrong;
        if (wrong && !_told)
        {
            LogWrong(Math.Round(ahead.Duration().TotalSeconds, 1), ahead > TimeSpan.Zero ? "ahead of" : "behind");
        }
        else if (_told && !wrong)
        {
            LogRight();
        }

        _told = wrong;
    }

    [LoggerMessage(LogLevel.Warning, "This machine's clock is {Seconds} s {Direction} the database's. Jobs go by the database's; but silos watch each other by their machines' clocks: set it right (NTP)")]
    private partial void LogWrong(double seconds, string direction);

    [LoggerMessage(LogLevel.Information, "This machine's clock agrees with the database's again")]
    private partial void LogRight();

    [LoggerMessage(LogLevel.Warning, "The clock was {Seconds} s behind the database's, as after a machine has slept; it was set")]
    private partial void LogSlept(long seconds);
}
