using Silos.Queues;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Takes partitions over.</summary>
internal sealed class PartitionOpener(Database database)
{
    private static readonly string OpenPartition = SqlText.Get("Runs/open_partition");
    private static readonly string ReadLease = SqlText.Get("Runs/read_lease");
    private static readonly string DeleteDeadClaims = SqlText.Get("Runs/delete_dead_claims");
    private static readonly string ReadOpenAttempts = SqlText.Get("Runs/read_open_attempts");
    private static readonly string ReadQueues = SqlText.Get("Runs/read_queues");
    private static readonly string NextScheduled = SqlText.Get("Runs/next_scheduled");

    public async ValueTask<PartitionOpening> OpenAsync(
        int partition, string owner, DateTimeOffset now, DateTimeOffset leaseUntil, bool exclusive,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var number = (short)partition;
        long epoch = 0;
        DateTimeOffset? heldUntil = null;
        string? heldBy = null;
        var take = new SqlBatch();
        take.AddRows(
            OpenPartition,
            row => epoch = row.GetInt64(0),
            SqlBatch.P(number),
            SqlBatch.Text(Text.Clean(owner)),
            SqlBatch.Instant(now),
            SqlBatch.Instant(leaseUntil),
            SqlBatch.P(exclusive));
        take.AddRows(
            ReadLease,
            row => (heldUntil, heldBy) = (RunRows.Instant(row, 0), row.IsDBNull(1) ? null : row.GetString(1)),
            SqlBatch.P(number));
        await take.RunAsync(connection, cancellationToken);
        if (epoch == 0)
        {
            return new PartitionOpening { Epoch = 0, HeldUntil = heldUntil, HeldBy = heldBy };
        }

        // The row is locked now: whatever was written under the old epoch has been committed and is seen, and nothing more will be.
        var attempts = new List<OpenAttempt>();
        var queues = new List<QueueKey>();
        DateTimeOffset? next = null;
        var rows = new RunRows();
        var read = new SqlBatch();
        read.Add(DeleteDeadClaims, SqlBatch.P(number));
        read.AddRows(
            ReadOpenAttempts,
            row => attempts.Add(new OpenAttempt(
                rows.Waiting(row, since: 22), row.GetGuid(18), row.GetString(19), row.GetInt64(20), row.GetFieldValue<DateTimeOffset>(21))),
            SqlBatch.P(number));
        read.AddRows(
            ReadQueues,
            row => queues.Add(new QueueKey(TenantId.Parse(row.GetString(0)), QueueName.Parse(row.GetString(1)))),
            SqlBatch.P(number));
        read.AddRows(NextScheduled, row => next = RunRows.Instant(row, 0), SqlBatch.P(number));
        await read.RunAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new PartitionOpening { Epoch = epoch, OpenAttempts = attempts, Queues = queues, NextScheduled = next };
    }
}
