using Silos.Runs;

namespace Silos.Testing;

/// <summary>How an attempt at a handler ended.</summary>
public enum JobRunStatus
{
    /// <summary>The handler returned; items may have failed all the same.</summary>
    Completed,

    /// <summary>The handler threw.</summary>
    Failed,

    /// <summary>The handler found nothing to do.</summary>
    Skipped,

    /// <summary>The handler wants to be run again later.</summary>
    Snoozed,

    /// <summary>The attempt was cancelled, and the handler stopped.</summary>
    Cancelled,

    /// <summary>The attempt took longer than it may.</summary>
    TimedOut,
}

/// <summary>A report of progress.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Message">What was going on.</param>
public sealed record JobProgress(int Percent, string? Message);

/// <summary>An item that failed while the rest went on.</summary>
/// <param name="Item">Which.</param>
/// <param name="Exception">What went wrong.</param>
public sealed record JobItemError(string Item, Exception Exception);

/// <summary>What one attempt at a handler did, as <see cref="JobRunner"/> saw it.</summary>
public sealed record JobRunOutcome
{
    /// <summary>Gets how it ended, by the engine's own rules.</summary>
    public required JobRunStatus Status { get; init; }

    /// <summary>Gets the run's id; the same for attempts at one run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Gets which attempt it was.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets what the handler threw, whatever followed from it; null if it returned.</summary>
    public Exception? Exception { get; init; }

    /// <summary>Gets what would be recorded as the run's error; null if nothing.</summary>
    public RunError? Error { get; init; }

    /// <summary>Gets what the handler returned, as JSON; of a skipped run the reason; null if nothing.</summary>
    public JsonText? Result { get; init; }

    /// <summary>Gets every report of progress, in order. (In production only the latest is kept.)</summary>
    public IReadOnlyList<JobProgress> Progress { get; init; } = [];

    /// <summary>Gets the run's log.</summary>
    public IReadOnlyList<RunLogLine> Log { get; init; } = [];

    /// <summary>Gets the steps as they stand after the attempt, those completed before it included.</summary>
    public IReadOnlyList<RunStep> Steps { get; init; } = [];

    /// <summary>Gets the names of the steps that this attempt executed, failed ones included.</summary>
    public IReadOnlyList<string> ExecutedSteps { get; init; } = [];

    /// <summary>Gets the items that failed.</summary>
    public IReadOnlyList<JobItemError> ItemErrors { get; init; } = [];

    /// <summary>Gets the wait the handler asked for by snoozing or <c>Retry-After</c>; null if it asked for none.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets whether the engine would try again: a failure that may be retried, with attempts left.</summary>
    public bool WouldRetry { get; init; }

    /// <summary>Gets whether the handler ignored that it was told to stop, so that the engine would have given it up.</summary>
    public bool Abandoned { get; init; }

    /// <summary>Gets how much time passed on the test's clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Reads the result.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public TResult ResultAs<TResult>() => (Result ?? throw new InvalidOperationException("The handler returned no result.")).As<TResult>()!;

    /// <summary>Returns this outcome if the handler completed.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message has its error and its log, the inner exception is what it threw.</exception>
    public JobRunOutcome EnsureCompleted() => Status == JobRunStatus.Completed ? this : throw new InvalidOperationException(
        $"The handler ended as {Status}: {Error?.Message ?? Exception?.Message}\n{string.Join('\n', Log.Select(line => line.Text))}", Exception);
}
