using Microsoft.AspNetCore.Http;

namespace Silos.Web.Http;

/// <summary>What every endpoint is wrapped in: the guard before it, problem details for whatever it throws.</summary>
/// <remarks>A wrapper and not a middleware, so that Silos can live in somebody's application without touching the rest of it.</remarks>
internal sealed class RequestPipeline(RequestGuard guard, Problems problems)
{
    /// <summary>Wraps an endpoint that wants a credential.</summary>
    public RequestDelegate Guarded(RequestDelegate endpoint, bool page = false) => context =>
    {
        Harden(context.Response);
        return guard.Check(context, page) is { } refusal
            ? Problems.WriteAsync(context, refusal)
            : InvokeAsync(endpoint, context);
    };

    /// <summary>Wraps an endpoint that everybody may use: the probes.</summary>
    public RequestDelegate Open(RequestDelegate endpoint) => context =>
    {
        Harden(context.Response);
        return InvokeAsync(endpoint, context);
    };

    private static void Harden(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
    }

    private async Task InvokeAsync(RequestDelegate endpoint, HttpContext context)
    {
        try
        {
            await endpoint(context);
        }
        catch (Exception exception)
        {
            await problems.WriteAsync(context, exception);
        }
    }
}
