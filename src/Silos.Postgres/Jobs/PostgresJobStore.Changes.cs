using Silos.Jobs;
using Silos.Stores;

namespace Silos.Postgres.Jobs;

/// <summary>Many jobs at once, all or none.</summary>
internal sealed partial class PostgresJobStore
{
    private static readonly string LockJobs = SqlText.Get("Runs/lock_jobs");

    public async ValueTask<IReadOnlyList<Job>?> TryChangeManyAsync(
        IReadOnlyList<JobKey> keys, Func<IReadOnlyList<Job>, JobChanges?> decide, string? definedBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(decide);
        assertHeld();
        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Locked first and read afterwards: a statement that waits for a lock sees the definitions of before.
        var distinct = keys.Distinct().ToList();
        var stored = new List<Job>(distinct.Count);
        var reads = new SqlBatch();
        reads.AddRows(LockJobs, static _ => { }, Columns(distinct));
        reads.AddRows(ReadJobs, row => stored.Add(JobRows.Read(row)), Columns(distinct));
        await reads.RunAsync(connection, cancellationToken);
        if (decide(stored) is not { } changes)
        {
            return null;
        }

        var saved = new Dictionary<JobKey, Job>();
        var deleted = 0L;
        var batch = new SqlBatch();
        AddInserts(batch, [.. InOrder(changes.Saved.Where(job => job.Version == 0))], definedBy, saved);
        AddUpdates(batch, [.. InOrder(changes.Saved.Where(job => job.Version > 0))], definedBy, saved);
        foreach (var job in InOrder(changes.Deleted))
        {
            batch.AddRows(DeleteJob, row => deleted += row.GetInt64(0), [.. Columns(job.Key), SqlBatch.P(job.Version)]);
        }

        if (batch.Count > 0)
        {
            await batch.RunAsync(connection, cancellationToken);
        }

        if (saved.Count < changes.Saved.Count || deleted < changes.Deleted.Count)
        {
            return null;
        }

        // Not given up any more: nobody would know whether it happened.
        await transaction.CommitAsync(CancellationToken.None);
        return [.. changes.Saved.Select(job => saved[job.Key])];
    }
}
