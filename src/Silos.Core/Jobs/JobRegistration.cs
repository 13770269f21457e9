namespace Silos.Jobs;

/// <summary>A job registered in code; saved when the process starts.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Definition">What was registered.</param>
public sealed record JobRegistration(TenantId Tenant, JobDefinition Definition);

/// <summary>A schedule that is a C# function, by the key that schedules name it with (<c>@function key</c>).</summary>
/// <param name="Key">The key.</param>
/// <param name="Next">From an instant to the next due instant after it, or null for never again.</param>
public sealed record ScheduleFunction(string Key, Func<DateTimeOffset, DateTimeOffset?> Next);
