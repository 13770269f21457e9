using Silos.Jobs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Jobs;

internal sealed class SqliteJobStore(SqliteStore store) : IJobStore
{
    public async ValueTask<Job?> FindAsync(JobKey key, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(connection => Find(connection, key), cancellationToken);

    public async ValueTask<IReadOnlyList<Job>> ReadAsync(IReadOnlyList<JobKey> keys, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync<IReadOnlyList<Job>>(
            connection => [.. keys.Distinct().Select(key => Find(connection, key)).OfType<Job>()], cancellationToken);

    public async ValueTask<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.List)
                .Bind(query.Tenant.Value)
                .Bind(query.After?.Value)
                .Bind(query.Search)
                .Bind(query.Source)
                .Bind(query.Tag)
                .Bind(query.Limit)
                .ReadAll(JobRow.Read),
            cancellationToken);

    public async ValueTask<IReadOnlyList<Job>> ListNextAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Next).Bind(tenant.Value).Bind(limit).ReadAll(JobRow.Read), cancellationToken);

    public async ValueTask<IReadOnlyList<Job>> ListTroubledAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Troubled).Bind(tenant.Value).Bind(limit).ReadAll(JobRow.Read), cancellationToken);

    public async ValueTask<IReadOnlyList<TenantId>> ListTenantsAsync(CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Tenants).ReadAll(row => TenantId.Parse(row.Text(0))), cancellationToken);

    public async ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Count).Bind(tenant.Value).ReadFirst(row => row.Int(0)), cancellationToken);

    public async ValueTask<Job?> TrySaveAsync(Job job, string? definedBy, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(connection => Save(connection, job, definedBy), cancellationToken);

    public async ValueTask<IReadOnlyList<Job?>> TrySaveManyAsync(
        IReadOnlyList<Job> jobs, string? definedBy, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<Job?>>(
            connection => [.. jobs.Select(job => Save(connection, job, definedBy))], cancellationToken);

    public async ValueTask<IReadOnlyList<Job>?> TryChangeManyAsync(
        IReadOnlyList<JobKey> keys, Func<IReadOnlyList<Job>, JobChanges?> decide, string? definedBy, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<Job>?>(
            connection =>
            {
                // One writer at a time: what is read here stays as it is until this is written.
                var stored = keys.Distinct().Select(key => Find(connection, key)).OfType<Job>().ToDictionary(job => job.Key);
                if (decide([.. stored.Values]) is not { } changes
                    || changes.Saved.Concat(changes.Deleted).Any(job => (stored.GetValueOrDefault(job.Key)?.Version ?? 0) != job.Version))
                {
                    return null;
                }

                foreach (var job in changes.Deleted)
                {
                    connection.Prepare(SqlText.Jobs.Delete).BindKey(job.Key).Bind(job.Version).Execute();
                }

                return [.. changes.Saved.Select(job => Save(connection, job, definedBy)!)];
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<DefinitionVersion>> ListDefinitionsAsync(
        DefinitionQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Definitions)
                .BindKey(query.Job)
                .Bind(query.Before)
                .Bind(query.Limit)
                .ReadAll(DefinitionRow.Read),
            cancellationToken);

    public async ValueTask<bool> TryDeleteAsync(JobKey key, long version, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Jobs.Delete).BindKey(key).Bind(version).Execute() > 0, cancellationToken);

    public async ValueTask<IReadOnlyList<JobPlanOutcome>> PlanAsync(
        IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync<IReadOnlyList<JobPlanOutcome>>(
            connection => [.. plans.Select(plan => PlanWriter.Write(connection, plan))], cancellationToken);

    public async ValueTask<IReadOnlyList<Job>> ReadDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Due).Bind(until).Bind(limit).ReadAll(JobRow.Read), cancellationToken);

    public async ValueTask<IReadOnlyList<JobAlarm>> ReadAlarmsAsync(
        DateTimeOffset after, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Alarms).Bind(after).Bind(until).Bind(limit).ReadAll(row =>
                new JobAlarm(new JobKey(TenantId.Parse(row.Text(0)), JobName.Parse(row.Text(1))), row.Instant(2))),
            cancellationToken);

    public async ValueTask<IReadOnlyList<Occurrence>> ListOccurrencesAsync(
        OccurrenceQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.Ledger)
                .BindKey(query.Job)
                .Bind(query.Before)
                .Bind(query.Since)
                .Bind(query.Limit)
                .ReadAll(row => new Occurrence(
                    query.Job, row.Instant(0), VerdictText.Read(row.Text(1)), row.Instant(2), row.IdOrNull(3), row.InstantOrNull(4), row.Long(5))),
            cancellationToken);

    public async ValueTask<IReadOnlyList<OccurrenceCount>> CountOccurrencesAsync(
        JobKey job, DateTimeOffset since, DateTimeOffset before, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.LedgerDays).BindKey(job).Bind(since).Bind(before).ReadAll(row =>
                new OccurrenceCount(row.Instant(0), row.Instant(1), VerdictText.Read(row.Text(2)), row.Long(3))),
            cancellationToken);

    public async ValueTask<int> CountLiveRunsAsync(JobKey key, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Jobs.CountLive).BindKey(key).ReadFirst(row => row.Int(0)), cancellationToken);

    public async ValueTask<int> PruneOccurrencesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Jobs.PruneLedger).Bind(before).Bind(limit).Execute(), cancellationToken);

    private static Job? Find(Connection connection, JobKey key) =>
        connection.Prepare(SqlText.Jobs.Find).BindKey(key).ReadFirst(JobRow.Read);

    private static Job? Save(Connection connection, Job job, string? definedBy)
    {
        if (job.Version == 0)
        {
            if (connection.Prepare(SqlText.Jobs.Insert).BindJob(job).Execute() == 0)
            {
                return null;
            }

            if (definedBy is not null)
            {
                DefinitionRow.Write(connection, job, definedBy);
            }

            return Find(connection, job.Key);
        }

        if (definedBy is not null)
        {
            // Before the job's row, which has what was.
            DefinitionRow.Keep(connection, job);
            DefinitionRow.Write(connection, job, definedBy);
        }

        return connection.Prepare(SqlText.Jobs.Update).BindJob(job).Bind(job.Version).Execute() > 0 ? Find(connection, job.Key) : null;
    }
}
