using Orleans.Concurrency;
using Silos.Cluster.Limits;
using Silos.Cluster.Workers;
using Silos.Engine.Queues;
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

    /// <summary>Stores runs that were asked for independently of each other: each message has its own answer, errors of ours among them.</summary>
    Task<EnqueueAnswers> EnqueueEachAsync(EnqueueMessages messages);

    /// <summary>Says that the inbox has runs of the partition.</summary>
    [OneWay]
    Task HintInboxAsync();

    /// <summary>Says that a durable cancel request exists.</summary>
    [OneWay]
    Task HintCancelAsync();

    /// <summary>Takes what a worker says of attempts. Answered when it was heard by an owner.</summary>
    Task ReportAsync(ReportMessage message);

    /// <summary>Hears what permits a partition has and wants of limits whose home this one is. Null if what it says is overtaken.</summary>
    Task<PermitAnswer?> PermitsAsync(PermitReport report);

    /// <summary>Asks what permits this partition has of limits that have one home, for a new owner of the home. Null if it cannot say.</summary>
    Task<PermitReport?> AskPermitsAsync(int home, long homeEpoch);

    /// <summary>Says that this partition may have more permits, or that others wait for those it does not use.</summary>
    [OneWay]
    Task GrantAsync(PermitAnswer answer);

    /// <summary>Counts the permits of a limit, whose home this partition is, that are taken.</summary>
    Task<PermitCount> CountPermitsAsync(GateKey gate);

    /// <summary>What keeps a waiting run from starting.</summary>
    Task<BlockersAnswer> ExplainAsync(PendingRun run);

    /// <summary>Waits a short time for the end of a run. Null if it did not end in that time.</summary>
    Task<Run?> WaitAsync(WaitMessage message);
}
