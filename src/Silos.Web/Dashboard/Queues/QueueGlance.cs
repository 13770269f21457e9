using System.Collections.Concurrent;
using Silos.Queues;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Queues;

/// <summary>
/// The queues of tenants as pages show them. Counting what waits costs what waits, so with a million waiting runs nobody is kept
/// waiting for it: a page shows the last count, with its age, and a new one is on its way.
/// </summary>
internal sealed class QueueGlance(ISilosClient client, Surroundings surroundings)
{
    private const int MostTenants = 1_000;

    // A count is fresh for a moment, and longer the more it costs, so that counting takes a tenth of the time at most, up to ten seconds.
    private const int Rest = 10;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentDictionary<TenantId, Entry> _entries = [];

    /// <summary>Reads a tenant's queues.</summary>
    public async Task<QueuePicture> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        if (_entries.Count > MostTenants)
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd(tenant, static _ => new Entry());
        Task<QueuePicture> counting;
        QueuePicture? last;
        lock (entry)
        {
            last = entry.Last;
            if (last is not null && surroundings.Clock.GetElapsedTime(entry.CountedAt) < Resting(entry.Cost))
            {
                return last;
            }

            // Nobody's cancellation ends a count that others wait for, too.
            counting = entry.Counting ??= CountAsync(entry, tenant);
        }

        if (last is null)
        {
            return await counting.WaitAsync(cancellationToken);
        }

        var first = await Task.WhenAny(counting, Task.Delay(Patience, surroundings.Clock, cancellationToken));
        return first == counting ? await counting : last;
    }

    /// <summary>Forgets a tenant's picture, because somebody has just changed it and wants to see that.</summary>
    public void Forget(TenantId tenant) => _entries.TryRemove(tenant, out _);

    private static TimeSpan Resting(TimeSpan cost) =>
        cost * Rest < Fresh ? Fresh : cost * Rest > Stale ? Stale : cost * Rest;

    private async Task<QueuePicture> CountAsync(Entry entry, TenantId tenant)
    {
        // Off the caller's lock before anything is asked.
        await Task.Yield();
        var clock = surroundings.Clock;
        var begun = clock.GetTimestamp();
        try
        {
            var picture = new QueuePicture(await client.ListQueuesAsync(tenant, CancellationToken.None), clock.Now());
            lock (entry)
            {
                entry.Last = picture;
                entry.CountedAt = clock.GetTimestamp();
                entry.Cost = clock.GetElapsedTime(begun);
            }

            return picture;
        }
        finally
        {
            lock (entry)
            {
                entry.Counting = null;
            }
        }
    }

    private sealed class Entry
    {
        public QueuePicture? Last { get; set; }

        public long CountedAt { get; set; }

        public TimeSpan Cost { get; set; }

        public Task<QueuePicture>? Counting { get; set; }
    }
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
