using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine.Jobs;

/// <summary>What schedules may refer to in this process: the default zone, named schedules, calendars, C# functions.</summary>
internal sealed class ScheduleWorld
{
    /// <summary>Collects it from settings and registrations.</summary>
    /// <exception cref="StartupException">The default zone is unknown, or two functions have one key.</exception>
    public ScheduleWorld(IOptions<EngineOptions> options, IEnumerable<ScheduleFunction> functions)
    {
        var byKey = new Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>>(StringComparer.Ordinal);
        foreach (var function in functions)
        {
            if (!byKey.TryAdd(function.Key, function.Next))
            {
                throw new StartupException(
                    $"Two schedule functions are registered under the key '{function.Key}'. Is a job registered twice?");
            }
        }

        Environment = new ScheduleEnvironment
        {
            DefaultTimeZone = Zone(options.Value.DefaultTimeZone),
            NamedSchedules = new Dictionary<string, string>(options.Value.NamedSchedules, StringComparer.Ordinal),
            Calendars = new Dictionary<string, Calendar>(options.Value.Calendars, StringComparer.Ordinal),
            Functions = byKey,
        };
    }

    /// <summary>Gets the environment to compile in.</summary>
    public ScheduleEnvironment Environment { get; }

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

    /// <summary>Gets the zone in which a job's times are shown: that of its first schedule, else the default.</summary>
    public TimeZoneInfo ZoneOf(IReadOnlyList<CompiledSchedule?> schedules) =>
        schedules.Count > 0 && schedules[0] is { } first ? first.Zone : Environment.DefaultTimeZone;

    private static TimeZoneInfo Zone(string name) => TimeZones.TryFind(name, out var zone)
        ? zone
        : throw new StartupException(
            $"{EngineOptions.Section}:{nameof(EngineOptions.DefaultTimeZone)}: {TimeZones.Unknown(FieldProblem.Shorten(name))}");
}
