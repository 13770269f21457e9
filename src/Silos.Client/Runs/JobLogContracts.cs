using System.Text.Json.Serialization;

namespace Silos.Client.Runs;

/// <summary>The envelope of the job log's answers.</summary>
/// <typeparam name="T">What is inside.</typeparam>
/// <param name="Success">Always true: errors are problem details.</param>
/// <param name="Data">What was asked for.</param>
public sealed record Envelope<T>(bool Success, T Data);

/// <summary>A page of the job log: <c>POST /api/job_logs/list</c>.</summary>
/// <param name="Items">The records, newest first.</param>
/// <param name="Page">Which page, from 1.</param>
/// <param name="Limit">How many records a page has at most.</param>
/// <param name="Total">How many records match in all.</param>
public sealed record JobLogPage(IReadOnlyList<JobLogRecord> Items, int Page, int Limit, long Total);

/// <summary>One execution, in the job log's words.</summary>
public sealed record JobLogRecord
{
    /// <summary>Gets the id of the run.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Gets the job; of a one-off run, the handler.</summary>
    [JsonPropertyName("job_name")]
    public required string JobName { get; init; }

    /// <summary>Gets <c>running</c>, <c>completed</c> or <c>failed</c>.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    /// <summary>Gets when its last attempt started.</summary>
    [JsonPropertyName("started_at")]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it ended; null while it runs.</summary>
    [JsonPropertyName("ended_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how long it took, in milliseconds; 0 while it runs.</summary>
    [JsonPropertyName("duration")]
    public long Duration { get; init; }

    /// <summary>Gets what went wrong; empty if nothing did.</summary>
    [JsonPropertyName("error")]
    public required string Error { get; init; }

    /// <summary>Gets what was kept with the run; null if nothing was.</summary>
    [JsonPropertyName("metadata")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public JsonText? Metadata { get; init; }

    /// <summary>Gets when the run was asked for.</summary>
    [JsonPropertyName("created_at")]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the run last changed.</summary>
    [JsonPropertyName("updated_at")]
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>How many runs there are: <c>GET /api/job_logs/statistics</c>.</summary>
/// <param name="TotalRuns">All of them.</param>
/// <param name="Successful">Those that completed.</param>
/// <param name="Failed">Those that failed or are dead.</param>
/// <param name="ByJob">The same for each job (or handler, for one-off runs).</param>
public sealed record JobLogStatistics(
    [property: JsonPropertyName("total_runs")] long TotalRuns,
    [property: JsonPropertyName("successful")] long Successful,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("by_job")] IReadOnlyDictionary<string, JobLogJobStatistics> ByJob);

/// <summary>How many runs of one job there are.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Failed">Those that failed or are dead.</param>
public sealed record JobLogJobStatistics(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("failed")] long Failed);

/// <summary>Asks for a page of the job log.</summary>
public sealed record JobLogListRequest
{
    /// <summary>Gets which page, from 1. Default: 1.</summary>
    public int? Page { get; init; }

    /// <summary>Gets how many records a page has at most, 1 to 500. Default: 20.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets what the records must match; absent for all.</summary>
    public FilterDocument? Filter { get; init; }
}

/// <summary>A condition, or a group of conditions; groups may be nested five deep.</summary>
public sealed record FilterDocument
{
    /// <summary>Gets how a group joins its conditions: <c>AND</c> or <c>OR</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the conditions of a group.</summary>
    public IReadOnlyList<FilterDocument>? Conditions { get; init; }

    /// <summary>Gets the field of a condition: <c>job_name, status, started_at, ended_at, duration, error, id</c>.</summary>
    public string? Field { get; init; }

    /// <summary>Gets the operator of a condition: <c>= != &lt; &lt;= &gt; &gt;= like contains in empty not_empty</c>. Default: <c>=</c>.</summary>
    public string? Operator { get; init; }

    /// <summary>Gets the value of a condition; a list with <c>in</c>.</summary>
    public JsonText? Value { get; init; }
}
