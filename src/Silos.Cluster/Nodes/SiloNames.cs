using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;

namespace Silos.Cluster.Nodes;

/// <summary>
/// Keeps a second silo of the same name out while the first is alive: almost always the same settings twice. A silo that was killed
/// and comes back, at the same address or another, is let in; what does not answer is not alive, whatever the table says.
/// </summary>
internal sealed class SiloNames(
    IClusterMembershipService membership, ILocalSiloDetails local, [FromKeyedServices(SilosClock.Key)] TimeProvider clock)
{
    /// <summary>A silo that is just leaving, or was killed with its machine, is gone by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <exception cref="StartupException">Another silo has this one's name.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (await FindAsync(cancellationToken) is { } other)
        {
            if (clock.GetElapsedTime(began) >= Patience)
            {
                throw new StartupException(
                    $"A silo named '{local.Name}' is in the cluster '{local.ClusterId}' already, at {other.Endpoint}. Give this one another name, or stop that one.");
            }

            await Task.Delay(Pause, clock, cancellationToken);
            await membership.Refresh(cancellationToken: cancellationToken);
        }
    }

    private async Task<SiloAddress?> FindAsync(CancellationToken cancellationToken)
    {
        var members = membership.CurrentSnapshot.Members.Values;
        foreach (var member in members.Where(member => member.Name == local.Name && member.Status is SiloStatus.Joining or SiloStatus.Active))
        {
            var address = member.SiloAddress;
            var isOlderSelf = address.Endpoint.Equals(local.SiloAddress.Endpoint);
            var isReplaced = members.Any(newer => newer.SiloAddress.Endpoint.Equals(address.Endpoint) && newer.SiloAddress.Generation > address.Generation);
            if (!isOlderSelf && !isReplaced && await DeadNeighbours.AnswersAsync(address.Endpoint, clock, cancellationToken))
            {
                return address;
            }
        }

        return null;
    }
}
