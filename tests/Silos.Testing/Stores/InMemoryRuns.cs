using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryRuns(InMemoryStore store) : IRunStore
{
    public ValueTask<PartitionOpening> OpenPartitionAsync(
        int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive, CancellationToken cancellationToken) =>
        store.DoAsync("runs.open", db => Open(db, partition, owner, now, leaseUntil, exclusive), cancellationToken);

    public ValueTask<IReadOnlyList<PartitionEpoch>> RenewAsync(
        IReadOnlyList<PartitionEpoch> partitions, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<PartitionEpoch>>(
            "runs.renew",
            db =>
            {
                var held = partitions.Where(db.Owns).ToList();
                held.ForEach(owner => db.Partitions[owner.Partition].LeaseUntil = leaseUntil);
                return held;
            },
            cancellationToken);

    public async ValueTask ReleaseAsync(IReadOnlyList<PartitionEpoch> partitions, CancellationToken cancellationToken) =>
        await store.DoAsync(
            "runs.release",
            db =>
            {
                foreach (var owner in partitions.Where(db.Owns))
                {
                    db.Partitions[owner.Partition].LeaseUntil = null;
                }

                return true;
            },
            cancellationToken);

    public ValueTask<PartitionCommitResult> CommitAsync(PartitionCommit commit, CancellationToken cancellationToken) =>
        store.DoAsync("runs.commit", db => InMemoryCommit.Write(db, commit), cancellationToken);

    public ValueTask<IReadOnlyList<PendingRun>> ReadReadyAsync(
        QueueKey queue, ReadyPosition? after, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<PendingRun>>(
            "runs.read_ready",
            db =>
            [
                .. db.Partitions[Partitions.Of(queue)].Live.Values
                    .Where(row => row.State == RunState.Queued && row.Request.Tenant == queue.Tenant && row.Request.Queue == queue.Name)
                    .Select(row => row.ToWaiting())
                    .Where(run => after is not { } position || run.Position.CompareTo(position) > 0)
                    .OrderBy(run => run.Position)
                    .Take(limit),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<PendingRun>> PromoteAsync(
        PartitionEpoch owner, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<PendingRun>>(
            "runs.promote",
            db =>
            {
                if (!db.Owns(owner))
                {
                    return [];
                }

                var due = db.Partitions[owner.Partition].Live.Values
                    .Where(row => row.State == RunState.Scheduled && row.Request.DueAt <= now)
                    .OrderBy(row => row.Request.DueAt).ThenBy(row => row.Request.Id)
                    .Take(limit)
                    .ToList();
                due.ForEach(row => row.State = RunState.Queued);
                return [.. due.Select(row => row.ToPending())];
            },
            cancellationToken);

    public ValueTask<DateTimeOffset?> NextScheduledAsync(int partition, CancellationToken cancellationToken) =>
        store.DoAsync("runs.next_scheduled", db => NextScheduled(db.Partitions[partition]), cancellationToken);

    public ValueTask<IReadOnlyList<PendingRun>> AdoptAsync(
        IReadOnlyList<PartitionEpoch> owners, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<PendingRun>>(
            "runs.adopt",
            db =>
            {
                var adopted = owners.Where(db.Owns)
                    .SelectMany(owner => db.Partitions[owner.Partition].Inbox.Values)
                    .OrderBy(row => row.Sequence)
                    .Take(limit)
                    .ToList();
                foreach (var row in adopted)
                {
                    db.Remove(row);
                    row.State = row.Request.DueAt > now ? RunState.Scheduled : RunState.Queued;
                    db.Add(row, inbox: false);
                }

                return [.. adopted.Select(row => row.ToPending())];
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<EnqueueOutcome>>(
            "runs.post",
            db => [.. runs.Select(run => db.Enqueue(run, run.EnqueuedAt, inbox: true, mayRepeat: true))],
            cancellationToken);

    public ValueTask<QueueKey?> RequestCancelAsync(
        TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken) =>
        store.DoAsync<QueueKey?>(
            "runs.request_cancel",
            db =>
            {
                if (!db.Live.TryGetValue(run, out var row) || row.Request.Tenant != tenant)
                {
                    return null;
                }

                row.Wish(request);
                return new QueueKey(tenant, row.Request.Queue);
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<PendingRun>> ReadCancelRequestsAsync(
        int partition, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<PendingRun>>(
            "runs.read_cancels",
            db =>
            [
                .. db.Partitions[partition].Live.Values
                    .Where(row => row.Cancel is not null)
                    .OrderBy(row => row.Request.Id)
                    .Take(limit)
                    .Select(row => row.ToPending()),
            ],
            cancellationToken);

    private static PartitionOpening Open(
        InMemoryDatabase db, int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive)
    {
        var row = db.Partitions[partition];
        if (!exclusive && row.Owner != owner && row.LeaseUntil > now)
        {
            return new PartitionOpening { Epoch = 0, HeldUntil = row.LeaseUntil, HeldBy = row.Owner };
        }

        row.Epoch++;
        row.Owner = owner;
        row.LeaseUntil = leaseUntil;

        var open = new List<OpenAttempt>();
        foreach (var claim in row.Claims.Values.OrderBy(claim => claim.StartedAt).ThenBy(claim => claim.Id).ToList())
        {
            var before = open.Count;
            for (var i = 0; i < claim.Runs.Count; i++)
            {
                if (row.Live.TryGetValue(claim.Runs[i], out var run) && claim.Tokens[i] > run.Token)
                {
                    open.Add(new OpenAttempt(run.ToWaiting(), claim.Id, claim.Worker, claim.Tokens[i], claim.StartedAt));
                }
            }

            if (open.Count == before)
            {
                row.Claims.Remove(claim.Id);
            }
        }

        return new PartitionOpening
        {
            Epoch = row.Epoch,
            OpenAttempts = open,
            Queues =
            [
                .. row.Live.Values.Where(run => run.State == RunState.Queued)
                    .Select(run => new QueueKey(run.Request.Tenant, run.Request.Queue))
                    .Distinct()
                    .OrderBy(queue => queue.ToString(), StringComparer.Ordinal),
            ],
            NextScheduled = NextScheduled(row),
        };
    }

    private static DateTimeOffset? NextScheduled(PartitionRow partition) => partition.Live.Values
        .Where(row => row.State == RunState.Scheduled)
        .Min(row => (DateTimeOffset?)row.Request.DueAt);
}
