using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Http;

namespace Silos.Web.Metrics;

/// <summary><c>/metrics</c> in the text format of Prometheus.</summary>
internal sealed class MetricsEndpoints(MetricsCollector collector, IOptions<SilosMetricsOptions> options)
{
    /// <summary>The format that is written.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Map(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        var guarded = pipeline.Guarded(WriteToAllAsync, page: true);
        var open = pipeline.Open(WriteAsync);
        endpoints.MapGet("/metrics", context => IsOpen(context) ? open(context) : guarded(context)).Needs(Role.Viewer).WithName("Metrics");
    }

    private bool IsOpen(HttpContext context) =>
        options.Value.Open || (options.Value.OpenOnPort is { } port && context.Connection.LocalPort == port);

    /// <summary>The names of queues and handlers are those of all tenants.</summary>
    private Task WriteToAllAsync(HttpContext context) => Caller.Of(context).Scope.IsAll
        ? WriteAsync(context)
        : throw new RefusedException(new Refusal(
            StatusCodes.Status403Forbidden, "every_tenant", "Metrics are about all tenants together; they want a credential that is good for every tenant."));

    private async Task WriteAsync(HttpContext context)
    {
        var text = collector.Collect();
        context.Response.ContentType = ContentType;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
