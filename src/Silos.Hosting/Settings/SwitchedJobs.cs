using Silos.Engine;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Hosting;

/// <summary>
/// Jobs that somebody registered over HTTP and the environment switches off: their definition is not ours to change, so they
/// are paused with the variable as the reason, and resumed by the first start without it.
/// </summary>
internal sealed class SwitchedJobs(ISilosClient client, JobSwitches switches) : IJobSource
{
    private const int Page = 500;
    private const string Source = "api";

    /// <inheritdoc/>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        JobName? after = null;
        while (true)
        {
            var page = await client.ListAsync(new JobQuery(TenantId.Default, after, Page) { Source = Source }, cancellationToken);
            foreach (var view in page)
            {
                await SwitchAsync(view.Job, cancellationToken);
            }

            if (page.Count < Page)
            {
                return;
            }

            after = page[^1].Job.Key.Name;
        }
    }

    private async Task SwitchAsync(Job job, CancellationToken cancellationToken)
    {
        var reason = switches.OffBecause(job.Key.Name);
        if (reason is not null && job.Pause is null)
        {
            await client.PauseAsync(job.Key, Pause.ByEnvironment, reason, cancellationToken);
        }
        else if (reason is null && job.Pause?.By == Pause.ByEnvironment)
        {
            await client.ResumeAsync(job.Key, Pause.ByEnvironment, null, cancellationToken);
        }
    }
}
