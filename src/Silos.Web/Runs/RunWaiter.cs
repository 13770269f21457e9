using Silos.Runs;
using Silos.Web.Http;

namespace Silos.Web.Runs;

/// <summary>Waits for the end of a run, but not for ever.</summary>
internal sealed class RunWaiter(ISilosClient client, Surroundings surroundings)
{
    /// <summary>Waits; null when the time is over first (the run goes on).</summary>
    public async Task<Run?> WaitAsync(TenantId tenant, RunId run, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(wait, surroundings.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await client.WaitAsync(tenant, run, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
