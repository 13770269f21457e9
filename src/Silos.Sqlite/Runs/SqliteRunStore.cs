using System.Text.Json;
using Silos.Queues;
using Silos.Runs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Runs;

internal sealed class SqliteRunStore(SqliteStore store) : IRunStore
{
    public async ValueTask<PartitionOpening> OpenPartitionAsync(
        int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection =>
            {
                var epoch = connection.Prepare(SqlText.Runs.Open)
                    .Bind(partition).Bind(owner).Bind(now).Bind(leaseUntil).Bind(exclusive)
                    .ReadFirst(row => row.Long(0));
                return epoch == 0 ? Held(connection, partition) : ReadOpening(connection, partition, epoch);
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<PartitionEpoch>> RenewAsync(
        IReadOnlyList<PartitionEpoch> partitions, DateTimeOffset leaseUntil, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<PartitionEpoch>>(
            connection => [.. partitions.Where(owner => Renew(connection, owner, leaseUntil))], cancellationToken);

    public async ValueTask ReleaseAsync(IReadOnlyList<PartitionEpoch> partitions, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(connection => partitions.Count(owner => Renew(connection, owner, null)), cancellationToken);

    public async ValueTask<PartitionCommitResult> CommitAsync(PartitionCommit commit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(connection => CommitWriter.Write(connection, commit), cancellationToken);

    public async ValueTask<IReadOnlyList<PendingRun>> ReadReadyAsync(
        QueueKey queue, ReadyPosition? after, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Runs.Ready)
                .Bind(Partitions.Of(queue))
                .Bind(queue.Tenant.Value)
                .Bind(queue.Name.Value)
                .Bind(after is { } position ? -position.Priority : long.MinValue)
                .Bind(after?.DueAt.ToUnixTimeMilliseconds() ?? 0)
                .Bind(after?.Id ?? default(RunId))
                .Bind(limit)
                .ReadAll(static row => RunRow.ReadWaiting(row)),
            cancellationToken);

    public async ValueTask<IReadOnlyList<PendingRun>> PromoteAsync(
        PartitionEpoch owner, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<PendingRun>>(
            connection =>
            {
                if (!CommitWriter.Owns(connection, owner))
                {
                    return [];
                }

                var due = connection.Prepare(SqlText.Runs.Due).Bind(owner.Partition).Bind(now).Bind(limit).ReadAll(RunRow.ReadPending);
                due.ForEach(run => connection.Prepare(SqlText.Runs.Promote).Bind(run.Id).Execute());
                return [.. due.Select(run => run with { State = RunState.Queued })];
            },
            cancellationToken);

    public async ValueTask<DateTimeOffset?> NextScheduledAsync(int partition, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(connection => NextScheduled(connection, partition), cancellationToken);

    public async ValueTask<IReadOnlyList<PendingRun>> AdoptAsync(
        IReadOnlyList<PartitionEpoch> owners, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<PendingRun>>(
            connection =>
            {
                var held = owners.Where(owner => CommitWriter.Owns(connection, owner)).Select(owner => owner.Partition);
                var adopted = connection.Prepare(SqlText.Runs.Inbox).Bind(JsonSerializer.Serialize(held)).Bind(limit).ReadAll(RunRow.ReadPending);
                for (var i = 0; i < adopted.Count; i++)
                {
                    adopted[i] = adopted[i] with { State = adopted[i].Request.DueAt > now ? RunState.Scheduled : RunState.Queued };
                    connection.Prepare(SqlText.Runs.Adopt).Bind(adopted[i].Id).Bind(adopted[i].State.ToText()).Execute();
                }

                return adopted;
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(connection => Enqueuer.Enqueue(connection, runs, now: null, inbox: true), cancellationToken);

    public async ValueTask<QueueKey?> RequestCancelAsync(
        TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Runs.RequestCancel)
                .Bind(run).Bind(tenant.Value).Bind(JsonText.From(request)).Bind(request.Terminate)
                .ReadFirst(row => (QueueKey?)new QueueKey(tenant, QueueName.Parse(row.Text(0)))),
            cancellationToken);

    public async ValueTask<IReadOnlyList<PendingRun>> ReadCancelRequestsAsync(
        int partition, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Runs.CancelRequests).Bind(partition).Bind(limit).ReadAll(RunRow.ReadPending),
            cancellationToken);

    private static bool Renew(Connection connection, PartitionEpoch owner, DateTimeOffset? leaseUntil) =>
        connection.Prepare(SqlText.Runs.Renew).Bind(owner.Partition).Bind(owner.Epoch).Bind(leaseUntil).Execute() > 0;

    private static PartitionOpening Held(Connection connection, int partition) =>
        connection.Prepare(SqlText.Runs.Lease).Bind(partition)
            .ReadFirst(row => new PartitionOpening { Epoch = 0, HeldUntil = row.Instant(0), HeldBy = row.Text(1) })
        ?? throw new ArgumentOutOfRangeException(nameof(partition), partition, $"There are {Partitions.Count} partitions.");

    private static PartitionOpening ReadOpening(Connection connection, int partition, long epoch)
    {
        connection.Prepare(SqlText.Runs.PruneClaims).Bind(partition).Execute();
        return new PartitionOpening
        {
            Epoch = epoch,
            OpenAttempts = connection.Prepare(SqlText.Runs.OpenAttempts).Bind(partition).ReadAll(row =>
                new OpenAttempt(RunRow.ReadWaiting(row, since: 23), row.Guid(19), row.Text(20), row.Long(21), row.Instant(22))),
            Queues = ReadQueues(connection, partition),
            NextScheduled = NextScheduled(connection, partition),
        };
    }

    private static List<QueueKey> ReadQueues(Connection connection, int partition)
    {
        var queues = new List<QueueKey>();
        var (tenant, queue) = (string.Empty, string.Empty);
        while (true)
        {
            (tenant, queue) = connection.Prepare(SqlText.Runs.NextQueue).Bind(partition).Bind(tenant).Bind(queue)
                .ReadFirst(row => (row.Text(0), row.Text(1)));
            if (tenant is null)
            {
                return queues;
            }

            queues.Add(new QueueKey(TenantId.Parse(tenant), QueueName.Parse(queue)));
        }
    }

    private static DateTimeOffset? NextScheduled(Connection connection, int partition) =>
        connection.Prepare(SqlText.Runs.NextScheduled).Bind(partition).ReadFirst(row => row.InstantOrNull(0));
}
