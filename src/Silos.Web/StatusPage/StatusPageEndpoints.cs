using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Silos.Jobs;
using Silos.Keys;
using Silos.Queues;
using Silos.Runs;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Http;

namespace Silos.Web.StatusPage;

/// <summary>The status page at <c>/</c> and <c>/@jobs</c>.</summary>
internal sealed class StatusPageEndpoints(ISilosClient client, ISilosHealth health, Surroundings surroundings, Redactor redactor)
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly byte[] Style = ReadStyle();

    public void Map(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        endpoints.MapGet("/", pipeline.Guarded(ShowAsync, page: true)).Needs(Role.Viewer).WithName("StatusPage");
        endpoints.MapGet("/@jobs", pipeline.Guarded(ShowAsync, page: true)).Needs(Role.Viewer).WithName("StatusPageAtJobs");
        endpoints.MapGet("/@jobs/style.css", pipeline.Guarded(StyleAsync, page: true)).Needs(Role.Viewer).WithName("StatusPageStyle");
    }

    private async Task ShowAsync(HttpContext context)
    {
        var html = new StatusPageRenderer(await ReadAsync(Caller.Of(context).Tenant, context.RequestAborted)).Render();
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        context.Response.ContentType = "text/html; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(redactor.Values(html)), context.RequestAborted);
    }

    private async Task<StatusPageModel> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var now = await health.CheckAsync(cancellationToken);
        IReadOnlyList<JobView> jobs = [];
        IReadOnlyList<QueueView> queues = [];
        IReadOnlyList<Run> failures = [];
        if (now.StoreReachable)
        {
            // With the store away the page still tells so, instead of failing.
            jobs = await client.ListAsync(new JobQuery(tenant, Limit: StatusPageModel.MostJobs), cancellationToken);
            queues = await client.ListQueuesAsync(tenant, cancellationToken);
            var failed = new FilterCondition("state", FilterOperator.In, [RunState.Failed, RunState.Dead]);
            failures = await client.ListRunsAsync(
                new RunQuery(tenant, failed, Limit: StatusPageModel.MostFailures), cancellationToken);
        }

        return new StatusPageModel(
            surroundings.Clock.Now(), surroundings.Schedules.DefaultTimeZone, now, jobs, queues, failures);
    }

    private static async Task StyleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/css; charset=utf-8";
        context.Response.Headers.CacheControl = "private, max-age=300";
        await context.Response.BodyWriter.WriteAsync(Style, context.RequestAborted);
    }

    private static byte[] ReadStyle()
    {
        using var stream = typeof(StatusPageEndpoints).Assembly.GetManifestResourceStream("Silos.Web.StatusPage.style.css")
            ?? throw new InvalidOperationException("The style sheet is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
