using Npgsql;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Writes an owner's batch: one round trip, or two and a commit when idempotency keys decide what is written.</summary>
internal sealed class CommitWriter(Database database)
{
    private static readonly string AssertEpoch = SqlText.Get("Runs/assert_epoch");
    private static readonly string InsertRuns = SqlText.Get("Runs/insert_runs");
    private static readonly string InsertRunsChecked = SqlText.Get("Runs/insert_runs_checked");
    private static readonly string InsertClaims = SqlText.Get("Runs/insert_claims");
    private static readonly string DeleteClaims = SqlText.Get("Runs/delete_claims");

    public async ValueTask<PartitionCommitResult> WriteAsync(PartitionCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            if (commit.Enqueues.Any(run => run.Unique is not null))
            {
                return await WriteWithKeysAsync(commit, cancellationToken);
            }

            if (!commit.MayRepeat)
            {
                try
                {
                    return await WriteAsync(commit, repeats: false, cancellationToken);
                }
                catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    // Nothing was written. Ids repeat after all: find out which.
                }
            }

            return await WriteAsync(commit, repeats: true, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == Database.EpochOver)
        {
            return new PartitionCommitResult { OwnershipLost = true };
        }
    }

    private async ValueTask<PartitionCommitResult> WriteAsync(
        PartitionCommit commit, bool repeats, CancellationToken cancellationToken)
    {
        var batch = new SqlBatch();
        var refused = new List<RunId>();
        AddOutcomes(batch, commit, refused);
        AddClaims(batch, commit);
        var made = AddEnqueues(batch, commit, commit.Enqueues, repeats);
        AddClosedClaims(batch, commit);
        await batch.RunAsync(database.Writes, cancellationToken);
        return new PartitionCommitResult { Refused = refused, Enqueues = Outcomes(commit.Enqueues, made) };
    }

    private async ValueTask<PartitionCommitResult> WriteWithKeysAsync(PartitionCommit commit, CancellationToken cancellationToken)
    {
        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var refused = new List<RunId>();
        var first = new SqlBatch();
        AddOutcomes(first, commit, refused);
        AddClaims(first, commit);
        await first.RunAsync(connection, cancellationToken);

        var keys = new KeyTaker(outside: false, commit.MayRepeat, commit.Now);
        var outcomes = new EnqueueOutcome[commit.Enqueues.Count];
        foreach (var wave in KeyTaker.Waves(commit.Enqueues))
        {
            await WriteWaveAsync(connection, commit, keys, wave, outcomes, cancellationToken);
        }

        var last = new SqlBatch();
        AddClosedClaims(last, commit);
        if (last.Count > 0)
        {
            await last.RunAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new PartitionCommitResult { Refused = refused, Enqueues = outcomes };
    }

    private static async ValueTask WriteWaveAsync(
        NpgsqlConnection connection, PartitionCommit commit, KeyTaker keys, List<int> wave, EnqueueOutcome[] outcomes,
        CancellationToken cancellationToken)
    {
        var taken = await keys.TakeAsync(connection, wave.ConvertAll(i => commit.Enqueues[i]), cancellationToken);
        var accepted = new List<int>();
        for (var i = 0; i < taken.Length; i++)
        {
            outcomes[wave[i]] = taken[i];
            if (taken[i].Kind == EnqueueKind.Accepted)
            {
                accepted.Add(wave[i]);
            }
        }

        if (accepted.Count == 0)
        {
            return;
        }

        var runs = accepted.ConvertAll(i => commit.Enqueues[i]);
        var batch = new SqlBatch();
        var made = AddEnqueues(batch, commit, runs, repeats: true);
        await batch.RunAsync(connection, cancellationToken);
        var written = Outcomes(runs, made);
        for (var i = 0; i < written.Length; i++)
        {
            outcomes[accepted[i]] = written[i];
        }
    }

    private static void AddOutcomes(SqlBatch batch, PartitionCommit commit, List<RunId> refused)
    {
        batch.AddCheck(AssertEpoch, SqlBatch.P((short)commit.Owner.Partition), SqlBatch.P(commit.Owner.Epoch));
        if (commit.Finished.Count > 0)
        {
            FinishedColumns.Add(batch, commit, refused);
        }

        if (commit.Requeued.Count > 0)
        {
            RequeuedColumns.Add(batch, commit, refused);
        }
    }

    private static void AddClaims(SqlBatch batch, PartitionCommit commit)
    {
        foreach (var claim in commit.Claims)
        {
            var runs = new Guid[claim.Runs.Count];
            for (var i = 0; i < runs.Length; i++)
            {
                runs[i] = claim.Runs[i].Value;
            }

            batch.Add(
                InsertClaims,
                SqlBatch.P(claim.Id),
                SqlBatch.P((short)commit.Owner.Partition),
                SqlBatch.Text(Text.Clean(claim.Worker)),
                SqlBatch.Instant(claim.StartedAt),
                SqlBatch.P(runs),
                SqlBatch.P<long[]>([.. claim.Tokens]));
        }
    }

    /// <summary>Adds new runs; returns the set that the ids of those that are new are read into, or null when all are.</summary>
    private static HashSet<Guid>? AddEnqueues(SqlBatch batch, PartitionCommit commit, IReadOnlyList<NewRun> runs, bool repeats)
    {
        if (runs.Count == 0)
        {
            return null;
        }

        var columns = new NewRunColumns(runs);
        if (!repeats)
        {
            batch.Add(InsertRuns, columns.For(commit.Owner.Partition));
            return null;
        }

        var made = new HashSet<Guid>();
        batch.AddRows(
            InsertRunsChecked,
            row => made.Add(row.GetGuid(0)),
            columns.For(commit.Owner.Partition, SqlBatch.P(commit.MayRepeat)));
        return made;
    }

    private static void AddClosedClaims(SqlBatch batch, PartitionCommit commit)
    {
        if (commit.ClosedClaims.Count > 0)
        {
            batch.Add(DeleteClaims, SqlBatch.P<Guid[]>([.. commit.ClosedClaims]), SqlBatch.P((short)commit.Owner.Partition));
        }
    }

    internal static EnqueueOutcome[] Outcomes(IReadOnlyList<NewRun> runs, HashSet<Guid>? made)
    {
        var outcomes = new EnqueueOutcome[runs.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            // The first of several with one id is the one that was made.
            var isNew = made is null || made.Remove(runs[i].Id.Value);
            outcomes[i] = new EnqueueOutcome(isNew ? EnqueueKind.Accepted : EnqueueKind.Repeated, runs[i].Id);
        }

        return outcomes;
    }
}
