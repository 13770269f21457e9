using Npgsql;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Runs;

/// <summary>Runs, as owners of partitions use them.</summary>
internal sealed class PostgresRunStore(Database database, Action assertHeld) : IRunStore
{
    private static readonly string RenewLeases = SqlText.Get("Runs/renew_leases");
    private static readonly string ReleaseLeases = SqlText.Get("Runs/release_leases");
    private static readonly string ReadReady = SqlText.Get("Runs/read_ready");
    private static readonly string AssertEpoch = SqlText.Get("Runs/assert_epoch");
    private static readonly string PromoteRuns = SqlText.Get("Runs/promote_runs");
    private static readonly string NextScheduled = SqlText.Get("Runs/next_scheduled");
    private static readonly string AdoptRuns = SqlText.Get("Runs/adopt_runs");
    private static readonly string CancelInboxRun = SqlText.Get("Runs/cancel_inbox_run");
    private static readonly string CancelRun = SqlText.Get("Runs/cancel_run");
    private static readonly string ReadCancels = SqlText.Get("Runs/read_cancels");

    private readonly CommitWriter _commits = new(database);
    private readonly InboxWriter _inbox = new(database);
    private readonly PartitionOpener _opener = new(database);

    public ValueTask<PartitionOpening> OpenPartitionAsync(
        int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive,
        CancellationToken cancellationToken)
    {
        assertHeld();
        return _opener.OpenAsync(partition, owner, now, leaseUntil, exclusive, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<PartitionEpoch>> RenewAsync(
        IReadOnlyList<PartitionEpoch> partitions, DateTimeOffset leaseUntil, CancellationToken cancellationToken)
    {
        assertHeld();
        var held = new List<PartitionEpoch>();
        var batch = new SqlBatch();
        batch.AddRows(
            RenewLeases,
            row => held.Add(new PartitionEpoch(row.GetInt16(0), row.GetInt64(1))),
            [.. Owners(partitions), SqlBatch.Instant(leaseUntil)]);
        await batch.RunAsync(database.Writes, cancellationToken);
        return held;
    }

    public async ValueTask ReleaseAsync(IReadOnlyList<PartitionEpoch> partitions, CancellationToken cancellationToken)
    {
        var batch = new SqlBatch();
        batch.Add(ReleaseLeases, Owners(partitions));
        await batch.RunAsync(database.Writes, cancellationToken);
    }

    public ValueTask<PartitionCommitResult> CommitAsync(PartitionCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        assertHeld();
        return _commits.WriteAsync(commit, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<PendingRun>> ReadReadyAsync(
        QueueKey queue, ReadyPosition? after, int limit, CancellationToken cancellationToken)
    {
        // Before the first position there is nothing: the highest priority, due since ever, the lowest id.
        var position = after ?? new ReadyPosition(int.MaxValue, DateTimeOffset.MinValue, default);
        var runs = new List<PendingRun>();
        var rows = new RunRows();
        var batch = new SqlBatch();
        batch.AddRows(
            ReadReady,
            row => runs.Add(rows.Waiting(row)),
            SqlBatch.P((short)Partitions.Of(queue)),
            SqlBatch.Text(queue.Tenant.Value),
            SqlBatch.Text(queue.Name.Value),
            SqlBatch.P(position.Priority),
            SqlBatch.Instant(position.DueAt),
            SqlBatch.P(position.Id.Value),
            SqlBatch.P(limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return runs;
    }

    public async ValueTask<IReadOnlyList<PendingRun>> PromoteAsync(
        PartitionEpoch owner, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        assertHeld();
        var runs = new List<PendingRun>();
        var rows = new RunRows();
        var batch = new SqlBatch();
        batch.AddCheck(AssertEpoch, SqlBatch.P((short)owner.Partition), SqlBatch.P(owner.Epoch));
        batch.AddRows(
            PromoteRuns,
            row => runs.Add(rows.Pending(row)),
            SqlBatch.P((short)owner.Partition),
            SqlBatch.Instant(now),
            SqlBatch.P(limit));
        try
        {
            await batch.RunAsync(database.Writes, cancellationToken);
            return runs;
        }
        catch (PostgresException exception) when (exception.SqlState == Database.EpochOver)
        {
            return [];
        }
    }

    public async ValueTask<DateTimeOffset?> NextScheduledAsync(int partition, CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        var batch = new SqlBatch();
        batch.AddRows(NextScheduled, row => next = RunRows.Instant(row, 0), SqlBatch.P((short)partition));
        await batch.RunAsync(database.Writes, cancellationToken);
        return next;
    }

    public ValueTask<IReadOnlyList<PendingRun>> AdoptAsync(
        IReadOnlyList<PartitionEpoch> owners, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        assertHeld();
        return ReadPendingAsync(
            AdoptRuns, cancellationToken, [.. Owners(owners), SqlBatch.Instant(now), SqlBatch.P(limit)]);
    }

    public ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(
        IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        assertHeld();
        return _inbox.PostAsync(runs, cancellationToken);
    }

    public async ValueTask<QueueKey?> RequestCancelAsync(
        TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        assertHeld();
        QueueKey? queue = null;
        var batch = new SqlBatch();

        // First the inbox, then the live runs: a run that is adopted meanwhile is missed by the first and found by the
        // second, which sees what the first had to wait for. Once more the inbox, because a replaced run goes back there.
        foreach (var sql in new[] { CancelInboxRun, CancelRun, CancelInboxRun })
        {
            batch.AddRows(
                sql,
                row => queue = new QueueKey(tenant, QueueName.Parse(row.GetString(0))),
                SqlBatch.Text(tenant.Value),
                SqlBatch.P(run.Value),
                SqlBatch.Text(Text.Write(request)),
                SqlBatch.P(request.Terminate));
        }

        await batch.RunAsync(database.Writes, cancellationToken);
        return queue;
    }

    public ValueTask<IReadOnlyList<PendingRun>> ReadCancelRequestsAsync(
        int partition, int limit, CancellationToken cancellationToken) =>
        ReadPendingAsync(ReadCancels, cancellationToken, SqlBatch.P((short)partition), SqlBatch.P(limit));

    /// <summary>Turns epochs into two columns, in the order of the partitions, in which all writers lock them.</summary>
    private static NpgsqlParameter[] Owners(IReadOnlyList<PartitionEpoch> partitions)
    {
        var ordered = partitions.OrderBy(owner => owner.Partition).ToList();
        return
        [
            SqlBatch.P<short[]>([.. ordered.Select(owner => (short)owner.Partition)]),
            SqlBatch.P<long[]>([.. ordered.Select(owner => owner.Epoch)]),
        ];
    }

    private async ValueTask<IReadOnlyList<PendingRun>> ReadPendingAsync(
        string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var runs = new List<PendingRun>();
        var rows = new RunRows();
        var batch = new SqlBatch();
        batch.AddRows(sql, row => runs.Add(rows.Pending(row)), parameters);
        await batch.RunAsync(database.Writes, cancellationToken);
        return runs;
    }
}
