using Npgsql;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Postgres.Runs;

/// <summary>Outcomes that end their run, turned into columns.</summary>
internal static class FinishedColumns
{
    private static readonly string FinishRuns = SqlText.Get("Runs/finish_runs");
    private static readonly string FinishRunsOfJobs = SqlText.Get("Runs/finish_runs_of_jobs");
    private static readonly string LockJobs = SqlText.Get("Runs/lock_jobs");
    private static readonly string ForgetRuns = SqlText.Get("Runs/forget_runs");

    public static void Add(SqlBatch batch, PartitionCommit commit, List<RunId> refused)
    {
        var finished = commit.Finished;
        var count = finished.Count;
        var runs = new Guid[count];
        var tokens = new long[count];
        var states = new short[count];
        var attempts = new int[count];
        var losses = new int[count];
        var started = new DateTimeOffset?[count];
        var ended = new DateTimeOffset[count];
        var workers = new string?[count];
        var types = new string?[count];
        var messages = new string?[count];
        var stacks = new string?[count];
        var results = new string?[count];
        var itemErrors = new int[count];
        var outcomes = new string?[count];
        var dropped = new bool[count];
        var tells = new bool[count];
        var wakes = new bool[count];
        for (var i = 0; i < count; i++)
        {
            var run = finished[i];
            runs[i] = run.Run.Value;
            tokens[i] = run.Token;
            states[i] = (short)run.State;
            attempts[i] = run.Attempts;
            losses[i] = run.Losses;
            started[i] = run.StartedAt;
            ended[i] = run.EndedAt;
            workers[i] = Text.Clean(run.Worker);
            types[i] = Text.Clean(run.Error?.Type);
            messages[i] = Text.Clean(run.Error?.Message);
            stacks[i] = Text.Clean(run.Error?.Stack);
            results[i] = run.Result?.Text;
            itemErrors[i] = run.ItemErrors;
            outcomes[i] = run.Outcome == run.State.ToText() ? null : run.Outcome;
            dropped[i] = run.Delete && run.State == RunState.Completed;
            tells[i] = run.Job is not null;
            wakes[i] = run.WakeJob;
        }

        NpgsqlParameter[] parameters =
        [
            SqlBatch.P((short)commit.Owner.Partition),
            SqlBatch.P(runs),
            SqlBatch.P(tokens),
            SqlBatch.P(states),
            SqlBatch.P(attempts),
            SqlBatch.P(losses),
            SqlBatch.Instants(started),
            SqlBatch.Instants(ended),
            SqlBatch.Texts(workers),
            SqlBatch.Texts(types),
            SqlBatch.Texts(messages),
            SqlBatch.Texts(stacks),
            SqlBatch.Texts(results),
            SqlBatch.P(itemErrors),
            SqlBatch.Texts(outcomes),
            SqlBatch.P(dropped),
        ];
        if (Array.IndexOf(tells, true) >= 0)
        {
            var jobs = finished.Select(run => run.Job).OfType<JobKey>().Distinct().ToList();
            batch.AddCheck(
                LockJobs,
                SqlBatch.Texts([.. jobs.Select(job => job.Tenant.Value)]),
                SqlBatch.Texts([.. jobs.Select(job => job.Name.Value)]));
            batch.AddRows(
                FinishRunsOfJobs,
                row => Counted.Read(row, runs, refused),
                [.. parameters, SqlBatch.P(tells), SqlBatch.P(wakes), SqlBatch.Instant(commit.Now)]);
        }
        else
        {
            batch.AddRows(FinishRuns, row => Counted.Read(row, runs, refused), parameters);
        }

        if (Array.IndexOf(dropped, true) >= 0)
        {
            batch.Add(ForgetRuns, SqlBatch.P<Guid[]>([.. runs.Where((_, i) => dropped[i])]));
        }
    }
}
