using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Runs;

/// <summary>How an attempt ended, before anybody decided what follows for its run.</summary>
internal enum AttemptEnd
{
    /// <summary>The handler returned.</summary>
    Completed,

    /// <summary>The handler threw.</summary>
    Failed,

    /// <summary>Its time was over.</summary>
    TimedOut,

    /// <summary>Somebody cancelled it and it stopped, or was made to.</summary>
    Cancelled,

    /// <summary>The handler found nothing to do.</summary>
    Skipped,

    /// <summary>The handler wants to be run again later.</summary>
    Snoozed,

    /// <summary>The process stops; somebody else shall do it.</summary>
    HandedBack,

    /// <summary>The process that had it vanished.</summary>
    Lost,
}

/// <summary>The end of an attempt, with what there is to say about it.</summary>
internal sealed record AttemptOutcome(AttemptEnd End)
{
    /// <summary>The end that most attempts have.</summary>
    public static AttemptOutcome Completed { get; } = new(AttemptEnd.Completed);

    /// <summary>Handed back by a process that stops.</summary>
    public static AttemptOutcome HandedBack { get; } = new(AttemptEnd.HandedBack);

    /// <summary>Found at an opening without anybody who works on it.</summary>
    public static AttemptOutcome Lost { get; } = new(AttemptEnd.Lost)
    {
        Error = new RunError("lost", "The process that executed it vanished without an outcome."),
    };

    /// <summary>Gets what went wrong.</summary>
    public RunError? Error { get; init; }

    /// <summary>Gets what the handler returned.</summary>
    public JsonText? Result { get; init; }

    /// <summary>Gets how many items failed.</summary>
    public int ItemErrors { get; init; }

    /// <summary>Gets the wait the handler asked for; null to follow the retry policy.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets whether the handler said that no retry can help.</summary>
    public bool NonRetryable { get; init; }

    /// <summary>Takes the exception of a handler that nobody had asked to stop.</summary>
    public static AttemptOutcome FromException(Exception exception) => exception switch
    {
        SnoozeException snooze => new AttemptOutcome(AttemptEnd.Snoozed) { Delay = snooze.Delay },
        SkipRunException skip => new AttemptOutcome(AttemptEnd.Skipped)
        {
            Result = JsonText.From(RunError.Storable(skip.Message, 4_000)),
        },
        RetryAfterException later => new AttemptOutcome(AttemptEnd.Failed)
        {
            Error = RunError.From(later),
            Delay = later.Delay,
        },
        NonRetryableException => new AttemptOutcome(AttemptEnd.Failed)
        {
            Error = RunError.From(exception),
            NonRetryable = true,
        },
        _ => new AttemptOutcome(AttemptEnd.Failed) { Error = RunError.From(exception) },
    };

    /// <summary>An attempt that took longer than it may.</summary>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="ending">What the handler threw when it was told to stop; null if it was abandoned.</param>
    public static AttemptOutcome TimedOut(TimeSpan timeout, Exception? ending) => new(AttemptEnd.TimedOut)
    {
        Error = new RunError("timeout", ending switch
        {
            null => $"The attempt took longer than {timeout} and did not stop when it was told to; it was abandoned.",
            OperationCanceledException => $"The attempt took longer than {timeout}.",
            _ => RunError.Storable($"The attempt took longer than {timeout}; told to stop, it threw {ending.GetType().Name}: {RunError.Told(ending)}", 4_000)!,
        }),
    };

    /// <summary>An attempt that somebody cancelled.</summary>
    /// <param name="ending">What the handler threw; null if it was abandoned or terminated.</param>
    public static AttemptOutcome Cancelled(Exception? ending) => new(AttemptEnd.Cancelled)
    {
        Error = ending is null or OperationCanceledException ? null : RunError.From(ending),
    };
}
