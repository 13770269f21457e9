namespace Silos.Client.Schedules;

/// <summary>The next due instants of an expression: <c>GET /api/schedules/preview</c>.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="TimeZone">The zone whose clock it was read on.</param>
/// <param name="Explanation">What the expression means, in words.</param>
/// <param name="Occurrences">The due instants.</param>
public sealed record SchedulePreviewResponse(
    string Expression, string TimeZone, string Explanation, IReadOnlyList<PreviewResponse> Occurrences);

/// <summary>The next due instants of a job: <c>GET /api/jobs/{name}/preview</c>.</summary>
/// <param name="Occurrences">The due instants.</param>
public sealed record JobPreviewResponse(IReadOnlyList<PreviewResponse> Occurrences);

/// <summary>One due instant ahead of time.</summary>
/// <param name="Instant">The instant, in UTC.</param>
/// <param name="Local">The same on the clock of the schedule's zone.</param>
/// <param name="Marks">What is remarkable: <c>daylight_saving_gap, daylight_saving_overlap, excluded</c>.</param>
/// <param name="ExcludedBy">The calendar that excludes it.</param>
public sealed record PreviewResponse(
    DateTimeOffset Instant, DateTimeOffset Local, IReadOnlyList<string> Marks, string? ExcludedBy);
