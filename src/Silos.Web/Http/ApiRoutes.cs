using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Silos.Web.Http;

/// <summary>Maps endpoints of the API: each is guarded and described.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder endpoints, RequestPipeline pipeline, string tag)
{
    /// <summary>Maps a read.</summary>
    public ApiRoute Get(string pattern, string name, string summary, RequestDelegate endpoint) =>
        Map(HttpMethods.Get, pattern, name, summary, endpoint);

    /// <summary>Maps an action.</summary>
    public ApiRoute Post(string pattern, string name, string summary, RequestDelegate endpoint) =>
        Map(HttpMethods.Post, pattern, name, summary, endpoint);

    /// <summary>Maps a replacement.</summary>
    public ApiRoute Put(string pattern, string name, string summary, RequestDelegate endpoint) =>
        Map(HttpMethods.Put, pattern, name, summary, endpoint);

    /// <summary>Maps a deletion.</summary>
    public ApiRoute Delete(string pattern, string name, string summary, RequestDelegate endpoint) =>
        Map(HttpMethods.Delete, pattern, name, summary, endpoint);

    /// <summary>An address that takes no parameters refuses them: a wish that is written in the wrong place must not be ignored.</summary>
    private static Task AskAsync(HttpContext context, RequestDelegate endpoint)
    {
        if (context.Request.Query.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<QueryParameter>() is null)
        {
            new QueryFields(context.Request.Query).Close();
        }

        return endpoint(context);
    }

    private ApiRoute Map(string method, string pattern, string name, string summary, RequestDelegate endpoint)
    {
        var builder = endpoints.MapMethods(pattern, [method], pipeline.Guarded(context => AskAsync(context, endpoint)));

        // The method is what makes the endpoint visible to the OpenAPI document.
        builder.WithName(name).WithSummary(summary).WithTags(tag).WithMetadata(endpoint.Method);
        return new ApiRoute(builder);
    }
}
