using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Silos.Hosting;
using Silos.Keys;
using Silos.Standalone;
using Silos.Web.Access;
using Silos.Web.Tests.Hosts;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

/// <summary>Every route × (no key, wrong tenant, viewer, operator, admin), on the standalone host as it is shipped.</summary>
public sealed class TenantMatrixTests : IAsyncLifetime
{
    private const string Root = "root-key-of-the-tests";
    private const string Payload = "the payload of acme";

    /// <summary>Bodies that are right; the others need none.</summary>
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["PUT /api/jobs/{name}"] = """{"handler":"noop"}""",
        ["POST /api/jobs/{name}/backfill"] = """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","dryRun":true}""",
        ["POST /api/runs"] = """{"handler":"noop"}""",
        ["POST /api/runs/batch"] = """{"runs":[{"handler":"noop"}]}""",
        ["PUT /api/queues/{name}/limits"] = """{"maxConcurrency":2}""",
        ["POST /api/collections/queues/records"] = """{"name":"n","payload":{"type":"noop"}}""",
        ["POST /api/operations"] = """{"action":"cancel","filter":{"tag":"nobody"},"dryRun":true}""",
        ["POST /api/apply"] = """{"source":"matrix","jobs":[],"dryRun":true}""",
        ["POST /api/keys"] = """{"name":"k","role":"viewer"}""",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("silos-matrix-").FullName;
    private WebApplication? _app;
    private HttpClient? _http;

