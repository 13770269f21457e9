using Silos.Jobs;
using Silos.Queues;

namespace Silos.Runs;

/// <summary>One execution asked for, as people see it: live or finished.</summary>
public sealed record Run
{
    /// <summary>Gets the id.</summary>
    public required RunId Id { get; init; }

    /// <summary>Gets the tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets the job, or null for a one-off.</summary>
    public JobName? Job { get; init; }

    /// <summary>Gets the due instant of its occurrence, if it has one.</summary>
    public DateTimeOffset? OccurrenceAt { get; init; }

    /// <summary>Gets the key of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets the queue.</summary>
    public required QueueName Queue { get; init; }

    /// <summary>Gets the priority.</summary>
    public int Priority { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets what the handler is given.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the instant from which it may (next) start.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Gets when the current or last attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended; null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how long the last attempt took, in milliseconds; null before it ended.</summary>
    public long? DurationMs => StartedAt is { } start && EndedAt is { } end ? (long)(end - start).TotalMilliseconds : null;

    /// <summary>Gets which attempt it is at: attempts that counted, the running one included.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets how many attempts it has.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Gets how many times a worker vanished with it.</summary>
    public int Losses { get; init; }

    /// <summary>Gets what went wrong last.</summary>
    public RunError? Error { get; init; }

    /// <summary>Gets what the handler returned.</summary>
    public JsonText? Result { get; init; }

    /// <summary>Gets the progress, 0 to 100, if the handler reported any.</summary>
    public int? Progress { get; init; }

    /// <summary>Gets the message that came with the progress.</summary>
    public string? ProgressMessage { get; init; }

    /// <summary>Gets how many items failed in a run that completed all the same (partial failure).</summary>
    public int ItemErrors { get; init; }

    /// <summary>Gets the process that executes or executed it.</summary>
    public string? Worker { get; init; }

    /// <summary>Gets who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the request to cancel it, if there was one.</summary>
    public CancelRequest? Cancel { get; init; }

    /// <summary>Gets the rest of what was asked for: limits, tags, metadata, trace context.</summary>
    public RunOptions Options { get; init; } = RunOptions.Default;
}

/// <summary>A run with everything that belongs to it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Attempts">Its closed attempts, oldest first, the final one included.</param>
/// <param name="Steps">Its checkpointed steps in the order they were first tried.</param>
public sealed record RunDetails(Run Run, IReadOnlyList<Attempt> Attempts, IReadOnlyList<RunStep> Steps);

/// <summary>One closed try at a run by one worker.</summary>
/// <param name="Number">1 for the first; attempts that did not count (lost, snoozed) are numbered too.</param>
/// <param name="Token">The fencing token; rises with each attempt of a run.</param>
/// <param name="Worker">The process.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Outcome">How it ended, in a word: <c>completed, failed, retry, snoozed, lost, cancelled, timeout, handed_back, skipped</c>.</param>
/// <param name="Error">What went wrong, if something did.</param>
public sealed record Attempt(
    int Number,
    long Token,
    string Worker,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    string Outcome,
    RunError? Error);

/// <summary>A checkpointed step of a run: once done it is not repeated.</summary>
/// <param name="Name">The name, unique in the run.</param>
/// <param name="Status"><c>completed</c> or <c>failed</c>.</param>
/// <param name="Result">What it returned, if it completed.</param>
/// <param name="Error">The message, if it failed.</param>
/// <param name="RetryCount">How many times it was tried again.</param>
/// <param name="ProcessedAt">When it last ended.</param>
public sealed record RunStep(
    string Name, string Status, JsonText? Result, string? Error, int RetryCount, DateTimeOffset ProcessedAt);

/// <summary>A line of a run's log.</summary>
/// <param name="Sequence">Rises by one from 1 in each run.</param>
/// <param name="At">When it was written.</param>
/// <param name="Level"><c>debug</c>, <c>information</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Text">The text, cut at 8,000 characters.</param>
/// <param name="Attempt">The number of the attempt that wrote it.</param>
public sealed record RunLogLine(long Sequence, DateTimeOffset At, string Level, string Text, int Attempt);
