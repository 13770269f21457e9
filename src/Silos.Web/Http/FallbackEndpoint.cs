using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Silos.Keys;
using Silos.Web.Access;

namespace Silos.Web.Http;

/// <summary>Answers what no endpoint under <c>/api</c> does: with the methods that would be right, or that there is nothing.</summary>
internal static class FallbackEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints, RequestPipeline pipeline)
    {
        // Read when the first such request comes: then all endpoints are mapped.
        var known = new Lazy<List<(TemplateMatcher Path, string Method)>>(() => Known(endpoints));
        endpoints.Map("/api/{**path}", pipeline.Guarded(context => AnswerAsync(context, known.Value)))
            .Needs(Role.Viewer).NotAudited("there is nothing here").WithOrder(int.MaxValue);
    }

    private static Task AnswerAsync(HttpContext context, List<(TemplateMatcher Path, string Method)> known)
    {
        var allowed = known
            .Where(endpoint => endpoint.Path.TryMatch(context.Request.Path, []))
            .Select(endpoint => endpoint.Method)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (allowed.Length == 0)
        {
            throw new NotFoundException("address", context.Request.Path.Value ?? string.Empty);
        }

        context.Response.Headers.Allow = string.Join(", ", allowed);
        return Problems.WriteAsync(context, Problems.Make(
            StatusCodes.Status405MethodNotAllowed,
            "method_not_allowed",
            $"{context.Request.Method} is not possible here; possible: {string.Join(", ", allowed)}."));
    }

    private static List<(TemplateMatcher Path, string Method)> Known(IEndpointRouteBuilder endpoints)
    {
        var known = new List<(TemplateMatcher Path, string Method)>();
        foreach (var endpoint in endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Where(endpoint => endpoint.Order != int.MaxValue))
        {
            if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods.Count: > 0 } methods)
            {
                var matcher = new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []);
                known.AddRange(methods.HttpMethods.Select(method => (matcher, method)));
            }
        }

        return known;
    }
}
