using Silos.Grains;

namespace Silos.Cluster.Queues;

/// <summary>The way of enqueues to a partition that lives on another silo: they share calls, as they will share the owner's commits.</summary>
internal static class EnqueueLane
{
    /// <summary>Makes the way to a partition's grain.</summary>
    public static SharedCalls<EnqueueMessage, EnqueueAnswer> To(IGrainFactory grains, int partition) => new(
        async messages =>
        {
            var owner = grains.GetGrain<IQueuePartitionGrain>(partition);
            return messages.Count == 1
                ? [await owner.EnqueueAsync(messages[0])]
                : (await owner.EnqueueEachAsync(new EnqueueMessages(messages))).Answers;
        },
        message => message.Runs.Count);
}
