using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryStats(InMemoryStore store) : IRunStats
{
    public async ValueTask AddAsync(IReadOnlyList<RunTally> tallies, CancellationToken cancellationToken) =>
        await store.DoAsync(
            "stats.add",
            db =>
            {
                foreach (var tally in tallies)
                {
                    var key = (tally.Tenant, tally.Minute);
                    db.Tallies[key] = db.Tallies.TryGetValue(key, out var before) ? before.Plus(tally) : tally;
                }

                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<RunTally>> ReadAsync(
        TenantId tenant, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<RunTally>>(
            "stats.read",
            db =>
            [
                .. db.Tallies.Values
                    .Where(tally => tally.Tenant == tenant && tally.Minute >= since && tally.Minute < until)
                    .OrderBy(tally => tally.Minute),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<RunPoint>> RecentAsync(
        TenantId tenant, IReadOnlyList<JobName> jobs, int each, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<RunPoint>>(
            "stats.recent",
            db =>
            [
                .. db.Finished.Values.Select(row => row.Run)
                    .Where(run => run.Tenant == tenant && run.Job is { } job && jobs.Contains(job))
                    .GroupBy(run => run.Job!.Value)
                    .SelectMany(runs => runs.OrderByDescending(run => run.Id).Take(each))
                    .Select(run => new RunPoint(run.Job!.Value, run.Id, run.State, run.StartedAt, run.EndedAt!.Value)),
            ],
            cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        store.DoAsync(
            "stats.prune",
            db =>
            {
                var old = db.Tallies.Keys.Where(key => key.Minute < before).OrderBy(key => key.Minute).Take(limit).ToList();
                old.ForEach(key => db.Tallies.Remove(key));
                return old.Count;
            },
            cancellationToken);
}
