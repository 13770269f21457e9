using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine;

/// <summary>Where runs wait and are lent out, as the rest of the engine sees it.</summary>
internal interface IQueueHost
{
    /// <summary>Stores runs, routed to their partitions and committed together with what others ask for at the same time.</summary>
    /// <param name="runs">The runs, checked and complete.</param>
    /// <param name="mayRepeat">Whether their ids may have been used before: a retried call.</param>
    /// <param name="cancellationToken">Gives up waiting; the runs may have been stored.</param>
    /// <exception cref="UnavailableException">The store is away; safe to repeat with the same ids.</exception>
    ValueTask<IReadOnlyList<EnqueueOutcome>> EnqueueAsync(
        IReadOnlyList<NewRun> runs, bool mayRepeat, CancellationToken cancellationToken);

    /// <summary>Says that rows were put into the inbox of a partition.</summary>
    void HintInbox(int partition);

    /// <summary>Says that a durable cancel request exists.</summary>
    void HintCancel(QueueKey queue, RunId run);

    /// <summary>Says that settings of queues or pauses changed in the store. Completes when they are obeyed here: after a pause, nothing starts any more.</summary>
    Task SettingsChangedAsync();

    /// <summary>What stands in the way of a waiting run in queue, limits, handler and slots, as the owner sees it now; empty if nothing does.</summary>
    ValueTask<IReadOnlyList<Blocker>> ExplainAsync(PendingRun run, CancellationToken cancellationToken);

    /// <summary>Completes when the run has ended.</summary>
    /// <exception cref="NotFoundException">The tenant has no such run, or it was deleted when it completed.</exception>
    Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken);

    /// <summary>Begins to listen for the end of a run, asks for the run, and completes when it has ended: also if it is deleted when it completes.</summary>
    Task<Run> AskAndWaitAsync(TenantId tenant, RunId run, Func<Task>? ask, CancellationToken cancellationToken);
}
