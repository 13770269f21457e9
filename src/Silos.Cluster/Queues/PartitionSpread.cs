using Silos.Queues;

namespace Silos.Cluster.Queues;

/// <summary>
/// Which silo owns which partition: the one with the highest hash of both (rendezvous), among those that have not had their even
/// share yet. So everybody computes the same, every silo gets as many as any other give or take one, and few move when silos come or go.
/// </summary>
internal static class PartitionSpread
{
    /// <summary>Computes the owners, by partition.</summary>
    public static SiloAddress[] Of(IReadOnlyCollection<SiloAddress> silos)
    {
        var names = silos.ToDictionary(silo => silo, silo => silo.ToParsableString());
        var left = silos.ToDictionary(silo => silo, _ => Partitions.Count / silos.Count);
        var more = Partitions.Count % silos.Count;
        var owners = new SiloAddress[Partitions.Count];
        for (var partition = 0; partition < owners.Length; partition++)
        {
            var owner = silos
                .Where(silo => left[silo] > 0 || (left[silo] == 0 && more > 0))
                .MaxBy(silo => (Hash($"{partition}/{names[silo]}"), names[silo]))!;
            if (left[owner]-- == 0)
            {
                more--;
            }

            owners[partition] = owner;
        }

        return owners;
    }

    /// <summary>FNV-1a with a finalizer, so that addresses that differ in one digit differ in every bit.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
