using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine.Jobs;

/// <summary>What schedules may refer to in this process: the default zone, named schedules, calendars, C# functions.</summary>
internal sealed class ScheduleWorld(ScheduleDirectory directory)
{
    /// <summary>Gets the environment to compile in, as it is now.</summary>
    public ScheduleEnvironment Environment => directory.Current;

    /// <summary>Compiles a job's schedules; null for one that cannot be understood here (a function or a name that this process lacks).</summary>
    public CompiledSchedule?[] Compile(JobDefinition definition)
    {
        var schedules = definition.Schedules;
        if (schedules.Count == 0)
        {
            return [];
        }

        var compiled = new CompiledSchedule?[schedules.Count];
        for (var i = 0; i < compiled.Length; i++)
        {
            CompiledSchedule.TryCompile(schedules[i], Environment, definition.Name.Value, out compiled[i], out _);
        }

        return compiled;
    }

    /// <summary>Tells whether this process understands all of a job's schedules.</summary>
    public bool Understands(JobDefinition definition) => !Array.Exists(Compile(definition), schedule => schedule is null);

    /// <summary>Gets the zone in which a job's times are shown: that of its first schedule, else the default.</summary>
    public TimeZoneInfo ZoneOf(IReadOnlyList<CompiledSchedule?> schedules) =>
        schedules.Count > 0 && schedules[0] is { } first ? first.Zone : Environment.DefaultTimeZone;
}
