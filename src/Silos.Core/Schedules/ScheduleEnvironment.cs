namespace Silos.Schedules;

/// <summary>What a host knows and a specification may refer to by name.</summary>
public sealed record ScheduleEnvironment
{
    /// <summary>Gets the environment with UTC as its zone and nothing named.</summary>
    public static ScheduleEnvironment Empty { get; } = new();

    /// <summary>Gets the zone of specifications that name none. Default: UTC.</summary>
    public TimeZoneInfo DefaultTimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Gets expressions by name. A name begins with <c>cron.</c>; an expression is anything that
    /// <see cref="ScheduleSpec.Expression"/> allows, except another name.</summary>
    public IReadOnlyDictionary<string, string> NamedSchedules { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the calendars by name.</summary>
    public IReadOnlyDictionary<string, Calendar> Calendars { get; init; } = new Dictionary<string, Calendar>();

    /// <summary>Gets the functions that <c>@function key</c> refers to, by key. A function gets an instant, shown on
    /// the clock of the schedule's zone, and returns the first due instant after it, or null for "never again".</summary>
    public IReadOnlyDictionary<string, Func<DateTimeOffset, DateTimeOffset?>> Functions { get; init; } =
        new Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>>();
}
