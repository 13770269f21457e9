using Silos.Jobs;
using Silos.Stores;

namespace Silos.Testing;

/// <content>What pages ask for.</content>
internal sealed partial class InMemoryJobs
{
    public ValueTask<IReadOnlyList<Job>> ListNextAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>>(
            "jobs.list_next",
            db =>
            [
                .. db.Jobs.Values
                    .Where(job => job.Key.Tenant == tenant && job.IsActive && job.NextDue is not null)
                    .OrderBy(job => job.NextDue).ThenBy(job => job.Key.Name)
                    .Take(limit),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<Job>> ListTroubledAsync(TenantId tenant, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>>(
            "jobs.list_troubled",
            db =>
            [
                .. db.Jobs.Values
                    .Where(job => job.Key.Tenant == tenant && (job.ConsecutiveFailures > 0 || job.Pause is not null))
                    .OrderByDescending(job => job.ConsecutiveFailures).ThenBy(job => job.Key.Name)
                    .Take(limit),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<OccurrenceCount>> CountOccurrencesAsync(
        JobKey job, DateTimeOffset since, DateTimeOffset before, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<OccurrenceCount>>(
            "jobs.count_occurrences",
            db =>
            [
                .. LedgerOf(db, job).Values
                    .Where(row => row.DueAt >= since && row.DueAt < before)
                    .GroupBy(row => (Day: DayOf(row.DueAt), LastDay: DayOf(row.Until ?? row.DueAt), row.Verdict))
                    .OrderBy(group => group.Key.Day)
                    .Select(group => new OccurrenceCount(group.Key.Day, group.Key.LastDay, group.Key.Verdict, group.Sum(row => row.Count))),
            ],
            cancellationToken);

    private static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);
}
