using Silos.Client.Jobs;

namespace Silos.Client.Runs;

/// <summary>Asks for a run that belongs to no job: <c>POST /api/runs</c>.</summary>
public sealed record EnqueueRequest
{
    /// <summary>Gets the key of the handler. Required.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets what the handler is given: any JSON, at most 1 MiB unless configured.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the id (a UUID, best of version 7), so that a repeated call is one run.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the queue. Default: <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the priority, −1000 to 1000; higher goes first.</summary>
    public int? Priority { get; init; }

    /// <summary>Gets the instant from which it may start. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Gets how long to wait before it may start.</summary>
    public string? Delay { get; init; }

    /// <summary>Gets the attempts in all; short for <c>retry.maxAttempts</c>.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Gets how failed attempts are repeated. Default: the handler's, else the host's.</summary>
    public RetryDocument? Retry { get; init; }

    /// <summary>Gets how long an attempt may take; <c>none</c> for no limit. Default: the handler's, else the host's.</summary>
    public string? Timeout { get; init; }

    /// <summary>Gets the idempotency key: one run per key and window. At most 200 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets the window of the key. Default: 24 hours.</summary>
    public string? IdempotencyWindow { get; init; }

    /// <summary>Gets what happens when the key is taken: <c>return_existing, reject, replace, throttle</c>.</summary>
    public string? OnDuplicate { get; init; }

    /// <summary>Gets a key of which only so many may execute at once.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets how many with the key may execute at once. Default: 1.</summary>
    public int? ConcurrencyLimit { get; init; }

    /// <summary>Gets whether the row is deleted when the run completes.</summary>
    public bool? DeleteOnSuccess { get; init; }

    /// <summary>Gets a name for people; at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the run is for; at most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Gets words to find the run by; at most 20.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Gets a JSON object to keep with the run.</summary>
    public JsonText? Metadata { get; init; }
}

/// <summary>Asks for many runs in one commit: <c>POST /api/runs/batch</c>.</summary>
/// <param name="Runs">1 to 10,000 requests; all or none are accepted.</param>
public sealed record EnqueueBatchRequest(IReadOnlyList<EnqueueRequest> Runs);

/// <summary>The run that stands for a request now.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Outcome">
/// <c>accepted, repeated, existing, rejected, replaced</c>; in a batch also <c>id_taken</c>: a run of another tenant has the id, and none was made.
/// </param>
public sealed record EnqueueResponse(string Id, string? Outcome);

/// <summary>What became of a batch, in the order of the requests.</summary>
/// <param name="Runs">One entry a request.</param>
public sealed record EnqueueBatchResponse(IReadOnlyList<EnqueueResponse> Runs);

/// <summary>Cancels a run: <c>POST /api/runs/{id}/cancel</c>; may be left out.</summary>
public sealed record CancelRunRequest
{
    /// <summary>Gets the reason, at most 1,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets who asks, if that is somebody other than the credential says; recorded beside it.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Gets whether to record it as cancelled at once, whatever its code does.</summary>
    public bool? Terminate { get; init; }
}

/// <summary>One execution asked for.</summary>
public record RunResponse
{
    /// <summary>Gets the id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the state: <c>scheduled, queued, running, completed, failed, dead, cancelled, skipped</c>.</summary>
    public required string State { get; init; }

    /// <summary>Gets the job; absent for a one-off.</summary>
    public string? Job { get; init; }

    /// <summary>Gets the key of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets a name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what it is for.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Gets the priority.</summary>
    public int Priority { get; init; }

    /// <summary>Gets what the handler is given.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the due instant of its occurrence.</summary>
    public DateTimeOffset? OccurrenceAt { get; init; }

    /// <summary>Gets the instant from which it may (next) start.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Gets when the current or last attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how long the last attempt took, in milliseconds.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Gets which attempt it is at.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets how many attempts it has.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Gets how many times a worker vanished with it.</summary>
    public int Losses { get; init; }

    /// <summary>Gets the progress, 0 to 100.</summary>
    public int? Progress { get; init; }

    /// <summary>Gets the message that came with the progress.</summary>
    public string? ProgressMessage { get; init; }

    /// <summary>Gets what went wrong last.</summary>
    public RunErrorResponse? Error { get; init; }

    /// <summary>Gets what the handler returned.</summary>
    public JsonText? Result { get; init; }