    public async ValueTask InitializeAsync()
    {
        var arguments = new HostArguments { Store = "sqlite", Database = Path.Combine(_folder, "silos.db"), Urls = "http://127.0.0.1:0" };
        _app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Configuration.AddInMemoryCollection([new("Silos:ApiKey", Root)]);
            builder.Services.AddSilos(silos => silos.AddTestHandlers());
        });
        await _app.StartAsync(ApiCaller.Cancelled);
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _app!.StopAsync(ApiCaller.Cancelled);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_key_nothing_answers()
    {
        foreach (var (name, route) in Guarded())
        {
            var reply = await AskAsync(name, route, "job-a", "nothing");
            Assert.True(reply.Status is HttpStatusCode.Unauthorized, $"{name}: {reply.Status}");
        }
    }

    [Fact]
    public async Task Each_role_may_do_what_it_may_and_no_more()
    {
        var keys = new Dictionary<Role, string>
        {
            [Role.Viewer] = await KeyAsync("viewer", "acme"),
            [Role.Operator] = await KeyAsync("operator", "acme"),
            [Role.Admin] = await KeyAsync("admin", "acme"),
        };
        var seen = 0;
        foreach (var (name, route) in Guarded())
        {
            var needed = route.Metadata.GetMetadata<RouteAccess>()!.Role!.Value;
            foreach (var (role, key) in keys)
            {
                var reply = await AskAsync(name, route, "job-a", key);
                var refused = reply.Status == HttpStatusCode.Forbidden && reply.Code == "forbidden";

                // What touches every tenant is not for the administrator of one.
                var expected = role < needed || name is "POST /api/silos/{name}/drain" or "POST /api/silos/{name}/resume";
                Assert.True(refused == expected, $"{name} needs {needed}; {role} was answered {reply.Status} {reply.Text}");
                Assert.True(reply.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.InternalServerError), $"{name} as {role}: {reply.Status}");
                seen++;
            }
        }

        Assert.True(seen > 100, $"only {seen} combinations");
    }

    [Fact]
    public async Task What_belongs_to_another_tenant_answers_as_what_does_not_exist()
    {
        var acme = await KeyAsync("admin", "acme");
        var beta = await KeyAsync("admin", "beta");
        (await SendAsync("PUT", "/api/jobs/theirs", acme, $$"""{"handler":"wait","schedule":"0 0 1 1 *","payload":"{{Payload}}","tags":["secretly"]}""")).Is(HttpStatusCode.Created);
        var run = (await SendAsync("POST", "/api/jobs/theirs/trigger", acme, null)).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        (await SendAsync("POST", "/api/queues/theirs/pause", acme, """{"reason":"acme only"}""")).Is(HttpStatusCode.NoContent);
        var keyId = (await SendAsync("POST", "/api/keys", acme, """{"name":"theirs","role":"viewer"}""")).Is(HttpStatusCode.Created).GetProperty("id").GetString()!;
        var ended = (await SendAsync("POST", "/api/runs", acme, $$"""{"handler":"work","payload":"{{Payload}}"}""")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        var journal = (await SendAsync("GET", $"/api/runs/{ended}?wait=30s", acme, null)).Is(HttpStatusCode.OK).GetRawText();
        var before = await FootprintAsync(acme, run);

        foreach (var (name, route) in Guarded())
        {
            var pattern = route.RoutePattern.RawText!;
            var (known, unknown) = pattern switch
            {
                _ when pattern.Contains("keys/{id}", StringComparison.Ordinal) => (keyId, "0123456789ab"),
                _ when pattern.Contains("{id}", StringComparison.Ordinal) => (run, "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01"),
                _ => ("theirs", "nobody"),
            };
            var theirs = await AskAsync(name, route, known, beta);
            var nobodys = await AskAsync(name, route, unknown, beta);
            Assert.True(theirs.Status == nobodys.Status, $"{name}: {theirs.Status} for another tenant's, {nobodys.Status} for nobody's");
            if ((int)theirs.Status >= 400)
            {
                Assert.Equal(Steady(nobodys.Text).Replace(unknown, known, StringComparison.Ordinal), Steady(theirs.Text));
            }

            Assert.DoesNotContain(Payload, theirs.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("acme only", theirs.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("secretly", theirs.Text, StringComparison.Ordinal);
        }

        foreach (var id in new[] { run, ended })
        {
            var taken = await SendAsync("POST", "/api/runs", beta, $$"""{"handler":"noop","id":"{{id}}"}""");
            taken.Is(HttpStatusCode.Conflict);
            Assert.Equal("id_taken", taken.Code);
            (await SendAsync("GET", $"/api/runs/{id}", beta, null)).Is(HttpStatusCode.NotFound);
            (await SendAsync("GET", $"/api/runs/{id}/log", beta, null)).Is(HttpStatusCode.NotFound);
        }

        Assert.Equal(journal, (await SendAsync("GET", $"/api/runs/{ended}", acme, null)).Is(HttpStatusCode.OK).GetRawText());
        Assert.Equal(before, await FootprintAsync(acme, run));
        foreach (var team in new[] { "acme", "default", "*" })
        {
            var reply = await SendAsync("GET", "/api/jobs", beta, null, team);
            reply.Is(HttpStatusCode.Forbidden);
            Assert.Equal("unknown_team", reply.Code);
        }

        (await SendAsync("GET", "/api/jobs", beta, null, "beta")).Is(HttpStatusCode.OK);
        await SendAsync("POST", $"/api/runs/{run}/cancel", acme, """{"terminate":true}""");
    }

    [Fact]
    public async Task Nobody_gives_away_or_stops_more_than_they_have()
    {
        var acme = await KeyAsync("admin", "acme");
        (await SendAsync("POST", "/api/keys", acme, """{"name":"k","role":"admin","tenant":"beta"}""")).Blames("tenant");
        (await SendAsync("POST", "/api/keys", acme, """{"name":"k","role":"admin","tenant":"*"}""")).Blames("tenant");
        (await SendAsync("POST", "/api/keys", acme, """{"name":"k","role":"admin","tenant":"acme"}""")).Is(HttpStatusCode.Created);
        (await SendAsync("POST", "/api/pause", acme, """{"scope":"all"}""")).Is(HttpStatusCode.Forbidden);
        (await SendAsync("POST", "/api/resume", acme, """{"scope":"all"}""")).Is(HttpStatusCode.Forbidden);
        var silo = (await SendAsync("GET", "/api/silos", acme, null)).Is(HttpStatusCode.OK).GetProperty("items")[0].GetProperty("name").GetString();
        (await SendAsync("POST", $"/api/silos/{silo}/drain", acme, null)).Is(HttpStatusCode.Forbidden);
        (await SendAsync("POST", $"/api/silos/{silo}/resume", acme, null)).Is(HttpStatusCode.Forbidden);

        var everything = (await SendAsync("POST", "/api/keys", Root, """{"name":"k","role":"operator","tenant":"*"}""")).Is(HttpStatusCode.Created).GetProperty("key").GetString()!;
        (await SendAsync("POST", "/api/pause", acme, """{"reason":"acme only"}""")).Is(HttpStatusCode.NoContent);
        Assert.Equal("{}", (await SendAsync("GET", "/api/pause", everything, null, "beta")).Is(HttpStatusCode.OK).GetRawText());
        (await SendAsync("POST", "/api/resume", acme, null)).Is(HttpStatusCode.NoContent);
        (await SendAsync("POST", "/api/pause", everything, """{"scope":"all"}""")).Is(HttpStatusCode.NoContent);
        (await SendAsync("POST", "/api/resume", everything, """{"scope":"all"}""")).Is(HttpStatusCode.NoContent);
        var who = (await SendAsync("GET", "/api/whoami", everything, null, "beta")).Is(HttpStatusCode.OK);
        Assert.Equal(("beta", "[\"*\"]"), (who.GetProperty("tenant").GetString(), who.GetProperty("tenants").GetRawText()));
        Assert.Equal(
            ["installation.resume", "installation.pause"],
            (await SendAsync("GET", "/api/audit?action=installation.", Root, null)).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
                .Select(entry => entry.GetProperty("action").GetString()));
    }

    /// <summary>Takes out what differs between any two visits of a page: the time, and the tokens of its forms.</summary>
    private static string Steady(string text) => System.Text.RegularExpressions.Regex.Replace(
        text, "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+|[0-9]{2}:[0-9]{2}(:[0-9]{2})?|[0-9a-f]{64}", "…");

    private IEnumerable<(string Name, RouteEndpoint Route)> Guarded() =>
        from endpoint in ((IEndpointRouteBuilder)_app!).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<RouteAccess>()?.Role is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "DELETE"]
        select ($"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}", endpoint);

    /// <summary>Asks a route about something; a page that takes a form is given one.</summary>
    private Task<Reply> AskAsync(string name, RouteEndpoint route, string target, string key)
    {
        var path = "/" + route.RoutePattern.RawText!.TrimStart('/')
            .Replace("{name}", target, StringComparison.Ordinal)
            .Replace("{id}", target == "job-a" ? "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01" : target, StringComparison.Ordinal)
            .Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{**path}", "anything/else", StringComparison.Ordinal);
        return SendAsync(name[..name.IndexOf(' ', StringComparison.Ordinal)], path, key == "nothing" ? null : key, Bodies.GetValueOrDefault(name));
    }

    private async Task<Reply> SendAsync(string method, string path, string? key, string? body, string? team = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        if (team is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Team-ID", team);
        }

        // A stream of events has no end to wait for: that it began is its answer.
        using var response = await _http!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ApiCaller.Cancelled);
        return response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? new Reply(response.StatusCode, string.Empty, "text/event-stream", response)
            : await Reply.ReadAsync(response);
    }

    private async Task<string> KeyAsync(string role, string tenant) =>
        (await SendAsync("POST", "/api/keys", Root, $$"""{"name":"{{role}}-{{tenant}}","role":"{{role}}","tenant":"{{tenant}}"}"""))
            .Is(HttpStatusCode.Created).GetProperty("key").GetString()!;

    private async Task<string> FootprintAsync(string key, string run)
    {
        var parts = new List<string>();
        foreach (var path in new[] { "/api/jobs", "/api/queues", $"/api/audit?run={run}", "/api/keys", "/api/jobs/theirs/explain" })
        {
            var text = (await SendAsync("GET", path, key, null)).Is(HttpStatusCode.OK).GetRawText();
            parts.Add(System.Text.RegularExpressions.Regex.Replace(text, "\"(lastUsedAt|oldestQueuedAt)\":\"[^\"]*\",?", string.Empty));
        }

        var shown = (await SendAsync("GET", $"/api/runs/{run}", key, null)).Is(HttpStatusCode.OK);
        parts.Add($"{shown.TryGetProperty("cancel", out _)} {shown.GetProperty("requestedBy").GetRawText()}");
        return string.Join('\n', parts);
    }
}
