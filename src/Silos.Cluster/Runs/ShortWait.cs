using Silos.Grains;
using Silos.Runs;

namespace Silos.Cluster.Runs;

/// <summary>Waits for a run no longer than a grain call may last.</summary>
internal static class ShortWait
{
    /// <summary>Waits; null if the run has not ended in time.</summary>
    public static async Task<Run?> ForAsync(
        ISilosClient client, TenantId tenant, RunId run, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(IRunGrain.LongestWait, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await client.WaitAsync(tenant, run, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
