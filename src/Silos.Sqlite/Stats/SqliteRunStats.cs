using System.Text.Json;
using Silos.Jobs;
using Silos.Runs;
using Silos.Sqlite.Runs;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Stats;

internal sealed class SqliteRunStats(SqliteStore store) : IRunStats
{
    public async ValueTask AddAsync(IReadOnlyList<RunTally> tallies, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection =>
            {
                foreach (var tally in tallies)
                {
                    // There is one writer, so nothing changes between reading and writing.
                    var before = connection.Prepare(SqlText.Stats.Find).Bind(tally.Tenant.Value).Bind(tally.Minute)
                        .ReadFirst(row => Read(tally.Tenant, row));
                    Save(connection, before?.Plus(tally) ?? tally);
                }

                return true;
            },
            cancellationToken);

    public async ValueTask<IReadOnlyList<RunTally>> ReadAsync(
        TenantId tenant, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Stats.Read).Bind(tenant.Value).Bind(since).Bind(until).ReadAll(row => Read(tenant, row)),
            cancellationToken);

    public async ValueTask<IReadOnlyList<RunPoint>> RecentAsync(
        TenantId tenant, IReadOnlyList<JobName> jobs, int each, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => jobs.SelectMany(job => connection.Prepare(SqlText.Stats.Recent)
                .Bind(tenant.Value).Bind(job.Value).Bind(each)
                .ReadAll(row => new RunPoint(job, row.Id(0), StateText.Read(row.Text(1)), row.InstantOrNull(2), row.Instant(3)))).ToList(),
            cancellationToken);

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Stats.Prune).Bind(before).Bind(limit).Execute(), cancellationToken);

    private static void Save(Connection connection, RunTally tally) => connection.Prepare(SqlText.Stats.Save)
        .Bind(tally.Tenant.Value)
        .Bind(tally.Minute)
        .Bind(tally.Completed)
        .Bind(tally.Failed)
        .Bind(tally.Cancelled)
        .Bind(tally.Skipped)
        .Bind(JsonSerializer.Serialize(tally.Lateness.Counts))
        .Bind(JsonSerializer.Serialize(tally.Durations.Counts))
        .Execute();

    private static RunTally Read(TenantId tenant, Statement row) => new()
    {
        Tenant = tenant,
        Minute = row.Instant(0),
        Completed = row.Long(1),
        Failed = row.Long(2),
        Cancelled = row.Long(3),
        Skipped = row.Long(4),
        Lateness = Histogram(row.Text(5)),
        Durations = Histogram(row.Text(6)),
    };

    private static DurationHistogram Histogram(string json) => DurationHistogram.FromCounts(JsonSerializer.Deserialize<long[]>(json)!);
}
