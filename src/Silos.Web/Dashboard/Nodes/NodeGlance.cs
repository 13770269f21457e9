using Silos.Web.Dashboard.Live;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Nodes;

/// <summary>The processes, as pages show them that are not about processes: one that is silent keeps no page waiting.</summary>
internal sealed class NodeGlance(INodes nodes, Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly Glance<IReadOnlyList<NodeView>> _glance = new(() => nodes.ListAsync(CancellationToken.None), surroundings.Clock);

    /// <summary>Reads those that do not take runs as they should, by name; none while nobody knows.</summary>
    public async Task<IReadOnlyList<NodeView>> NotUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = await _glance.ReadAsync(cancellationToken).WaitAsync(Patience, surroundings.Clock, cancellationToken);
            return [.. all.Where(node => node.State != NodeState.Up)];
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The next page has it, or the page about processes says what is wrong.
            return [];
        }
    }
}
