using Npgsql;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Puts runs into the inbox and tells the owners of the partitions.</summary>
internal sealed class InboxWriter(Database database)
{
    private static readonly string PostRuns = SqlText.Get("Runs/post_runs");
    private static readonly string NotifyInbox = SqlText.Get("Runs/notify_inbox");

    public async ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(
        IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            return [];
        }

        await using var connection = await database.Writes.OpenConnectionAsync(cancellationToken);
        if (!runs.Any(run => run.Unique is not null))
        {
            // Without keys nothing has to be decided in between: one round trip.
            return await WriteAsync(connection, runs, cancellationToken);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var keys = new KeyTaker(outside: true, checksHistory: true, now: null);
        var outcomes = new EnqueueOutcome[runs.Count];
        foreach (var wave in KeyTaker.Waves(runs))
        {
            var taken = await keys.TakeAsync(connection, wave.ConvertAll(i => runs[i]), cancellationToken);
            var accepted = new List<int>();
            for (var i = 0; i < taken.Length; i++)
            {
                outcomes[wave[i]] = taken[i];
                if (taken[i].Kind == EnqueueKind.Accepted)
                {
                    accepted.Add(wave[i]);
                }
            }

            var written = await WriteAsync(connection, accepted.ConvertAll(i => runs[i]), cancellationToken);
            for (var i = 0; i < written.Length; i++)
            {
                outcomes[accepted[i]] = written[i];
            }
        }

        // A replaced run is news too.
        var replaced = new SqlBatch();
        Notify(replaced, runs);
        await replaced.RunAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }

    private static async ValueTask<EnqueueOutcome[]> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0)
        {
            return [];
        }

        var made = new HashSet<Guid>();
        var batch = new SqlBatch();
        batch.AddRows(PostRuns, row => made.Add(row.GetGuid(0)), new NewRunColumns(runs).WithPartitions(runs));
        Notify(batch, runs);
        await batch.RunAsync(connection, cancellationToken);
        return CommitWriter.Outcomes(runs, made);
    }

    private static void Notify(SqlBatch batch, IReadOnlyList<NewRun> runs) => batch.AddCheck(
        NotifyInbox, SqlBatch.P<short[]>([.. runs.Select(run => (short)run.Partition).Distinct()]));
}
