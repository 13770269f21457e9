using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Jobs;

/// <summary>The runs of a job that have not ended.</summary>
internal static class LiveRuns
{
    private const int Page = 500;

    /// <summary>Cancels them; returns how many there were.</summary>
    /// <exception cref="NotFoundException">There is no such job.</exception>
    public static async Task<int> CancelAsync(ISilosClient client, JobKey job, CancelRequest request, CancellationToken cancellationToken)
    {
        await client.GetAsync(job, cancellationToken);
        var live = new FilterGroup(
            All: true,
            [
                new FilterCondition("job", FilterOperator.Equal, [job.Name.Value]),
                new FilterCondition("state", FilterOperator.In, [RunState.Scheduled, RunState.Queued, RunState.Running]),
            ]);
        var cancelled = 0;
        RunId? before = null;
        while (true)
        {
            var page = await client.ListRunsAsync(new RunQuery(job.Tenant, live, before, Page), cancellationToken);
            foreach (var run in page)
            {
                cancelled += await client.CancelAsync(job.Tenant, run.Id, request, cancellationToken) ? 1 : 0;
            }

            if (page.Count < Page)
            {
                return cancelled;
            }

            before = page[^1].Id;
        }
    }
}
