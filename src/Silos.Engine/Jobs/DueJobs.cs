using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Decides whatever is due: reads rows in pages, plans each page in memory, writes it in one go while the next is read.</summary>
internal sealed class DueJobs(
    ISilosStore store, JobPlanner planner, PlanWriter writer, PlanReport report, PauseBoard pauses, TimeProvider clock)
{
    private const int Page = 2_000;

    /// <summary>Decides until nothing is due; returns how many plans were written.</summary>
    public async Task<int> DecideAsync(CancellationToken cancellationToken)
    {
        var written = 0;
        var underWay = new HashSet<JobKey>();
        var writing = Task.FromResult(0);
        while (pauses.All is null)
        {
            // Rows whose plan is being written are still due in the store, so so many more are read and left out.
            var now = clock.Now();
            var rows = await store.Jobs.ReadDueAsync(now, Page + underWay.Count, cancellationToken);
            var plans = await PlanAsync(rows.Where(row => !underWay.Contains(row.Key)), now, cancellationToken);
            var applied = await writing;
            written += applied;
            var progress = applied > 0;
            underWay.Clear();
            if (plans.Count == 0)
            {
                if (!progress)
                {
                    break;
                }

                writing = Task.FromResult(0);
                continue;
            }

            underWay.UnionWith(plans.Select(plan => plan.Job.Key));
            writing = WriteAsync(plans, cancellationToken);
            if (rows.Count >= Page)
            {
                continue;
            }

            // Nothing waits behind this page but what it leaves over itself.
            applied = await writing;
            written += applied;
            writing = Task.FromResult(0);
            underWay.Clear();
            if (applied == 0 || (applied == plans.Count && !plans.Exists(plan => plan.HasMore)))
            {
                break;
            }
        }

        await writing;
        return written;
    }

    /// <summary>Looks at all jobs of a tenant whose pause has ended: while it lasted they were taken out of what is due.</summary>
    public async Task RearmAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        JobName? after = null;
        while (true)
        {
            var page = await store.Jobs.ListAsync(new JobQuery(tenant, after, Page), cancellationToken);
            var plans = await PlanAsync(page.Where(job => job.IsActive), clock.Now(), cancellationToken);
            plans.RemoveAll(plan => !plan.IsWorthWriting);
            await WriteAsync(plans, cancellationToken);
            if (page.Count < Page)
            {
                break;
            }

            after = page[^1].Key.Name;
        }

        await pauses.FinishAsync(tenant, cancellationToken);
    }

    private async Task<List<PlannedJob>> PlanAsync(IEnumerable<Job> rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var plans = new List<PlannedJob>();
        foreach (var row in rows)
        {
            plans.Add(await planner.DecideAsync(row, now, cancellationToken));
        }

        return plans;
    }

    /// <summary>Writes a page. A job that somebody else changed meanwhile is read again in the next round.</summary>
    private async Task<int> WriteAsync(List<PlannedJob> plans, CancellationToken cancellationToken)
    {
        if (plans.Count == 0)
        {
            return 0;
        }

        var outcomes = await writer.WritePageAsync(plans.ConvertAll(plan => plan.Plan), cancellationToken);
        var applied = 0;
        for (var i = 0; i < plans.Count; i++)
        {
            if (outcomes[i].Applied)
            {
                applied++;
                report.Planned(plans[i], outcomes[i]);
            }
        }

        return applied;
    }
}
