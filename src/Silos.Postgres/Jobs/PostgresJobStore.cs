using Npgsql;
using Silos.Jobs;
using Silos.Postgres.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Jobs;

/// <summary>Jobs and their ledger.</summary>
internal sealed partial class PostgresJobStore(Database database, Action assertHeld) : IJobStore
{
    private static readonly string ReadJobs = SqlText.Get("Jobs/read_jobs");
    private static readonly string ListJobs = SqlText.Get("Jobs/list_jobs");
    private static readonly string CountJobs = SqlText.Get("Jobs/count_jobs");
    private static readonly string ListTenants = SqlText.Get("Jobs/list_tenants");
    private static readonly string InsertJobs = SqlText.Get("Jobs/insert_jobs");
    private static readonly string InsertDefinitions = SqlText.Get("Jobs/insert_definitions");
    private static readonly string UpdateJobs = SqlText.Get("Jobs/update_jobs");
    private static readonly string ListDefinitions = SqlText.Get("Jobs/list_definitions");
    private static readonly string DeleteJob = SqlText.Get("Jobs/delete_job");
    private static readonly string ReadDue = SqlText.Get("Jobs/read_due");
    private static readonly string ReadAlarms = SqlText.Get("Jobs/read_alarms");
    private static readonly string ListOccurrences = SqlText.Get("Jobs/list_occurrences");
    private static readonly string CountLiveRuns = SqlText.Get("Jobs/count_live_runs");
    private static readonly string PruneOccurrences = SqlText.Get("Jobs/prune_occurrences");

    private readonly PlanWriter _plans = new(database);

    public async ValueTask<Job?> FindAsync(JobKey key, CancellationToken cancellationToken) =>
        await ReadAsync([key], cancellationToken) is [var job] ? job : null;

    public ValueTask<IReadOnlyList<Job>> ReadAsync(IReadOnlyList<JobKey> keys, CancellationToken cancellationToken)
    {
        var distinct = keys.Distinct().ToList();
        return JobsAsync(
            database.Writes,
            ReadJobs,
            [
                SqlBatch.Texts([.. distinct.Select(key => key.Tenant.Value)]),
                SqlBatch.Texts([.. distinct.Select(key => key.Name.Value)]),
            ],
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return JobsAsync(
            database.Reads,
            ListJobs,
            [
                SqlBatch.Text(query.Tenant.Value),
                SqlBatch.Text(query.After?.Value ?? string.Empty),
                SqlBatch.Text(Text.Clean(query.Search)),
                SqlBatch.Text(Text.Clean(query.Source)),
                SqlBatch.Text(Text.Clean(query.Tag)),
                SqlBatch.P(query.Limit),
            ],
            cancellationToken);
    }

    public async ValueTask<IReadOnlyList<TenantId>> ListTenantsAsync(CancellationToken cancellationToken)
    {
        var tenants = new List<TenantId>();
        var batch = new SqlBatch();
        batch.AddRows(ListTenants, row => tenants.Add(TenantId.Parse(row.GetString(0))));
        await batch.RunAsync(database.Reads, cancellationToken);
        return tenants;
    }

    public async ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var count = 0;
        var batch = new SqlBatch();
        batch.AddRows(CountJobs, row => count = row.GetInt32(0), SqlBatch.Text(tenant.Value));
        await batch.RunAsync(database.Reads, cancellationToken);
        return count;
    }

    public async ValueTask<Job?> TrySaveAsync(Job job, string? definedBy, CancellationToken cancellationToken) =>
        (await TrySaveManyAsync([job], definedBy, cancellationToken))[0];

    public async ValueTask<IReadOnlyList<Job?>> TrySaveManyAsync(
        IReadOnlyList<Job> jobs, string? definedBy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        assertHeld();

        // In the order of the keys, in which all writers lock them; of several saves of one job the first counts.
        var ordered = jobs.DistinctBy(job => job.Key)
            .OrderBy(job => job.Key.Tenant.Value, StringComparer.Ordinal)
            .ThenBy(job => job.Key.Name.Value, StringComparer.Ordinal)
            .ToList();
        var saved = new Dictionary<JobKey, Job>();
        var batch = new SqlBatch();
        AddInserts(batch, ordered.FindAll(job => job.Version == 0), definedBy, saved);
        AddUpdates(batch, ordered.FindAll(job => job.Version > 0), definedBy, saved);
        if (batch.Count > 0)
        {
            await batch.RunAsync(database.Writes, cancellationToken);
        }

        return [.. jobs.Select(job => saved.Remove(job.Key, out var stored) ? stored : null)];
    }

