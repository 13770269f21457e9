namespace Silos.Schedules;

/// <summary>The two instants of a job's life that interval schedules count from.</summary>
/// <param name="CreatedAt">When the job was registered: <c>@every</c> counts from here, unless the specification has a
/// <see cref="ScheduleSpec.StartAt"/>.</param>
/// <param name="LastEndedAt">When its last run ended (or was decided not to take place); null before the first.
/// <c>@after</c> counts from here, before that from <paramref name="CreatedAt"/>.</param>
public readonly record struct ScheduleAnchor(DateTimeOffset CreatedAt, DateTimeOffset? LastEndedAt = null);
