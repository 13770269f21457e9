namespace Silos.Client.Runs;

/// <summary>The answer of <c>GET /api/stats</c>: what ended, over time.</summary>
/// <param name="Since">Where the first bucket begins.</param>
/// <param name="Until">Where the last bucket ends.</param>
/// <param name="Bucket">How long a bucket is: <c>5m</c>.</param>
/// <param name="Items">The buckets, earliest first, those in which nothing ended included.</param>
public sealed record StatsResponse(DateTimeOffset Since, DateTimeOffset Until, string Bucket, IReadOnlyList<StatsBucketResponse> Items);

/// <summary>What ended within one bucket of time. Times are milliseconds, right to their leading digit; null when nothing started.</summary>
/// <param name="At">Where the bucket begins.</param>
/// <param name="Completed">How many completed.</param>
/// <param name="Failed">How many failed or are dead.</param>
/// <param name="Cancelled">How many were cancelled.</param>
/// <param name="Skipped">How many were skipped by their handler.</param>
/// <param name="LatenessP50">What half of the last attempts waited at most from when they could have started: due, asked for, and rid of the attempt before.</param>
/// <param name="LatenessP99">What 99 % waited at most.</param>
/// <param name="DurationP50">What half of the last attempts took at most.</param>
/// <param name="DurationP99">What 99 % took at most.</param>
public sealed record StatsBucketResponse(
    DateTimeOffset At,
    long Completed,
    long Failed,
    long Cancelled,
    long Skipped,
    long? LatenessP50,
    long? LatenessP99,
    long? DurationP50,
    long? DurationP99);
