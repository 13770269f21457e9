using System.Text.Json.Serialization;
using Silos.Client.Jobs;

namespace Silos.Client.Queues;

/// <summary>A queue with settings and depth.</summary>
/// <param name="Name">The name.</param>
/// <param name="Pause">Who paused it and why; absent while it runs.</param>
/// <param name="Limits">Its limits.</param>
/// <param name="Queued">Runs that could start now.</param>
/// <param name="Scheduled">Runs that wait for their time.</param>
/// <param name="Running">Runs under way.</param>
/// <param name="OldestQueuedAt">Since when the longest waiting one could have started.</param>
public sealed record QueueResponse(
    string Name, PauseResponse? Pause, QueueLimitsDocument Limits, long Queued, long Scheduled, long Running,
    DateTimeOffset? OldestQueuedAt);

/// <summary>All queues: <c>GET /api/queues</c>.</summary>
/// <param name="Items">The queues by name.</param>
public sealed record QueueListResponse(IReadOnlyList<QueueResponse> Items);

/// <summary>How much of a queue may run: <c>PUT /api/queues/{name}/limits</c>. What is left out is not limited.</summary>
public sealed record QueueLimitsDocument
{
    /// <summary>Gets how many of its runs may execute at once.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Gets how many starts are allowed per interval on average.</summary>
    public int? Rate { get; init; }

    /// <summary>Gets the interval of the rate. Default: 1 second.</summary>
    public string? RateInterval { get; init; }

    /// <summary>Gets how many starts may come at once before the rate bites. Default: the rate.</summary>
    public int? Burst { get; init; }

    /// <summary>Gets its share of slots when queues compete, 1 to 1,000. Default: 1.</summary>
    public int? Weight { get; init; }
}

/// <summary>Pauses or resumes everything: <c>POST /api/pause</c> and <c>/api/resume</c>; may be left out.</summary>
public sealed record PauseAllRequest
{
    /// <summary>Gets the reason, at most 1,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets what is meant: <c>tenant</c> (the caller's own; the default) or <c>all</c>.</summary>
    public string? Scope { get; init; }
}

/// <summary>What holds back everything that the tenant has: <c>GET /api/pause</c>. Both are absent while nothing does.</summary>
public sealed record PauseAllResponse
{
    /// <summary>Gets who paused the tenant and why.</summary>
    public PauseResponse? Tenant { get; init; }

    /// <summary>Gets who paused every tenant and why.</summary>
    public PauseResponse? All { get; init; }
}

/// <summary>A record of the collection <c>queues</c>: the answer of <c>POST /api/collections/queues/records</c>.</summary>
public sealed record QueueRecordResponse
{
    /// <summary>Gets the id of the run.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Gets the name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Gets the description.</summary>
    [JsonPropertyName("description")]
    public required string Description { get; init; }

    /// <summary>Gets the payload as it was given.</summary>
    [JsonPropertyName("payload")]
    public required JsonText Payload { get; init; }

    /// <summary>Gets how many attempts have failed: 0 for a new record.</summary>
    [JsonPropertyName("attempts")]
    public int Attempts { get; init; }

    /// <summary>Gets when a worker took it; null for a new record.</summary>
    [JsonPropertyName("reserved_at")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? ReservedAt { get; init; }

    /// <summary>Gets when it was made.</summary>
    [JsonPropertyName("created")]
    public DateTimeOffset Created { get; init; }

    /// <summary>Gets when it last changed.</summary>
    [JsonPropertyName("updated")]
    public DateTimeOffset Updated { get; init; }
}

/// <summary>Enqueues a record of the collection <c>queues</c>.</summary>
public sealed record QueueRecordRequest
{
    /// <summary>Gets the id of the run, a UUID; the same id never enqueues twice. Default: a new one.</summary>
    public string? Id { get; init; }

    /// <summary>Gets a name for people. Required; at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Gets what to do. Required.</summary>
    public QueueRecordPayload? Payload { get; init; }
}

/// <summary>What a record of the collection <c>queues</c> asks for.</summary>
public sealed record QueueRecordPayload
{
    /// <summary>Gets the key of the handler. Required.</summary>
    public string? Type { get; init; }

    /// <summary>Gets what the handler is given: a JSON object.</summary>
    public JsonText? Data { get; init; }

    /// <summary>Gets what differs from the defaults.</summary>
    public QueueRecordOptions? Options { get; init; }
}

/// <summary>What a record of the collection <c>queues</c> may set.</summary>
public sealed record QueueRecordOptions
{
    /// <summary>Gets the attempts in all; 0 and 1 mean no retry. Default: 3.</summary>
    [JsonPropertyName("retry_count")]
    public int? RetryCount { get; init; }

    /// <summary>Gets how long an attempt may take, in seconds. Default: 30.</summary>
    public double? Timeout { get; init; }
}
