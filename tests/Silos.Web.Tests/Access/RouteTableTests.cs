using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Silos.Keys;
using Silos.Web.Access;
using Silos.Web.Http;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

/// <summary>Every route says who may use it and how it is recorded; one that does not is closed.</summary>
public sealed class RouteTableTests
{
    private static readonly string[] Open =
    [
        "GET /health/live", "GET /health/ready", "GET /login", "POST /login", "GET /login/style.css", "GET /login/oidc", "GET /login/callback",
    ];

    [Fact]
    public async Task Every_route_says_who_may_use_it_and_only_the_known_ones_are_open()
    {
        await using var api = await TestApi.StartAsync();
        var open = new List<string>();
        foreach (var (name, endpoint) in Routes(api))
        {
            var access = endpoint.Metadata.GetMetadata<RouteAccess>();
            Assert.True(access is not null, $"{name} does not say which role it needs: it is closed to everybody");
            if (access!.Role is null)
            {
                open.Add(name);
            }
        }

        Assert.Equal(Open.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_only_reads_cannot_write_and_keys_are_for_administrators()
    {
        string[] harmless = ["POST /api/job_logs/list", "* /api/{**path}", "POST /logout", "POST /team", "POST /ui/theme"];
        string[] administration =
        [
            "PUT /api/jobs/{name}", "DELETE /api/jobs/{name}", "PUT /api/queues/{name}/limits", "GET /api/keys", "POST /api/keys", "DELETE /api/keys/{id}", "GET /api/audit",
            "GET /settings/audit", "POST /settings/keys/{id}/revoke", "GET /settings/keys/new", "POST /settings/keys/new", "POST /queues/{name}/limits", "POST /silos/{name}/drain", "POST /silos/{name}/resume",
        ];
        await using var api = await TestApi.StartAsync();
        var roles = Routes(api).Where(route => !Open.Contains(route.Name))
            .ToDictionary(route => route.Name, route => route.Endpoint.Metadata.GetMetadata<RouteAccess>()!.Role);
        Assert.All(roles, route => Assert.True(
            route.Value >= Role.Operator || route.Key.StartsWith("GET ", StringComparison.Ordinal) || harmless.Contains(route.Key), $"{route.Key} needs only {route.Value}"));
        Assert.All(administration, name => Assert.Equal(Role.Admin, roles[name]));
        Assert.All(roles.Where(route => route.Key.StartsWith("DELETE ", StringComparison.Ordinal)), route => Assert.Equal(Role.Admin, route.Value));
    }

    [Fact]
    public async Task Every_route_that_writes_says_how_it_is_recorded()
    {
        await using var api = await TestApi.StartAsync();
        var writes = Routes(api).Where(route => !route.Name.StartsWith("GET ", StringComparison.Ordinal)).ToList();
        Assert.True(writes.Count > 20);
        Assert.All(writes, route => Assert.True(
            route.Endpoint.Metadata.GetMetadata<RouteAudit>() is { } audit && (audit.Action is null) != (audit.Otherwise is null),
            $"{route.Name} says neither what the audit log calls it nor where else it is recorded"));
    }

    [Fact]
    public async Task A_route_that_says_nothing_is_closed_even_to_an_administrator()
    {
        await using var api = await TestApi.StartAsync();
        var context = new DefaultHttpContext();
        context.Response.Body = new MemoryStream();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(), "forgotten"));
        var reached = false;
        await api.App.Services.GetRequiredService<RequestPipeline>().Guarded(_ =>
        {
            reached = true;
            return Task.CompletedTask;
        })(context);
        Assert.Equal((403, false), (context.Response.StatusCode, reached));
    }

    private static IEnumerable<(string Name, RouteEndpoint Endpoint)> Routes(TestApi api) =>
        from endpoint in ((IEndpointRouteBuilder)api.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]
        select ($"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}", endpoint);
}
