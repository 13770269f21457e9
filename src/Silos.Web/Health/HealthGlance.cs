using System.Collections.Concurrent;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Dashboard.Live;
using Silos.Web.Http;

namespace Silos.Web.Health;

/// <summary>
/// What a monitor is told about a tenant. The process is everybody's, what was done for one tenant is not for another; and it is the same whichever process is
/// asked, so the store says it. Monitors ask often: it is read once for all who ask within some seconds.
/// </summary>
internal sealed class HealthGlance(ISilosStore store, Surroundings surroundings)
{
    private const int MostTenants = 1_000;

    // Ids are made when runs are asked for; among so many of the newest is the one that started last, or one that started hardly before it.
    private const int LookBack = 100;

    private static readonly Filter Executing = new FilterCondition("state", FilterOperator.Equal, [RunState.Running]);
    private static readonly Filter Over = new FilterCondition(
        "state", FilterOperator.In, [.. Enum.GetValues<RunState>().Where(state => state.IsFinal()).Select(state => (object)state)]);

    private readonly ConcurrentDictionary<TenantId, Glance<TenantNumbers>> _entries = [];

    /// <summary>Reads a tenant's numbers; <see cref="TenantNumbers.Unknown"/> if the store does not tell: a health check must not fail over a number.</summary>
    public async Task<TenantNumbers> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (_entries.Count > MostTenants)
        {
            _entries.Clear();
        }

        try
        {
            return await _entries
                .GetOrAdd(tenant, key => new Glance<TenantNumbers>(() => CountAsync(key), surroundings.Clock))
                .ReadAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return TenantNumbers.Unknown;
        }
    }

    private async Task<TenantNumbers> CountAsync(TenantId tenant)
    {
        var jobs = await store.Jobs.CountAsync(tenant, CancellationToken.None);

        // Apart, because what waits has not started, however much of it there is.
        var executing = await store.Reader.ListAsync(new RunQuery(tenant, Executing, Limit: LookBack), CancellationToken.None);
        var over = await store.Reader.ListAsync(new RunQuery(tenant, Over, Limit: LookBack), CancellationToken.None);
        return new TenantNumbers(jobs, executing.Concat(over).Max(run => run.StartedAt));
    }
}

/// <summary>What a monitor is told about a tenant.</summary>
/// <param name="Jobs">How many jobs it has registered.</param>
/// <param name="LastRunAt">When one of its runs last started; null if none ever did.</param>
internal sealed record TenantNumbers(int Jobs, DateTimeOffset? LastRunAt)
{
    /// <summary>Nobody knows at the moment.</summary>
    public static TenantNumbers Unknown { get; } = new(0, null);
}
