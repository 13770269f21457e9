using System.Globalization;
using Npgsql;
using Silos.Jobs;
using Silos.Postgres.Runs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Postgres.Stats;

/// <summary>Numbers about runs over time.</summary>
internal sealed class PostgresRunStats(Database database, Action assertHeld) : IRunStats
{
    private static readonly string AddTallies = SqlText.Get("Stats/add_tallies");
    private static readonly string ReadTallies = SqlText.Get("Stats/read_tallies");
    private static readonly string RecentRuns = SqlText.Get("Stats/recent_runs");
    private static readonly string PruneTallies = SqlText.Get("Stats/prune_tallies");

    public async ValueTask AddAsync(IReadOnlyList<RunTally> tallies, CancellationToken cancellationToken)
    {
        assertHeld();
        var sorted = tallies.OrderBy(tally => tally.Tenant.Value, StringComparer.Ordinal).ThenBy(tally => tally.Minute).ToList();
        var batch = new SqlBatch();
        batch.Add(
            AddTallies,
            SqlBatch.Texts([.. sorted.Select(tally => tally.Tenant.Value)]),
            SqlBatch.Instants([.. sorted.Select(tally => tally.Minute)]),
            SqlBatch.P<long[]>([.. sorted.Select(tally => tally.Completed)]),
            SqlBatch.P<long[]>([.. sorted.Select(tally => tally.Failed)]),
            SqlBatch.P<long[]>([.. sorted.Select(tally => tally.Cancelled)]),
            SqlBatch.P<long[]>([.. sorted.Select(tally => tally.Skipped)]),
            SqlBatch.Texts([.. sorted.Select(tally => ArrayText(tally.Lateness))]),
            SqlBatch.Texts([.. sorted.Select(tally => ArrayText(tally.Durations))]));
        await batch.RunAsync(database.Writes, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<RunTally>> ReadAsync(
        TenantId tenant, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var tallies = new List<RunTally>();
        var batch = new SqlBatch();
        batch.AddRows(
            ReadTallies,
            row => tallies.Add(Read(tenant, row)),
            SqlBatch.Text(tenant.Value),
            SqlBatch.Instant(since),
            SqlBatch.Instant(until));
        await batch.RunAsync(database.Reads, cancellationToken);
        return tallies;
    }

    public async ValueTask<IReadOnlyList<RunPoint>> RecentAsync(
        TenantId tenant, IReadOnlyList<JobName> jobs, int each, CancellationToken cancellationToken)
    {
        var points = new List<RunPoint>();
        var batch = new SqlBatch();
        batch.AddRows(
            RecentRuns,
            row => points.Add(new RunPoint(
                JobName.Parse(row.GetString(0)),
                new RunId(row.GetGuid(1)),
                (RunState)row.GetInt16(2),
                RunRows.Instant(row, 3),
                row.GetFieldValue<DateTimeOffset>(4))),
            SqlBatch.Text(tenant.Value),
            SqlBatch.P<string[]>([.. jobs.Select(job => job.Value)]),
            SqlBatch.P(each));
        await batch.RunAsync(database.Reads, cancellationToken);
        return points;
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        assertHeld();
        long pruned = 0;
        var batch = new SqlBatch();
        batch.AddRows(PruneTallies, row => pruned = row.GetInt64(0), SqlBatch.Instant(before), SqlBatch.P(limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return (int)pruned;
    }

    private static RunTally Read(TenantId tenant, NpgsqlDataReader row) => new()
    {
        Tenant = tenant,
        Minute = row.GetFieldValue<DateTimeOffset>(0),
        Completed = row.GetInt64(1),
        Failed = row.GetInt64(2),
        Cancelled = row.GetInt64(3),
        Skipped = row.GetInt64(4),
        Lateness = DurationHistogram.FromCounts(row.GetFieldValue<long[]>(5)),
        Durations = DurationHistogram.FromCounts(row.GetFieldValue<long[]>(6)),
    };

    private static string ArrayText(DurationHistogram histogram) =>
        $"{{{string.Join(',', histogram.Counts.Select(count => count.ToString(CultureInfo.InvariantCulture)))}}}";
}
