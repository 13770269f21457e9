using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Grains;

/// <summary>Runs that were asked for.</summary>
internal sealed partial class GrainSilosClient
{
    /// <inheritdoc/>
    public async Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((await _calls.RepeatAsync(c => Run(tenant, run).WaitAsync(c), cancellationToken)).Get() is { } ended)
            {
                return ended;
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RepeatAsync(c => Run(tenant, run).CancelAsync(request, c), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, CancellationToken cancellationToken)
    {
        Asker.Within(TraceOf(given: null));
        return (await _calls.OnceAsync(c => Run(tenant, run).RetryAsync(by, c), cancellationToken)).Get();
    }

    /// <inheritdoc/>
    public Task<RunDetails> GetRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        RepeatAsync(c => Run(tenant, run).GetAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RepeatAsync(c => Tenant(query.Tenant).ListRunsAsync(query, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Blocker>> ExplainRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        RepeatAsync(c => Run(tenant, run).ExplainAsync(c), cancellationToken);
}
