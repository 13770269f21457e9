using Microsoft.Extensions.DependencyInjection;
using Silos.Engine;
using Silos.Stores;

namespace Silos.Cluster.Nodes;

/// <summary>Asks the store whether it is there, for a moment only.</summary>
internal sealed class StoreProbe(ISilosStore store, [FromKeyedServices(SilosClock.Key)] TimeProvider clock)
{
    /// <summary>Tells whether it answers within a time.</summary>
    public async Task<bool> AnswersAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            return await store.IsReachableAsync(cancellationToken).AsTask().WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
