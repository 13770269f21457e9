using System.Collections.Concurrent;
using Silos.Queues;
using Silos.Web.Dashboard.Live;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Queues;

/// <summary>The queues of tenants as pages show them: counting what waits costs what waits.</summary>
internal sealed class QueueGlance(ISilosClient client, Surroundings surroundings)
{
    private const int MostTenants = 1_000;

    private readonly ConcurrentDictionary<TenantId, Glance<QueuePicture>> _entries = [];

    /// <summary>Reads a tenant's queues.</summary>
    public Task<QueuePicture> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (_entries.Count > MostTenants)
        {
            _entries.Clear();
        }

        return _entries.GetOrAdd(tenant, key => new Glance<QueuePicture>(() => CountAsync(key), surroundings.Clock)).ReadAsync(cancellationToken);
    }

    /// <summary>Forgets a tenant's picture, because somebody has just changed it and wants to see that.</summary>
    public void Forget(TenantId tenant) => _entries.TryRemove(tenant, out _);

    private async Task<QueuePicture> CountAsync(TenantId tenant) =>
        new(await client.ListQueuesAsync(tenant, CancellationToken.None), surroundings.Clock.Now());
}

/// <summary>Queues at some instant.</summary>
/// <param name="Queues">The queues by name.</param>
/// <param name="At">When they were counted.</param>
internal sealed record QueuePicture(IReadOnlyList<QueueView> Queues, DateTimeOffset At)
{
    /// <summary>Gets how many runs could start now.</summary>
    public long Queued => Queues.Sum(queue => queue.Depth.Queued);

    /// <summary>Gets how many runs wait for their time.</summary>
    public long Scheduled => Queues.Sum(queue => queue.Depth.Scheduled);

    /// <summary>Gets how many runs are under way.</summary>
    public long Running => Queues.Sum(queue => queue.Depth.Running);
}
