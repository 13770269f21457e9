using Microsoft.AspNetCore.Http;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Dashboard.Shell;

namespace Silos.Web.Http;

/// <summary>What every endpoint is wrapped in: the guard before it, the audit log behind it, problem details for whatever it throws.</summary>
/// <remarks>A wrapper and not a middleware, so that Silos can live in somebody's application without touching the rest of it.</remarks>
internal sealed class RequestPipeline(RequestGuard guard, Proxies proxies, AuditWriter audit, Problems problems, ProblemPages pages)
{
    /// <summary>Wraps an endpoint that wants a credential.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="page">Whether it is for people: then a browser is told on a page what goes wrong.</param>
    public RequestDelegate Guarded(RequestDelegate endpoint, bool page = false) => async context =>
    {
        Harden(context.Response);
        if (page)
        {
            pages.Watch(context);
        }

        try
        {
            if (await guard.CheckAsync(context, page) is { } refusal)
            {
                await Problems.WriteAsync(context, refusal);
                return;
            }

            audit.Watch(context);
            await endpoint(context);
        }
        catch (Exception exception)
        {
            AuditWriter.GiveUp(context);
            await problems.WriteAsync(context, exception);
        }
    };

    /// <summary>Wraps an endpoint that everybody may use: the probes, and the way in. A form that is posted to it must come from a page of ours.</summary>
    public RequestDelegate Open(RequestDelegate endpoint) => async context =>
    {
        Harden(context.Response);
        pages.Watch(context);
        try
        {
            if (await WriteGuard.CheckAsync(context, proxies.OriginOf(context), caller: null, page: true) is { } refusal)
            {
                await Problems.WriteAsync(context, refusal);
                return;
            }

            await endpoint(context);
        }
        catch (Exception exception)
        {
            await problems.WriteAsync(context, exception);
        }
    };

    private static void Harden(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }
}
