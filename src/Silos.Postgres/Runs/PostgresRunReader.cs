using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Runs;

/// <summary>Runs, as people read them.</summary>
internal sealed class PostgresRunReader(Database database, Action assertHeld) : IRunReader
{
    private static readonly string FindRun = SqlText.Get("Runs/find_run");
    private static readonly string ReadAttempts = SqlText.Get("Runs/read_attempts");
    private static readonly string ReadSteps = SqlText.Get("Runs/read_steps");
    private static readonly string ListRuns = SqlText.Get("Runs/list_runs");
    private static readonly string CountRuns = SqlText.Get("Runs/count_runs");
    private static readonly string Statistics = SqlText.Get("Runs/statistics");
    private static readonly string QueueDepths = SqlText.Get("Runs/queue_depths");
    private static readonly string QueueDepthsOfAll = SqlText.Get("Runs/queue_depths_of_all");
    private static readonly string ExecutingSince = SqlText.Get("Runs/executing_since");
    private static readonly string FindBack = SqlText.Get("Runs/find_back");
    private static readonly string ReadLog = SqlText.Get("Runs/read_log");
    private static readonly string PruneRuns = SqlText.Get("Runs/prune_runs");
    private static readonly string PruneRunsOfJob = SqlText.Get("Runs/prune_runs_of_job");
    private static readonly string PruneRunsByCount = SqlText.Get("Runs/prune_runs_by_count");
    private static readonly string PruneKeys = SqlText.Get("Runs/prune_keys");

    public async ValueTask<RunDetails?> FindAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        Run? found = null;
        var attempts = new List<Attempt>();
        var steps = new List<RunStep>();
        var rows = new RunRows();
        var batch = new SqlBatch();

        // Attempts first: a run that ends in between is then read as finished without its last attempt, never the other way round.
        batch.AddRows(
            ReadAttempts,
            row => attempts.Add(new Attempt(
                attempts.Count + 1,
                row.GetInt64(0),
                row.GetString(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.GetFieldValue<DateTimeOffset>(3),
                row.GetString(4),
                RunRows.Error(row, 5))),
            SqlBatch.P(run.Value));
        batch.AddRows(ReadSteps, row => steps.Add(PostgresRunJournal.Step(row)), SqlBatch.P(run.Value));
        batch.AddRows(FindRun, row => found = rows.Run(row), SqlBatch.Text(tenant.Value), SqlBatch.P(run.Value));
        await batch.RunAsync(database.Reads, cancellationToken);
        return found is null ? null : new RunDetails(found, attempts, steps);
    }

