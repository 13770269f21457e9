using System.Text;

namespace Silos.Queues;

/// <summary>Maps queues to partitions: fixed shards of all queues of all tenants, each with one owner at a time.</summary>
public static class Partitions
{
    /// <summary>How many partitions a store has. Fixed when the store is created, because rows carry their partition.</summary>
    public const int Count = 32;

    /// <summary>Gets the partition of a queue (FNV-1a over <c>tenant/queue</c>, so that SQL can compute the same).</summary>
    public static int Of(QueueKey queue) => Of(queue.Tenant.Value, queue.Name.Value);

    /// <summary>Gets the one partition that all runs belong to; null if they belong to several, or there are none.</summary>
    public static int? OfAll(IReadOnlyList<Runs.NewRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            return null;
        }

        var first = runs[0];
        var partition = first.Partition;
        for (var i = 1; i < runs.Count; i++)
        {
            if ((runs[i].Queue != first.Queue || runs[i].Tenant != first.Tenant) && runs[i].Partition != partition)
            {
                return null;
            }
        }

        return partition;
    }

    /// <inheritdoc cref="Of(QueueKey)"/>
    public static int Of(string tenant, string queue)
    {
        var hash = 2166136261u;
        Span<byte> utf8 = stackalloc byte[(Names.MaxLength * 3 * 2) + 1];
        var length = Encoding.UTF8.GetBytes(tenant, utf8);
        utf8[length++] = (byte)'/';
        length += Encoding.UTF8.GetBytes(queue, utf8[length..]);
        foreach (var b in utf8[..length])
        {
            hash = (hash ^ b) * 16777619u;
        }

        return (int)(hash % Count);
    }
}
