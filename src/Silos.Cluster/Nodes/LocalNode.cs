using Silos.Engine;

namespace Silos.Cluster.Nodes;

/// <summary>This silo, as people see it.</summary>
internal sealed class LocalNode(NodeFacts facts, ILocalSiloDetails local)
{
    /// <summary>Describes it.</summary>
    public NodeView Describe() => facts.Describe(local.Name, local.SiloAddress.Endpoint.ToString());
}
