using System.Text;
using Silos.Cluster.Jobs;
using Silos.Jobs;

namespace Silos.Cluster.Nodes;

/// <summary>Which silos there are, as this one sees it, and which of them looks after what.</summary>
/// <remarks>Two silos may see it differently for a while; nothing may depend on it but who does work that anybody may do.</remarks>
internal sealed class ClusterNodes(IClusterMembershipService membership, IClusterManifestProvider manifests, ILocalSiloDetails local)
{
    private static readonly GrainType JobType = GrainType.Create(JobGrain.TypeName);

    /// <summary>Gets this silo.</summary>
    public SiloAddress Local => local.SiloAddress;

    /// <summary>Lists the silos that are up.</summary>
    public IReadOnlyList<SiloAddress> Active() =>
        [.. membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Select(member => member.SiloAddress)];

    /// <summary>Lists the silos that schedule, in an order that all silos share. This one is always among them.</summary>
    public IReadOnlyList<SiloAddress> Schedulers()
    {
        var manifest = manifests.Current.Silos;
        return [.. Active().Where(silo => manifest.TryGetValue(silo, out var types) && types.Grains.ContainsKey(JobType)).Append(Local).Distinct().Order()];
    }

    /// <summary>Follows the membership.</summary>
    public IAsyncEnumerable<ClusterMembershipSnapshot> Changes => membership.MembershipUpdates;

    /// <summary>Tells whether a job is looked after by this silo, the one with the highest hash of silo and job together: when a silo leaves, only its jobs change hands.</summary>
    public bool IsMine(JobKey job, IReadOnlyList<SiloAddress> schedulers)
    {
        var key = Hash(job);
        var best = Local;
        var most = 0u;
        for (var i = 0; i < schedulers.Count; i++)
        {
            var weight = Mix(key ^ (uint)schedulers[i].GetConsistentHashCode());
            if (weight >= most)
            {
                most = weight;
                best = schedulers[i];
            }
        }

        return best.Equals(Local);
    }

    private static uint Hash(JobKey job)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(job.ToString()))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash;
    }

    /// <summary>Spreads every bit over all others (the finaliser of MurmurHash3).</summary>
    private static uint Mix(uint value)
    {
        value = (value ^ (value >> 16)) * 0x85EBCA6B;
        value = (value ^ (value >> 13)) * 0xC2B2AE35;
        return value ^ (value >> 16);
    }
}
