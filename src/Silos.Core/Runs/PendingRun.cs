using Silos.Jobs;
using Silos.Queues;

namespace Silos.Runs;

/// <summary>A run that has not ended, as its row has it: what a partition's owner works with.</summary>
public sealed record PendingRun
{
    /// <summary>Gets what was asked for. Its <see cref="NewRun.DueAt"/> moves with back-off and snooze.</summary>
    public required NewRun Request { get; init; }

    /// <summary>Gets the state in the row: <see cref="RunState.Scheduled"/> or <see cref="RunState.Queued"/>; an open claim makes it running.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets how many attempts have counted so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets how many times a worker vanished with it.</summary>
    public int Losses { get; init; }

    /// <summary>Gets the highest token whose attempt has been closed; 0 before the first. An outcome counts only above it.</summary>
    public long Token { get; init; }

    /// <summary>
    /// Gets when its last attempt ended so that it waits again; null if it had none, or where <see cref="NewRun.DueAt"/> is later anyway.
    /// </summary>
    public DateTimeOffset? WaitsSince { get; init; }

    /// <summary>Gets the instant from which it could have started, by which it is told how late it starts: due, asked for, and rid of its last attempt.</summary>
    public DateTimeOffset StartableAt
    {
        get
        {
            var asked = Request.DueAt > Request.EnqueuedAt ? Request.DueAt : Request.EnqueuedAt;
            return WaitsSince > asked ? WaitsSince.Value : asked;
        }
    }

    /// <summary>Gets the request to cancel it, if there is one.</summary>
    public CancelRequest? Cancel { get; init; }

    /// <summary>Gets the id.</summary>
    public RunId Id => Request.Id;

    /// <summary>Gets the queue.</summary>
    public QueueKey Queue => new(Request.Tenant, Request.Queue);

    /// <summary>Gets the job, if it belongs to one.</summary>
    public JobKey? Job => Request.Job is { } name ? new JobKey(Request.Tenant, name) : null;

    /// <summary>Gets where it stands in its queue.</summary>
    public ReadyPosition Position => new(Request.Priority, Request.DueAt, Request.Id);
}

/// <summary>The order in a queue: higher priority first, then earlier due, then lower id.</summary>
/// <param name="Priority">The priority.</param>
/// <param name="DueAt">The instant from which the run may start.</param>
/// <param name="Id">The run.</param>
public readonly record struct ReadyPosition(int Priority, DateTimeOffset DueAt, RunId Id) : IComparable<ReadyPosition>
{
    /// <summary>Compares so that what runs first sorts first.</summary>
    public int CompareTo(ReadyPosition other)
    {
        var byPriority = other.Priority.CompareTo(Priority);
        if (byPriority != 0)
        {
            return byPriority;
        }

        var byDue = DueAt.CompareTo(other.DueAt);
        return byDue != 0 ? byDue : Id.CompareTo(other.Id);
    }
}

/// <summary>Somebody wants a run to stop.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why; may be empty.</param>
/// <param name="At">When.</param>
/// <param name="Terminate">Whether to record the end at once instead of waiting for the handler.</param>
public sealed record CancelRequest(string By, string? Reason, DateTimeOffset At, bool Terminate = false);
