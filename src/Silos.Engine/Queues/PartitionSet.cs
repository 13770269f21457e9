using Silos.Queues;

namespace Silos.Engine.Queues;

/// <summary>The partitions that this process hosts: all of them where it is alone, some of them in a cluster.</summary>
internal sealed class PartitionSet
{
    private readonly Lock _lock = new();
    private readonly QueuePartition?[] _partitions = new QueuePartition?[Partitions.Count];
    private QueuePartition[] _all = [];

    /// <summary>Gets them, in the order of their numbers.</summary>
    public QueuePartition[] All => Volatile.Read(ref _all);

    /// <summary>Finds one; null if it is not hosted here.</summary>
    public QueuePartition? Find(int number) => Volatile.Read(ref _partitions[number]);

    /// <summary>Adds one, in the place of another object of the same number.</summary>
    public void Add(QueuePartition partition)
    {
        lock (_lock)
        {
            Volatile.Write(ref _partitions[partition.Number], partition);
            Volatile.Write(ref _all, [.. _partitions.OfType<QueuePartition>()]);
        }
    }

    /// <summary>Takes one out, unless another object has taken its place.</summary>
    public void Remove(QueuePartition partition)
    {
        lock (_lock)
        {
            if (_partitions[partition.Number] == partition)
            {
                Volatile.Write(ref _partitions[partition.Number], null);
                Volatile.Write(ref _all, [.. _partitions.OfType<QueuePartition>()]);
            }
        }
    }
}
