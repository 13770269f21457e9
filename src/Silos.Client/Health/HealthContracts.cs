using System.Text.Json.Serialization;

namespace Silos.Client.Health;

/// <summary>How the process is doing: <c>GET /api/health</c>.</summary>
/// <param name="Status"><c>ok</c>, or <c>unavailable</c> (with status 503).</param>
/// <param name="Jobs">How the jobs are doing.</param>
public sealed record HealthResponse(string Status, HealthJobs Jobs);

/// <summary>How the jobs are doing.</summary>
/// <param name="SchedulerRunning">Whether due instants are being decided.</param>
/// <param name="RegisteredJobs">How many jobs there are.</param>
/// <param name="LastRun">When a run last started; null before the first.</param>
public sealed record HealthJobs(
    [property: JsonPropertyName("scheduler_running")] bool SchedulerRunning,
    [property: JsonPropertyName("registered_jobs")] int RegisteredJobs,
    [property: JsonPropertyName("last_run"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastRun);

/// <summary>The answer of <c>/health/live</c> and <c>/health/ready</c>: one word.</summary>
/// <param name="Status"><c>ok</c>, else what is in the way: <c>starting, draining, store_away, restart_wanted</c>.</param>
public sealed record ProbeResponse(string Status);
