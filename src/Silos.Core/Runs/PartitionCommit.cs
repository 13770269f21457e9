using Silos.Jobs;

namespace Silos.Runs;

/// <summary>A partition and the epoch under which somebody owns it.</summary>
/// <param name="Partition">0 to <see cref="Queues.Partitions.Count"/> − 1.</param>
/// <param name="Epoch">Raised by every new owner.</param>
public readonly record struct PartitionEpoch(int Partition, long Epoch);

/// <summary>Everything a partition's owner wants written at one time: one transaction, one round trip, all or nothing.</summary>
public sealed record PartitionCommit
{
    /// <summary>Gets the partition and epoch it is conditional on.</summary>
    public required PartitionEpoch Owner { get; init; }

    /// <summary>Gets new runs.</summary>
    public IReadOnlyList<NewRun> Enqueues { get; init; } = [];

    /// <summary>
    /// Gets whether the ids of <see cref="Enqueues"/> may have been enqueued before (a retried call), so that finished
    /// runs have to be checked too. False for ids made inside this call.
    /// </summary>
    public bool MayRepeat { get; init; }

    /// <summary>Gets claims to open: attempts that start as soon as the write has succeeded.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>Gets outcomes that end their run.</summary>
    public IReadOnlyList<FinishedRun> Finished { get; init; } = [];

    /// <summary>Gets outcomes after which the run waits again.</summary>
    public IReadOnlyList<RequeuedRun> Requeued { get; init; } = [];

    /// <summary>Gets claims whose attempts have all ended.</summary>
    public IReadOnlyList<Guid> ClosedClaims { get; init; } = [];

    /// <summary>Gets the current instant of the owner.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>Attempts that one worker begins together: one small row, whatever their number.</summary>
/// <param name="Id">The claim.</param>
/// <param name="Worker">The process that executes them.</param>
/// <param name="StartedAt">When.</param>
/// <param name="Runs">The runs.</param>
/// <param name="Tokens">The token of each attempt, in the order of <paramref name="Runs"/>.</param>
public sealed record Claim(
    Guid Id, string Worker, DateTimeOffset StartedAt, IReadOnlyList<RunId> Runs, IReadOnlyList<long> Tokens);

/// <summary>An outcome that ends its run. Counts only if <see cref="Token"/> is above the run's closed token.</summary>
public sealed record FinishedRun
{
    /// <summary>Gets the run.</summary>
    public required RunId Run { get; init; }

    /// <summary>Gets the token of the attempt; <see cref="long.MaxValue"/> for an end without attempt (cancelled while it waited).</summary>
    public required long Token { get; init; }

    /// <summary>Gets how it ended.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets how many attempts have counted, this one included.</summary>
    public required int Attempts { get; init; }

    /// <summary>Gets how many times a worker vanished with it.</summary>
    public int Losses { get; init; }

    /// <summary>Gets when the attempt started; null for an end without attempt.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Gets the process; null for an end without attempt.</summary>
    public string? Worker { get; init; }

    /// <summary>Gets what went wrong.</summary>
    public RunError? Error { get; init; }

    /// <summary>Gets what the handler returned.</summary>
    public JsonText? Result { get; init; }

    /// <summary>Gets how many items failed.</summary>
    public int ItemErrors { get; init; }

    /// <summary>Gets the word for the attempt's record: <c>completed</c>, <c>failed</c>, <c>timeout</c>, <c>cancelled</c>, <c>lost</c>, <c>skipped</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Gets whether the row is deleted rather than kept (delete-on-success; only with <see cref="RunState.Completed"/>).</summary>
    public bool Delete { get; init; }

    /// <summary>Gets the job whose row is brought up to date (last run, failure streak), or null for a one-off.</summary>
    public JobKey? Job { get; init; }

