using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Http;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_describes_every_endpoint_of_the_API()
    {
        await using var api = await TestApi.StartAsync();
        var document = (await api.GetAsync("/openapi/v1.json")).Is(HttpStatusCode.OK);
        var paths = document.GetProperty("paths");
        var routes = (IEndpointRouteBuilder)api.App;
        var count = 0;
        foreach (var endpoint in routes.DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>())
        {
            var path = endpoint.RoutePattern.RawText!;
            if (!path.StartsWith("/api/", StringComparison.Ordinal) || path.Contains("**", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                var operation = paths.GetProperty(path).GetProperty(method.ToLowerInvariant());
                Assert.NotEqual(string.Empty, operation.GetProperty("summary").GetString());
                Assert.True(operation.GetProperty("responses").TryGetProperty("default", out _));
                count++;
            }
        }

        Assert.True(count >= 28, $"only {count} operations");
    }

    [Fact]
    public async Task Bodies_answers_and_parameters_have_their_shapes()
    {
        await using var api = await TestApi.StartAsync();
        var document = (await api.GetAsync("/openapi/v1.json")).Is(HttpStatusCode.OK);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var job = Schema(schemas, document.GetProperty("paths").GetProperty("/api/jobs/{name}").GetProperty("put")
            .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema"));
        Assert.True(job.GetProperty("properties").TryGetProperty("pauseAfterFailures", out _));
        Assert.True(schemas.GetProperty("JobLogRecord").GetProperty("properties").TryGetProperty("job_name", out _));
        Assert.True(schemas.GetProperty("Problem").GetProperty("properties").TryGetProperty("errors", out _));

        var preview = document.GetProperty("paths").GetProperty("/api/schedules/preview").GetProperty("get").GetProperty("parameters");
        Assert.Equal(
            ["expression", "timeZone", "daylightSaving", "from", "count"],
            preview.EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        Assert.DoesNotContain("localhost", document.GetRawText(), StringComparison.Ordinal);
    }

    private static JsonElement Schema(JsonElement schemas, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference) ? schemas.GetProperty(reference.GetString()!.Split('/')[^1]) : schema;
}
