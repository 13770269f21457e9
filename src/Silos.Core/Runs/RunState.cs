namespace Silos.Runs;

/// <summary>Where a run stands. Every state says who moves it on, when, and what happens if they don't.</summary>
public enum RunState
{
    /// <summary>
    /// Waits for its due time: delayed by its caller, or by back-off or snooze after an attempt. The partition's owner
    /// moves it to <see cref="Queued"/> when the time comes; if the owner dies, the next owner does, from the row.
    /// </summary>
    Scheduled,

    /// <summary>
    /// Waits its turn in its queue. The partition's owner lends it to a worker when limits and slots allow. A paused
    /// queue or a missing handler keeps it here, and <c>explain</c> says so.
    /// </summary>
    Queued,

    /// <summary>
    /// An attempt is under way: an open claim names the run. The worker's outcome moves it on. If the worker dies, the
    /// partition's owner finds the claim without a worker and takes the run back as <see cref="Lost"/>.
    /// </summary>
    Running,

    /// <summary>Its handler returned. Final. Pruned by age and count, or at once with delete-on-success.</summary>
    Completed,

    /// <summary>
    /// An attempt failed and no further one is allowed because the error is not retryable. Final until somebody replays it.
    /// </summary>
    Failed,

    /// <summary>All attempts failed, or the run was lost three times while alone (poison). Final until somebody replays it.</summary>
    Dead,

    /// <summary>Somebody cancelled it, with a reason. Final.</summary>
    Cancelled,

    /// <summary>Its handler decided that there was nothing to do. Final.</summary>
    Skipped,

    /// <summary>
    /// Its worker vanished. Never stays: the partition's owner puts it back to <see cref="Queued"/> in the same write,
    /// without burning an attempt. It names the attempt in the run's history.
    /// </summary>
    Lost,
}

/// <summary>Questions about <see cref="RunState"/>.</summary>
public static class RunStates
{
    /// <summary>Tells whether nothing moves the run on by itself any more.</summary>
    public static bool IsFinal(this RunState state) => state is RunState.Completed or RunState.Failed or RunState.Dead
        or RunState.Cancelled or RunState.Skipped;

    /// <summary>Tells whether the run ended without having done its work.</summary>
    public static bool IsFailure(this RunState state) => state is RunState.Failed or RunState.Dead;

    /// <summary>Tells whether the state machine has an arrow from one state to the other.</summary>
    public static bool CanBecome(this RunState from, RunState to) => (from, to) switch
    {
        (RunState.Scheduled, RunState.Queued or RunState.Cancelled) => true,
        (RunState.Queued, RunState.Running or RunState.Cancelled) => true,
        (RunState.Running, RunState.Completed or RunState.Failed or RunState.Dead or RunState.Cancelled
            or RunState.Skipped or RunState.Lost or RunState.Scheduled or RunState.Queued) => true,
        (RunState.Lost, RunState.Queued or RunState.Dead or RunState.Cancelled) => true,
        _ => false,
    };

    /// <summary>Gets the state's name as stores and the HTTP API write it: <c>completed</c>.</summary>
    public static string ToText(this RunState state) => state switch
    {
        RunState.Scheduled => "scheduled",
        RunState.Queued => "queued",
        RunState.Running => "running",
        RunState.Completed => "completed",
        RunState.Failed => "failed",
        RunState.Dead => "dead",
        RunState.Cancelled => "cancelled",
        RunState.Skipped => "skipped",
        _ => "lost",
    };
}