    /// <summary>Gets how many items failed in a run that completed all the same.</summary>
    public int ItemErrors { get; init; }

    /// <summary>Gets the request to cancel it.</summary>
    public CancelResponse? Cancel { get; init; }

    /// <summary>Gets the process that executes or executed it.</summary>
    public string? Worker { get; init; }

    /// <summary>Gets who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets how long an attempt may take.</summary>
    public string? Timeout { get; init; }

    /// <summary>Gets the back-off, if it is not the default.</summary>
    public RetryDocument? Retry { get; init; }

    /// <summary>Gets the concurrency key.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets the words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets what the caller keeps with it.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Gets the W3C trace context of who asked.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets the run that this one repeats.</summary>
    public string? ReplayOf { get; init; }
}

/// <summary>A run with what belongs to it: <c>GET /api/runs/{id}</c>.</summary>
public sealed record RunDetailsResponse : RunResponse
{
    /// <summary>Gets its closed attempts, oldest first.</summary>
    public IReadOnlyList<AttemptResponse> Attempts { get; init; } = [];

    /// <summary>Gets its checkpointed steps in the order they were first tried.</summary>
    public IReadOnlyList<StepResponse> Steps { get; init; } = [];

    /// <summary>Gets the first lines of its log; the rest is at <c>/api/runs/{id}/log?after=</c><see cref="LogNext"/>.</summary>
    public IReadOnlyList<LogLineResponse> Log { get; init; } = [];

    /// <summary>Gets the sequence number after which the log goes on; absent when that was all.</summary>
    public long? LogNext { get; init; }
}

/// <summary>Runs, newest first: <c>GET /api/runs</c>.</summary>
/// <param name="Items">
/// The runs. They may be fewer than were asked for, or none, although there are more: a search that no index serves is answered after two seconds with what it
/// has found so far.
/// </param>
/// <param name="Next">What to give as <c>cursor</c> for the following ones; absent at the end.</param>
public sealed record RunListResponse(IReadOnlyList<RunResponse> Items, string? Next);

/// <summary>What went wrong in an attempt.</summary>
/// <param name="Type">The type of the error.</param>
/// <param name="Message">The message.</param>
/// <param name="Stack">The stack trace, if there is one.</param>
public sealed record RunErrorResponse(string Type, string Message, string? Stack);

/// <summary>Who wanted a run cancelled, and why.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
/// <param name="Terminate">Whether at once, whatever its code does.</param>
public sealed record CancelResponse(string By, string? Reason, DateTimeOffset At, bool Terminate);

/// <summary>One closed try at a run.</summary>
/// <param name="Number">1 for the first.</param>
/// <param name="Outcome"><c>completed, failed, retry, snoozed, lost, cancelled, timeout, handed_back, skipped</c>.</param>
/// <param name="Worker">The process.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="DurationMs">How long it took, in milliseconds.</param>
/// <param name="Error">What went wrong.</param>
public sealed record AttemptResponse(
    int Number, string Outcome, string Worker, long Token, DateTimeOffset StartedAt, DateTimeOffset EndedAt,
    long DurationMs, RunErrorResponse? Error);

/// <summary>A checkpointed step of a run.</summary>
/// <param name="Name">The name.</param>
/// <param name="Status"><c>completed</c> or <c>failed</c>.</param>
/// <param name="Result">What it returned.</param>
/// <param name="Error">The message, if it failed.</param>
/// <param name="RetryCount">How many times it was tried again.</param>
/// <param name="ProcessedAt">When it last ended.</param>
public sealed record StepResponse(
    string Name, string Status, JsonText? Result, string? Error, int RetryCount, DateTimeOffset ProcessedAt);

/// <summary>A line of a run's log.</summary>
/// <param name="Sequence">Rises by one from 1.</param>
/// <param name="At">When it was written.</param>
/// <param name="Level"><c>debug, information, warning, error</c>.</param>
/// <param name="Text">The text.</param>
/// <param name="Attempt">The number of the attempt that wrote it.</param>
public sealed record LogLineResponse(long Sequence, DateTimeOffset At, string Level, string Text, int Attempt);

/// <summary>A piece of a run's log: <c>GET /api/runs/{id}/log</c>.</summary>
/// <param name="Items">The lines.</param>
/// <param name="Next">What to give as <c>after</c> for the following ones; absent at the end.</param>
public sealed record LogResponse(IReadOnlyList<LogLineResponse> Items, long? Next);
