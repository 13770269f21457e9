using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>Workers of other processes, as the owners of partitions use them. One process alone has none.</summary>
internal interface IRemoteWorkers : IHandlersElsewhere
{
    /// <summary>Tells whether any of them is known.</summary>
    bool Any { get; }

    /// <summary>Lists the workers that have a handler, with the slots that are free there as far as is known; without those that are stopping.</summary>
    IReadOnlyList<(string Worker, int Free)> Having(string handler);

    /// <summary>Takes a slot of a worker that has the handler, by turns. Null if none is free: the partition hears of it when one is.</summary>
    string? TryReserve(string handler);

    /// <summary>Gives a slot back that was taken for a handler and not used.</summary>
    void Release(string worker, string handler);

    /// <summary>An attempt that was lent has ended.</summary>
    void Ended(RemoteAttempt attempt);

    /// <summary>Lends runs whose claim is stored. Those that a worker does not take come back as handed back.</summary>
    void Start(QueuePartition partition, IReadOnlyList<RemoteAttempt> attempts);

    /// <summary>Passes the wish to stop on.</summary>
    void Stop(RemoteAttempt attempt, StopReason reason, CancelRequest? request, bool abandon);

    /// <summary>Tells whether a process is gone for good: it is known to be dead, and never comes back under this name.</summary>
    ValueTask<bool> IsGoneAsync(string worker, CancellationToken cancellationToken);

    /// <summary>
    /// Asks a worker which of the attempts it was given it still has, and tells it the new owner. An answer names each attempt that goes on
    /// (without outcome) or has ended (with it); what is missing is unknown there. Null if the worker is gone.
    /// </summary>
    Task<IReadOnlyList<AttemptReport>?> AskAsync(string worker, PartitionEpoch owner, IReadOnlyList<OpenAttempt> attempts, CancellationToken cancellationToken);
}

/// <summary>What a worker says of an attempt.</summary>
/// <param name="Token">The attempt's token.</param>
/// <param name="Outcome">How it ended; null while it goes on.</param>
/// <param name="EndedAt">When it ended; meaningless while it goes on.</param>
internal sealed record AttemptReport(long Token, AttemptOutcome? Outcome, DateTimeOffset EndedAt);
