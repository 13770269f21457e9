using System.Text.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Runs;

internal sealed class SqliteRunReader(SqliteStore store) : IRunReader
{
    public async ValueTask<RunDetails?> FindAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Reader.Find).Bind(run).Bind(tenant.Value).ReadFirst(RunRow.ReadRun) is { } found
                ? new RunDetails(found, ReadAttempts(connection, tenant, run), SqliteRunJournal.ReadSteps(connection, run))
                : null,
            cancellationToken);

    public async ValueTask<IReadOnlyList<Run>> ListAsync(RunQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection =>
            {
                var (sql, values) = FilterSql.Compose(SqlText.Reader.List, query.Filter, firstParameter: 5);
                using var statement = connection.PrepareOnce(sql);
                statement.Bind(query.Tenant.Value).Bind(query.Before).Bind(query.Limit).Bind(query.Offset);
                var left = query.MaxText;
                return FilterSql.Bind(statement, values).ReadUntil(RunRow.ReadRun, run => (left -= RunQuery.TextOf(run)) <= 0);
            },
            cancellationToken);

    public async ValueTask<RunId?> FindBackAsync(TenantId tenant, Filter? within, RunId? before, int runs, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection =>
            {
                var (sql, values) = FilterSql.Compose(SqlText.Reader.FindBack, within, firstParameter: 4);
                using var statement = connection.PrepareOnce(sql);
                return FilterSql.Bind(statement.Bind(tenant.Value).Bind(before).Bind(runs - 1), values).ReadFirst(row => row.IdOrNull(0));
            },
            cancellationToken);

    public async ValueTask<long> CountAsync(TenantId tenant, Filter? filter, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection =>
            {
                var (sql, values) = FilterSql.Compose(SqlText.Reader.Count, filter, firstParameter: 2);
                using var statement = connection.PrepareOnce(sql);
                return FilterSql.Bind(statement.Bind(tenant.Value), values).ReadFirst(row => row.Long(0));
            },
            cancellationToken);

    public async ValueTask<RunStatistics> StatisticsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection =>
            {
                var counts = connection.Prepare(SqlText.Reader.Statistics).Bind(tenant.Value)
                    .ReadAll(row => (Label: row.Text(0), State: row.Text(1), Count: row.Long(2)));
                return new RunStatistics(
                    counts.Sum(row => row.Count),
                    counts.Where(row => row.State == RunState.Completed.ToText() || row.State == RunState.Skipped.ToText()).Sum(row => row.Count),
                    counts.Where(row => IsFailure(row.State)).Sum(row => row.Count),
                    counts.GroupBy(row => row.Label, StringComparer.Ordinal).ToDictionary(
                        group => group.Key,
                        group => new JobStatistics(group.Sum(row => row.Count), group.Where(row => IsFailure(row.State)).Sum(row => row.Count)),
                        StringComparer.Ordinal));
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<QueueDepth>> QueueDepthsAsync(TenantId? tenant, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => tenant is { } one
                ? connection.Prepare(SqlText.Reader.Depths).Bind(one.Value).ReadAll(row => new QueueDepth(
                    new QueueKey(one, QueueName.Parse(row.Text(0))), row.Long(1), row.Long(2), row.Long(3), row.InstantOrNull(4)))
                : connection.Prepare(SqlText.Reader.DepthsOfAll).ReadAll(row => new QueueDepth(
                    new QueueKey(TenantId.Parse(row.Text(0)), QueueName.Parse(row.Text(1))), row.Long(2), row.Long(3), row.Long(4), row.InstantOrNull(5))),
            cancellationToken);

    public async ValueTask<IReadOnlyList<ExecutingRun>> ExecutingSinceAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Reader.ExecutingSince).Bind(before).Bind(limit).ReadAll(row => new ExecutingRun(
                new JobKey(TenantId.Parse(row.Text(0)), JobName.Parse(row.Text(1))), row.Id(2), row.Instant(3), row.Instant(4))),
            cancellationToken);

    public async ValueTask<IReadOnlyList<RunLogLine>> ReadLogAsync(
        TenantId tenant, RunId run, long afterSequence, int limit, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Reader.Log).Bind(run).Bind(tenant.Value).Bind(afterSequence).Bind(limit)
                .ReadAll(row => new RunLogLine(row.Long(0), row.Instant(1), row.Text(2), row.Text(3), row.Int(4))),
            cancellationToken);

    public async ValueTask<int> PruneAsync(PruneRule rule, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection =>
            {
                var doomed = Doomed(connection, rule, limit);
                var counts = new Dictionary<(string Tenant, string Label, string State), int>();
                foreach (var (tenant, run) in doomed)
                {
                    var key = connection.Prepare(SqlText.Reader.Delete).Bind(tenant).Bind(run).ReadFirst(row => (tenant, row.Text(0), row.Text(1)));
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                    CommitWriter.DeleteBelongings(connection, run);
                }

                foreach (var ((tenant, label, state), count) in counts)
                {
                    connection.Prepare(SqlText.Runs.UncountEnd).Bind(tenant).Bind(label).Bind(state).Bind(count).Execute();
                }

                return doomed.Count;
            },
            cancellationToken);

    public async ValueTask<int> PruneKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Runs.PruneKeys).Bind(now).Bind(limit).Execute(), cancellationToken);

    private static List<(string Tenant, RunId Run)> Doomed(Connection connection, PruneRule rule, int limit) => rule is { KeepNewest: { } keep, Job: { } job }
        ? connection.Prepare(SqlText.Reader.Surplus)
            .Bind(job.Tenant.Value).Bind(job.Name.Value).Bind(keep).Bind(limit)
            .ReadAll(row => (row.Text(0), row.Id(1)))
        : connection.Prepare(SqlText.Reader.Expired)
            .Bind(rule.Before)
            .Bind(rule.Failures)
            .Bind(rule.Job?.Tenant.Value)
            .Bind(rule.Job?.Name.Value)
            .Bind(JsonSerializer.Serialize((rule.ExceptJobs ?? []).Select(kept => new[] { kept.Tenant.Value, kept.Name.Value })))
            .Bind(limit)
            .ReadAll(row => (row.Text(0), row.Id(1)));

    private static List<Attempt> ReadAttempts(Connection connection, TenantId tenant, RunId run) =>
        connection.Prepare(SqlText.Reader.Attempts).Bind(run).Bind(tenant.Value).ReadAll(row => new Attempt(
            row.Int(0), row.Long(1), row.Text(2), row.Instant(3), row.Instant(4), row.Text(5), RunRow.ReadError(row, 6)));

    private static bool IsFailure(string state) => state is "failed" or "dead" or "cancelled";
}