    /// <summary>Gets whether the job's actor has to look (sets its wake-up to now).</summary>
    public bool WakeJob { get; init; }
}

/// <summary>An outcome after which the run waits again: retry, snooze, loss, hand-back.</summary>
public sealed record RequeuedRun
{
    /// <summary>Gets the run.</summary>
    public required RunId Run { get; init; }

    /// <summary>Gets the token of the attempt that ended.</summary>
    public required long Token { get; init; }

    /// <summary>Gets <see cref="RunState.Scheduled"/> or <see cref="RunState.Queued"/>.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets the instant from which it may start again.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets how many attempts have counted.</summary>
    public required int Attempts { get; init; }

    /// <summary>Gets how many times a worker vanished with it.</summary>
    public int Losses { get; init; }

    /// <summary>Gets when the attempt started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Gets the process.</summary>
    public required string Worker { get; init; }

    /// <summary>Gets the word for the attempt's record: <c>retry</c>, <c>timeout</c>, <c>snoozed</c>, <c>lost</c>, <c>handed_back</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Gets what went wrong.</summary>
    public RunError? Error { get; init; }
}

/// <summary>What became of a commit.</summary>
public sealed record PartitionCommitResult
{
    /// <summary>Gets whether the epoch was no longer current; then nothing was written.</summary>
    public bool OwnershipLost { get; init; }

    /// <summary>Gets what became of each of the commit's enqueues, in order.</summary>
    public IReadOnlyList<EnqueueOutcome> Enqueues { get; init; } = [];

    /// <summary>Gets the finished or requeued runs whose outcome was refused because its token was not current.</summary>
    public IReadOnlyList<RunId> Refused { get; init; } = [];
}

/// <summary>What became of one enqueue.</summary>
public enum EnqueueKind
{
    /// <summary>The run was made.</summary>
    Accepted,

    /// <summary>The same id was enqueued before; nothing was made, which is what the caller wants.</summary>
    Repeated,

    /// <summary>The idempotency key is taken by another run, whose id is returned.</summary>
    Existing,

    /// <summary>The idempotency key is taken and the caller asked to be told.</summary>
    Rejected,

    /// <summary>A waiting run with the key was given the new payload and due time.</summary>
    Replaced,
}

/// <summary>What became of one enqueue.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Id">The run that stands for the request now.</param>
public readonly record struct EnqueueOutcome(EnqueueKind Kind, RunId Id)
{
    /// <summary>
    /// Gets whether no silo answered and the caller's own process put the run into the inbox (see <see cref="Stores.IEnqueueFallback"/>):
    /// it is committed, and starts as soon as a silo is there to adopt it. Its handler was not checked.
    /// </summary>
    public bool Posted { get; init; }
}

/// <summary>What a new owner finds in a partition.</summary>
public sealed record PartitionOpening
{
    /// <summary>Gets the new epoch; 0 if somebody else's lease is still valid.</summary>
    public required long Epoch { get; init; }

    /// <summary>Gets, with epoch 0, when the other lease ends.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>Gets, with epoch 0, whose the other lease is.</summary>
    public string? HeldBy { get; init; }

    /// <summary>Gets the open claims with their runs that have not ended: attempts whose outcome nobody has recorded.</summary>
    public IReadOnlyList<OpenAttempt> OpenAttempts { get; init; } = [];

    /// <summary>Gets the queues that have queued runs.</summary>
    public IReadOnlyList<Queues.QueueKey> Queues { get; init; } = [];

    /// <summary>Gets the earliest due time of a scheduled run, if any.</summary>
    public DateTimeOffset? NextScheduled { get; init; }
}

/// <summary>An attempt that was begun and whose outcome is not recorded.</summary>
/// <param name="Run">The run.</param>
/// <param name="Claim">The claim it belongs to.</param>
/// <param name="Worker">The process it was given to.</param>
/// <param name="Token">The attempt's token.</param>
/// <param name="StartedAt">When it started.</param>
public sealed record OpenAttempt(PendingRun Run, Guid Claim, string Worker, long Token, DateTimeOffset StartedAt);
