using Microsoft.AspNetCore.Http;
using Silos.Jobs;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>What the page about the changes of one job shows.</summary>
/// <param name="Job">The job.</param>
/// <param name="History">The definitions that it has and had, latest first.</param>
/// <param name="First">Whether this is the first page.</param>
internal sealed record ChangesPage(Job Job, JobHistoryPage History, bool First);

/// <summary>Reads the page about the changes of one job.</summary>
internal sealed class ChangesReader(ISilosClient client, JobHistory history)
{
    private const int Size = 20;

    public async Task<object> ReadAsync(HttpContext context, Frame frame)
    {
        var key = JobEndpoints.KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var before = query.Long("before");
        query.Close();
        var view = await client.GetAsync(key, context.RequestAborted);
        return new ChangesPage(view.Job, await history.ReadAsync(key, before, Size, context.RequestAborted), before is null);
    }
}
