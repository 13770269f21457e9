using Silos.Jobs;
using Silos.Stores;

namespace Silos.Postgres.Jobs;

/// <content>What pages ask for.</content>
internal sealed partial class PostgresJobStore
{
    private static readonly string ListNext = SqlText.Get("Jobs/list_next");
    private static readonly string ListTroubled = SqlText.Get("Jobs/list_troubled");
    private static readonly string CountOccurrences = SqlText.Get("Jobs/count_occurrences");

    public ValueTask<IReadOnlyList<Job>> ListNextAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        JobsAsync(database.Reads, ListNext, [SqlBatch.Text(tenant.Value), SqlBatch.P(limit)], cancellationToken);

    public ValueTask<IReadOnlyList<Job>> ListTroubledAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        JobsAsync(database.Reads, ListTroubled, [SqlBatch.Text(tenant.Value), SqlBatch.P(limit)], cancellationToken);

    public async ValueTask<IReadOnlyList<OccurrenceCount>> CountOccurrencesAsync(
        JobKey job, DateTimeOffset since, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var counts = new List<OccurrenceCount>();
        var batch = new SqlBatch();
        batch.AddRows(
            CountOccurrences,
            row => counts.Add(new OccurrenceCount(
                row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1), (Verdict)row.GetInt16(2), row.GetInt64(3))),
            SqlBatch.Text(job.Tenant.Value),
            SqlBatch.Text(job.Name.Value),
            SqlBatch.Instant(since),
            SqlBatch.Instant(before));
        await batch.RunAsync(database.Reads, cancellationToken);
        return counts;
    }
}