    public async ValueTask<IReadOnlyList<Run>> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var runs = new List<Run>();
        var rows = new RunRows();
        var (sql, parameters) = RunFilterSql.Compose(
            ListRuns,
            query.Filter,
            query.Before,
            SqlBatch.Text(query.Tenant.Value),
            SqlBatch.P(query.Limit),
            SqlBatch.P(query.Offset));
        var left = query.MaxText;
        var batch = new SqlBatch();
        batch.AddQuery(
            sql,
            async (reader, cancelled) =>
            {
                while (left > 0 && await reader.ReadAsync(cancelled))
                {
                    runs.Add(rows.Run(reader));
                    left -= RunQuery.TextOf(runs[^1]);
                }
            },
            parameters);
        await batch.RunAsync(database.Reads, cancellationToken);
        return runs;
    }

    public async ValueTask<RunId?> FindBackAsync(TenantId tenant, Filter? within, RunId? before, int runs, CancellationToken cancellationToken)
    {
        RunId? found = null;
        var (sql, parameters) = RunFilterSql.Compose(FindBack, within, before, SqlBatch.Text(tenant.Value), SqlBatch.P(runs - 1));
        var batch = new SqlBatch();
        batch.AddRows(sql, row => found = new RunId(row.GetGuid(0)), parameters);
        await batch.RunAsync(database.Reads, cancellationToken);
        return found;
    }

    public async ValueTask<long> CountAsync(TenantId tenant, Filter? filter, CancellationToken cancellationToken)
    {
        long count = 0;
        var (sql, parameters) = RunFilterSql.Compose(CountRuns, filter, before: null, SqlBatch.Text(tenant.Value));
        var batch = new SqlBatch();
        batch.AddRows(sql, row => count = row.GetInt64(0), parameters);
        await batch.RunAsync(database.Reads, cancellationToken);
        return count;
    }

    public async ValueTask<RunStatistics> StatisticsAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        long total = 0;
        long successful = 0;
        long failed = 0;
        var byJob = new Dictionary<string, JobStatistics>(StringComparer.Ordinal);
        var batch = new SqlBatch();
        batch.AddRows(
            Statistics,
            row =>
            {
                total += row.GetInt64(1);
                successful += row.GetInt64(2);
                failed += row.GetInt64(3);
                byJob.Add(row.GetString(0), new JobStatistics(row.GetInt64(1), row.GetInt64(3)));
            },
            SqlBatch.Text(tenant.Value));
        await batch.RunAsync(database.Reads, cancellationToken);
        return new RunStatistics(total, successful, failed, byJob);
    }

    public async ValueTask<IReadOnlyList<QueueDepth>> QueueDepthsAsync(TenantId? tenant, CancellationToken cancellationToken)
    {
        var depths = new List<QueueDepth>();
        var batch = new SqlBatch();
        if (tenant is { } one)
        {
            batch.AddRows(QueueDepths, row => Add(row, one, 0), SqlBatch.Text(one.Value));
        }
        else
        {
            batch.AddRows(QueueDepthsOfAll, row => Add(row, TenantId.Parse(row.GetString(0)), 1));
        }

        void Add(Npgsql.NpgsqlDataReader row, TenantId owner, int first) => depths.Add(new QueueDepth(
            new QueueKey(owner, QueueName.Parse(row.GetString(first))),
            row.GetInt64(first + 1),
            row.GetInt64(first + 2),
            row.GetInt64(first + 3),
            RunRows.Instant(row, first + 4)));

        await batch.RunAsync(database.Reads, cancellationToken);
        return depths;
    }

    public async ValueTask<IReadOnlyList<ExecutingRun>> ExecutingSinceAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var runs = new List<ExecutingRun>();
        var batch = new SqlBatch();
        batch.AddRows(
            ExecutingSince,
            row => runs.Add(new ExecutingRun(
                new JobKey(TenantId.Parse(row.GetString(0)), JobName.Parse(row.GetString(1))),
                new RunId(row.GetGuid(2)),
                row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4))),
            SqlBatch.Instant(before),
            SqlBatch.P(limit));
        await batch.RunAsync(database.Reads, cancellationToken);
        return runs;
    }

    public async ValueTask<IReadOnlyList<RunLogLine>> ReadLogAsync(
        TenantId tenant, RunId run, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        var lines = new List<RunLogLine>();
        var batch = new SqlBatch();
        batch.AddRows(
            ReadLog,
            row => lines.Add(new RunLogLine(
                row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetInt32(4))),
            SqlBatch.Text(tenant.Value),
            SqlBatch.P(run.Value),
            SqlBatch.P(afterSequence),
            SqlBatch.P(limit));
        await batch.RunAsync(database.Reads, cancellationToken);
        return lines;
    }

    public async ValueTask<int> PruneAsync(PruneRule rule, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        assertHeld();
        long pruned = 0;
        var batch = new SqlBatch();
        if (rule is { Job: { } counted, KeepNewest: { } keep })
        {
            batch.AddRows(
                PruneRunsByCount,
                row => pruned = row.GetInt64(0),
                SqlBatch.Text(counted.Tenant.Value),
                SqlBatch.Text(counted.Name.Value),
                SqlBatch.P(keep),
                SqlBatch.P(limit));
        }
        else if (rule.Job is { } job)
        {
            batch.AddRows(
                PruneRunsOfJob,
                row => pruned = row.GetInt64(0),
                SqlBatch.Instant(rule.Before),
                SqlBatch.P(rule.Failures),
                SqlBatch.Text(job.Tenant.Value),
                SqlBatch.Text(job.Name.Value),
                SqlBatch.P(limit));
        }
        else
        {
            batch.AddRows(
                PruneRuns,
                row => pruned = row.GetInt64(0),
                SqlBatch.Instant(rule.Before),
                SqlBatch.P(rule.Failures),
                SqlBatch.Texts([.. rule.ExceptJobs?.Select(except => except.Tenant.Value) ?? []]),
                SqlBatch.Texts([.. rule.ExceptJobs?.Select(except => except.Name.Value) ?? []]),
                SqlBatch.P(limit));
        }

        await batch.RunAsync(database.Writes, cancellationToken);
        return (int)pruned;
    }

    public async ValueTask<int> PruneKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        assertHeld();
        long pruned = 0;
        var batch = new SqlBatch();
        batch.AddRows(PruneKeys, row => pruned = row.GetInt64(0), SqlBatch.Instant(now), SqlBatch.P(limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return (int)pruned;
    }
}
