using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Jobs with what is going on, in as few queries as there are pages.</summary>
internal sealed partial class EngineClient
{
    private const int MostLive = 5_000;
    private const int MostNames = 100;

    private async Task<IReadOnlyList<JobView>> ViewsAsync(IReadOnlyList<Job> rows, CancellationToken cancellationToken)
    {
        var views = new List<JobView>(rows.Count);
        foreach (var page in rows.Chunk(MostNames))
        {
            views.AddRange(await GuardAsync(() => PageAsync(page, cancellationToken)));
        }

        return views;
    }

    private async Task<IEnumerable<JobView>> PageAsync(Job[] page, CancellationToken cancellationToken)
    {
        var tenant = page[0].Key.Tenant;
        var live = await store.Reader.ListAsync(
            new RunQuery(tenant, LiveRuns([.. page.Select(job => job.Key.Name.Value)]), Limit: MostLive), cancellationToken);
        if (live.Count == MostLive)
        {
            return await CountedAsync(page, cancellationToken);
        }

        var byJob = live.ToLookup(run => run.Job);
        return page.Select(job => new JobView(
            job, byJob[job.Key.Name].Count(), byJob[job.Key.Name].Count(run => run.State == RunState.Running)));
    }

    /// <summary>Counts job by job, where too many runs are live to list them.</summary>
    private async Task<IEnumerable<JobView>> CountedAsync(Job[] page, CancellationToken cancellationToken)
    {
        var views = new List<JobView>(page.Length);
        foreach (var job in page)
        {
            var live = await store.Jobs.CountLiveRunsAsync(job.Key, cancellationToken);
            var running = live == 0
                ? 0
                : await store.Reader.CountAsync(
                    job.Key.Tenant,
                    new FilterGroup(All: true, [Equal("job", job.Key.Name.Value), Equal("state", RunState.Running)]),
                    cancellationToken);
            views.Add(new JobView(job, live, (int)running));
        }

        return views;
    }

    private static FilterGroup LiveRuns(IReadOnlyList<object> names) => new(
        All: true,
        [
            new FilterCondition("job", FilterOperator.In, names),
            new FilterCondition("state", FilterOperator.In, [RunState.Scheduled, RunState.Queued, RunState.Running]),
        ]);

    private static FilterCondition Equal(string field, object value) => new(field, FilterOperator.Equal, [value]);
}
