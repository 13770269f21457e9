using Silos.Queues;
using Silos.Runs;

namespace Silos.Stores;

/// <summary>Where runs live, as the owners of partitions use it.</summary>
/// <remarks>
/// Every write by an owner is conditional on its epoch and does all of its work or none. An exception means that it is
/// unknown whether the write happened: the owner must step down and open the partition again, which reads the truth.
/// Ids are natural keys, so repeating an enqueue does nothing. Implementations prove themselves with <c>RunStoreConformance</c>.
/// </remarks>
public interface IRunStore
{
    /// <summary>Takes a partition over: raises its epoch, sets the lease, reads what is unfinished.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="owner">The process that takes it.</param>
    /// <param name="now">The current instant.</param>
    /// <param name="leaseUntil">Until when the owner may act without renewing.</param>
    /// <param name="exclusive">Whether the store is held exclusively, so that another owner's lease cannot be alive.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<PartitionOpening> OpenPartitionAsync(
        int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive,
        CancellationToken cancellationToken);

    /// <summary>Extends leases; returns those that are still held under the given epoch.</summary>
    ValueTask<IReadOnlyList<PartitionEpoch>> RenewAsync(
        IReadOnlyList<PartitionEpoch> partitions, DateTimeOffset leaseUntil, CancellationToken cancellationToken);

    /// <summary>Ends leases early, so that the next owner need not wait.</summary>
    ValueTask ReleaseAsync(IReadOnlyList<PartitionEpoch> partitions, CancellationToken cancellationToken);

    /// <summary>
    /// Writes an owner's batch: one transaction, conditional on the epoch. Outcomes are written first, then claims, then new runs, so
    /// that a run claimed in the batch counts as started. A job's wake-up rises strictly, so that no plan clears one it has not seen.
    /// </summary>
    ValueTask<PartitionCommitResult> CommitAsync(PartitionCommit commit, CancellationToken cancellationToken);

    /// <summary>Reads the queued runs of one queue that come after a position, in order. Claimed ones are included; the owner knows its own.</summary>
    ValueTask<IReadOnlyList<PendingRun>> ReadReadyAsync(
        QueueKey queue, ReadyPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Moves scheduled runs whose time has come to queued, earliest first, and returns them; empty if the epoch is lost.</summary>
    ValueTask<IReadOnlyList<PendingRun>> PromoteAsync(
        PartitionEpoch owner, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Gets the earliest due time of a scheduled run of the partition, or null.</summary>
    ValueTask<DateTimeOffset?> NextScheduledAsync(int partition, CancellationToken cancellationToken);

    /// <summary>
    /// Moves runs from the inbox into the partitions' queues, each partition conditional on its epoch, oldest first, and
    /// returns them. Whatever has committed is found, whenever its transaction began.
    /// </summary>
    ValueTask<IReadOnlyList<PendingRun>> AdoptAsync(
        IReadOnlyList<PartitionEpoch> owners, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Puts runs into the inbox: for everybody who does not own the partition.</summary>
    ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(
        IReadOnlyList<NewRun> runs, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the durable wish to cancel a run that has not ended, wherever it waits. Returns its queue for the hint to
    /// the owner, or null if there is no such unfinished run. A second wish leaves the first unless it terminates.
    /// </summary>
    ValueTask<QueueKey?> RequestCancelAsync(
        TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken);

    /// <summary>Reads unfinished runs of a partition that somebody wants cancelled; one in the inbox brings its wish along when it is adopted.</summary>
    ValueTask<IReadOnlyList<PendingRun>> ReadCancelRequestsAsync(
        int partition, int limit, CancellationToken cancellationToken);
}
