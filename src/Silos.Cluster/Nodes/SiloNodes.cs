using Microsoft.Extensions.Logging;

namespace Silos.Cluster.Nodes;

/// <summary>All living silos, as people see them: each is asked about itself.</summary>
internal sealed partial class SiloNodes(
    IClusterMembershipService membership, ILocalSiloDetails local, LocalNode here, NodeClient client, TimeProvider clock, ILogger<SiloNodes> logger) : INodes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = await Task.WhenAll(Living().Select(member => AskAsync(member, cancellationToken)));
        return [.. views.OrderBy(view => view.Name, StringComparer.Ordinal).ThenBy(view => view.Address, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task DrainAsync(string name, string by, string? reason, CancellationToken cancellationToken) =>
        TellAsync(name, service => service.DrainAsync(by, reason), cancellationToken);

    /// <inheritdoc/>
    public Task ResumeAsync(string name, string by, CancellationToken cancellationToken) => TellAsync(
        name,
        async service =>
        {
            if (!await service.ResumeAsync(by))
            {
                throw new ConflictException($"Silo '{name}' is stopping.", "stopping");
            }
        },
        cancellationToken);

    private IEnumerable<ClusterMember> Living() => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping);

    private async Task<NodeView> AskAsync(ClusterMember member, CancellationToken cancellationToken)
    {
        if (member.SiloAddress.Equals(local.SiloAddress))
        {
            return here.Describe();
        }

        try
        {
            return await client.Of(member.SiloAddress).DescribeAsync().WaitAsync(Patience, clock, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogSilent(member.SiloAddress, exception);
            return new NodeView { Name = member.Name, Address = member.SiloAddress.Endpoint.ToString(), State = NodeState.Silent };
        }
    }

    private async Task TellAsync(string name, Func<INodeService, Task> tell, CancellationToken cancellationToken)
    {
        // The newest of a name: one that was killed may still be on the list.
        var member = Living().Where(member => member.Name == name).MaxBy(member => member.SiloAddress.Generation)
            ?? throw new NotFoundException("silo", name);
        try
        {
            await tell(client.Of(member.SiloAddress)).WaitAsync(Patience, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is not SilosException && !cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"Silo '{name}' does not answer; it is safe to repeat the call.", exception);
        }
    }

    [LoggerMessage(LogLevel.Debug, "Silo {Silo} did not say what it does")]
    private partial void LogSilent(SiloAddress silo, Exception exception);
}
