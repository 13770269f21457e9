using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Outcomes after which runs wait again, turned into columns.</summary>
internal static class RequeuedColumns
{
    private static readonly string RequeueRuns = SqlText.Get("Runs/requeue_runs");

    public static void Add(SqlBatch batch, PartitionCommit commit, List<RunId> refused)
    {
        var requeued = commit.Requeued;
        Guid[] runs = [.. requeued.Select(run => run.Run.Value)];
        batch.AddRows(
            RequeueRuns,
            row => Counted.Read(row, runs, refused),
            SqlBatch.P((short)commit.Owner.Partition),
            SqlBatch.P(runs),
            SqlBatch.P<long[]>([.. requeued.Select(run => run.Token)]),
            SqlBatch.P<short[]>([.. requeued.Select(run => (short)run.State)]),
            SqlBatch.Instants([.. requeued.Select(run => run.DueAt)]),
            SqlBatch.P<int[]>([.. requeued.Select(run => run.Attempts)]),
            SqlBatch.P<int[]>([.. requeued.Select(run => run.Losses)]),
            SqlBatch.Instants([.. requeued.Select(run => run.StartedAt)]),
            SqlBatch.Instants([.. requeued.Select(run => run.EndedAt)]),
            SqlBatch.Texts([.. requeued.Select(run => Text.Clean(run.Worker))]),
            SqlBatch.Texts([.. requeued.Select(run => run.Outcome)]),
            SqlBatch.Texts([.. requeued.Select(run => Text.Clean(run.Error?.Type))]),
            SqlBatch.Texts([.. requeued.Select(run => Text.Clean(run.Error?.Message))]),
            SqlBatch.Texts([.. requeued.Select(run => Text.Clean(run.Error?.Stack))]));
    }
}
