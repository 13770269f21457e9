using Orleans.Concurrency;
using Silos.Cluster.Workers;
using Silos.Runs;

namespace Silos.Cluster.Queues;

/// <summary>The owner of one partition of the queues, by its number.</summary>
internal interface IQueuePartitionGrain : IGrainWithIntegerKey
{
    /// <summary>Wakes it where it belongs. Answered at once.</summary>
    Task TouchAsync();

    /// <summary>Gives the partition up where it is, because another silo shall have it.</summary>
    Task MoveAsync();

    /// <summary>Stores runs of the partition.</summary>
    Task<EnqueueAnswer> EnqueueAsync(EnqueueMessage message);

    /// <summary>Says that the inbox has runs of the partition.</summary>
    [OneWay]
    Task HintInboxAsync();

    /// <summary>Says that a durable cancel request exists.</summary>
    [OneWay]
    Task HintCancelAsync();

    /// <summary>Takes what a worker says of attempts. Answered when it was heard by an owner.</summary>
    Task ReportAsync(ReportMessage message);

    /// <summary>What keeps a waiting run from starting.</summary>
    Task<BlockersAnswer> ExplainAsync(PendingRun run);

    /// <summary>Waits a short time for the end of a run. Null if it did not end in that time.</summary>
    Task<Run?> WaitAsync(WaitMessage message);
}
