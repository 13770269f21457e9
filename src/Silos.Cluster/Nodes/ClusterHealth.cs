using Silos.Engine;

namespace Silos.Cluster.Nodes;

/// <summary>How this silo is doing: the engine, and whether the others count it in.</summary>
internal sealed class ClusterHealth(SilosEngine engine, IClusterMembershipService membership, ILocalSiloDetails local) : ISilosHealth
{
    /// <inheritdoc/>
    public bool RestartWanted => engine.RestartWanted;

    public async ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken)
    {
        var health = await engine.CheckAsync(cancellationToken);
        var joined = membership.CurrentSnapshot.Members.TryGetValue(local.SiloAddress, out var self) && self.Status == SiloStatus.Active;
        return health with { Started = health.Started && joined };
    }
}
