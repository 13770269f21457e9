using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Engine;

/// <summary>
/// What schedules may refer to in this process: the default zone, named schedules, calendars and functions. Named schedules and
/// calendars of a jobs file come on top of the settings' own and change when the file does.
/// </summary>
public sealed class ScheduleDirectory
{
    private readonly ScheduleEnvironment _own;
    private volatile ScheduleEnvironment _current;

    /// <summary>Starts with what the settings and the code have.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="functions">The functions registered in code.</param>
    /// <exception cref="StartupException">The default zone is unknown, or two functions have one key.</exception>
    public ScheduleDirectory(IOptions<EngineOptions> options, IEnumerable<ScheduleFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(functions);
        _own = new ScheduleEnvironment
        {
            DefaultTimeZone = Zone(options.Value.DefaultTimeZone),
            NamedSchedules = new Dictionary<string, string>(options.Value.NamedSchedules, StringComparer.Ordinal),
            Calendars = new Dictionary<string, Calendar>(options.Value.Calendars, StringComparer.Ordinal),
            Functions = ByKey(functions),
        };
        _current = _own;
    }

    /// <summary>Gets what settings and code have, without a file.</summary>
    public ScheduleEnvironment Own => _own;

    /// <summary>Gets everything as it is now. Immutable; ask again for later changes.</summary>
    public ScheduleEnvironment Current => _current;

    /// <summary>Replaces what came from a file. A job that refers to a name follows a change when it is next decided or registered.</summary>
    /// <param name="namedSchedules">Expressions by name.</param>
    /// <param name="calendars">Calendars by name.</param>
    public void Overlay(IReadOnlyDictionary<string, string> namedSchedules, IReadOnlyDictionary<string, Calendar> calendars) =>
        _current = _own with
        {
            NamedSchedules = Merge(_own.NamedSchedules, namedSchedules),
            Calendars = Merge(_own.Calendars, calendars),
        };

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> under, IReadOnlyDictionary<string, T> over)
    {
        var merged = new Dictionary<string, T>(under, StringComparer.Ordinal);
        foreach (var (key, value) in over)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>> ByKey(IEnumerable<ScheduleFunction> functions)
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

        return byKey;
    }

    private static TimeZoneInfo Zone(string name) => TimeZones.TryFind(name, out var zone)
        ? zone
        : throw new StartupException(
            $"{EngineOptions.Section}:{nameof(EngineOptions.DefaultTimeZone)}: {TimeZones.Unknown(FieldProblem.Shorten(name))}");
}
