namespace Silos.Schedules;

/// <summary>What is wrong with a schedule.</summary>
/// <param name="Message">A sentence with the field, the value and what would be right.</param>
/// <param name="Position">Where in the expression the mistake begins, counted from 0; null if it is elsewhere.</param>
/// <param name="Field">The part that is wrong: <c>second minute hour dayOfMonth month dayOfWeek year</c> of a cron
/// expression, or a property of the specification (<c>expression timeZone daylightSaving startAt endAt maxOccurrences
/// jitter calendars</c>).</param>
public sealed record ScheduleProblem(string Message, int? Position, string Field);
