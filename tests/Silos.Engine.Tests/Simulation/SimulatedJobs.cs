using Silos.Jobs;
using Silos.Queues;
using Silos.Schedules;

namespace Silos.Engine.Tests.Simulation;

/// <summary>Draws jobs, and the night in which they run.</summary>
internal static class SimulatedJobs
{
    private static readonly (string Zone, DateTimeOffset At)[] Nights =
    [
        ("Europe/Dublin", new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero)),
        ("Europe/Dublin", new DateTimeOffset(2026, 10, 25, 1, 0, 0, TimeSpan.Zero)),
        ("America/New_York", new DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero)),
        ("America/New_York", new DateTimeOffset(2026, 11, 1, 6, 0, 0, TimeSpan.Zero)),
        ("Australia/Lord_Howe", new DateTimeOffset(2026, 4, 4, 15, 0, 0, TimeSpan.Zero)),
        ("Australia/Lord_Howe", new DateTimeOffset(2026, 10, 3, 15, 30, 0, TimeSpan.Zero)),
    ];

    private static readonly string[] Often = ["* * * * * *", "*/5 * * * * *", "7,9,40 * * * * *", "@every 7s", "@after 3s"];

    private static readonly string[] Seldom =
        ["* * * * *", "*/2 * * * *", "0,15,30 * * * *", "30 1 * * *", "0 2 * * *", "15 0-3 * * *", "@every 90s", "@hourly"];

    /// <summary>Draws a zone whose clocks are about to change, and an instant shortly before.</summary>
    public static (string Zone, DateTimeOffset Start) Night(SimulatedWorld world)
    {
        var (zone, at) = Nights[world.Draw(Nights.Length)];
        return (zone, at.AddMilliseconds(-world.Draw(0, 600_000)));
    }

    public static JobDefinition Draw(SimulatedWorld world, string name, string zone)
    {
        var often = world.Chance(0.5);
        var rules = Enum.GetValues<DaylightSavingRule>();
        var schedules = new List<ScheduleSpec>();
        for (var i = world.Chance(0.2) ? 2 : 1; i > 0; i--)
        {
            var expressions = often ? Often : Seldom;
            schedules.Add(new ScheduleSpec
            {
                Expression = expressions[world.Draw(expressions.Length)],
                TimeZone = zone,
                DaylightSaving = rules[world.Draw(rules.Length)],
                Jitter = world.Chance(0.1) ? TimeSpan.FromSeconds(2) : TimeSpan.Zero,
            });
        }

        if (schedules.Exists(schedule => schedule.Expression.StartsWith("@after", StringComparison.Ordinal)))
        {
            schedules.RemoveRange(1, schedules.Count - 1);
        }

        return new JobDefinition
        {
            Name = JobName.Parse(name),
            Handler = SimulatedHandlers.Keys[world.Draw(SimulatedHandlers.Keys.Length)],
            Schedules = schedules,
            Queue = QueueName.Parse(world.Chance(0.5) ? "default" : "other"),
            Overlap = new OverlapPolicy { Mode = (OverlapMode)world.Draw(6), Limit = world.Draw(1, 4) },
            CatchUp = new CatchUpPolicy
            {
                Mode = (CatchUpMode)world.Draw(3),
                Window = TimeSpan.FromSeconds(often ? world.Draw(0, 20) : world.Draw(0, 1_800)),
            },
            Retry = new RetryPolicy { MaxAttempts = world.Draw(1, 4), MaxInterval = TimeSpan.FromSeconds(5) },
            Timeout = world.Chance(0.5) ? TimeSpan.FromSeconds(world.Draw(1, 6)) : null,
            PauseAfterFailures = world.Chance(0.1) ? 3 : null,
        };
    }
}