    public async ValueTask<IReadOnlyList<DefinitionVersion>> ListDefinitionsAsync(
        DefinitionQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var definitions = new List<DefinitionVersion>();
        var batch = new SqlBatch();
        batch.AddRows(
            ListDefinitions,
            row => definitions.Add(JobRows.ReadDefinition(row)),
            SqlBatch.Text(query.Job.Tenant.Value),
            SqlBatch.Text(query.Job.Name.Value),
            SqlBatch.P(query.Before ?? long.MaxValue),
            SqlBatch.P(query.Limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return definitions;
    }

    public async ValueTask<bool> TryDeleteAsync(JobKey key, long version, CancellationToken cancellationToken)
    {
        assertHeld();
        long deleted = 0;
        var batch = new SqlBatch();
        batch.AddRows(
            DeleteJob,
            row => deleted = row.GetInt64(0),
            SqlBatch.Text(key.Tenant.Value),
            SqlBatch.Text(key.Name.Value),
            SqlBatch.P(version));
        await batch.RunAsync(database.Writes, cancellationToken);
        return deleted > 0;
    }

    public ValueTask<IReadOnlyList<JobPlanOutcome>> PlanAsync(
        IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plans);
        assertHeld();
        return _plans.WriteAsync(plans, cancellationToken);
    }

    public ValueTask<IReadOnlyList<Job>> ReadDueAsync(
        DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        JobsAsync(database.Writes, ReadDue, [SqlBatch.Instant(until), SqlBatch.P(limit)], cancellationToken);

    public async ValueTask<IReadOnlyList<JobAlarm>> ReadAlarmsAsync(
        DateTimeOffset after, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var alarms = new List<JobAlarm>();
        var batch = new SqlBatch();
        batch.AddRows(
            ReadAlarms,
            row => alarms.Add(new JobAlarm(
                new JobKey(TenantId.Parse(row.GetString(0)), JobName.Parse(row.GetString(1))),
                row.GetFieldValue<DateTimeOffset>(2))),
            SqlBatch.Instant(after),
            SqlBatch.Instant(until),
            SqlBatch.P(limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return alarms;
    }

    public async ValueTask<IReadOnlyList<Occurrence>> ListOccurrencesAsync(
        OccurrenceQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var occurrences = new List<Occurrence>();
        var batch = new SqlBatch();
        batch.AddRows(
            ListOccurrences,
            row => occurrences.Add(new Occurrence(
                query.Job,
                row.GetFieldValue<DateTimeOffset>(0),
                (Verdict)row.GetInt16(1),
                row.GetFieldValue<DateTimeOffset>(2),
                row.IsDBNull(3) ? null : new RunId(row.GetGuid(3)),
                RunRows.Instant(row, 4),
                row.GetInt64(5))),
            SqlBatch.Text(query.Job.Tenant.Value),
            SqlBatch.Text(query.Job.Name.Value),
            SqlBatch.Instant(query.Before ?? DateTimeOffset.MaxValue),
            SqlBatch.Instant(query.Since ?? DateTimeOffset.MinValue),
            SqlBatch.P(query.Limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return occurrences;
    }

    public async ValueTask<int> CountLiveRunsAsync(JobKey key, CancellationToken cancellationToken)
    {
        var count = 0;
        var batch = new SqlBatch();
        batch.AddRows(
            CountLiveRuns,
            row => count = row.GetInt32(1),
            SqlBatch.Texts([key.Tenant.Value]),
            SqlBatch.Texts([key.Name.Value]));
        await batch.RunAsync(database.Writes, cancellationToken);
        return count;
    }

    public async ValueTask<int> PruneOccurrencesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        assertHeld();
        var count = 0;
        var batch = new SqlBatch();
        batch.AddRows(PruneOccurrences, row => count = row.GetInt32(0), SqlBatch.Instant(before), SqlBatch.P(limit));
        await batch.RunAsync(database.Reads, cancellationToken);
        return count;
    }

    private static void AddInserts(SqlBatch batch, List<Job> jobs, string? definedBy, Dictionary<JobKey, Job> saved)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        var given = jobs.ToDictionary(job => job.Key.ToString(), StringComparer.Ordinal);
        batch.AddRows(
            InsertJobs,
            row =>
            {
                var job = JobRows.Read(row, given[$"{row.GetString(0)}/{row.GetString(1)}"].Definition);
                saved.Add(job.Key, job);
            },
            JobRows.Columns(jobs));
        batch.Add(
            InsertDefinitions,
            SqlBatch.Texts([.. jobs.Select(job => job.Key.Tenant.Value)]),
            SqlBatch.Texts([.. jobs.Select(job => job.Key.Name.Value)]),
            JobRows.Definitions(jobs),
            SqlBatch.Text(Text.Clean(definedBy)),
            SqlBatch.Instants([.. jobs.Select(job => job.UpdatedAt)]),
            SqlBatch.Texts([.. jobs.Select(job => Text.Clean(job.Source))]),
            SqlBatch.Texts([.. jobs.Select(job => Text.Clean(job.DeploymentVersion))]));
    }

    private static void AddUpdates(SqlBatch batch, List<Job> jobs, string? definedBy, Dictionary<JobKey, Job> saved)
    {
        if (jobs.Count > 0)
        {
            batch.AddRows(
                UpdateJobs,
                row =>
                {
                    var job = JobRows.Read(row);
                    saved.Add(job.Key, job);
                },
                [
                    .. JobRows.Columns(jobs),
                    JobRows.Definitions(jobs),
                    SqlBatch.Text(Text.Clean(definedBy)),
                    SqlBatch.P(DefinitionVersion.Kept),
                ]);
        }
    }

    private static async ValueTask<IReadOnlyList<Job>> JobsAsync(
        NpgsqlDataSource source, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        var batch = new SqlBatch();
        batch.AddRows(sql, row => jobs.Add(JobRows.Read(row)), parameters);
        await batch.RunAsync(source, cancellationToken);
        return jobs;
    }
}
