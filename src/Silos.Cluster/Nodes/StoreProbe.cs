using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;
using Silos.Stores;

namespace Silos.Cluster.Nodes;

/// <summary>Asks the store whether it is there, for a moment only.</summary>
internal sealed class StoreProbe(ISilosStore store, [FromKeyedServices(SilosClock.Key)] TimeProvider clock)
{
    // Less than other silos wait for this one's answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Tells whether it answers.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.IsReachableAsync(cancellationToken).AsTask().WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
