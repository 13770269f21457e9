using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Http;

/// <summary>Who is let in, endpoint by endpoint.</summary>
public sealed class GuardTests
{
    private const string Key = "correct-horse-battery";

    private static readonly string[] Public = ["/health/live", "/health/ready"];

    [Fact]
    public async Task With_a_key_every_endpoint_but_the_probes_and_the_way_in_wants_it()
    {
        await using var api = await TestApi.StartAsync(o => o.ApiKey = Key);
        var seen = new List<string>();
        foreach (var (method, path) in Endpoints(api))
        {
            if (path.StartsWith("/login", StringComparison.Ordinal))
            {
                continue;
            }

            var reply = await api.SendAsync(new HttpMethod(method), path, null);
            if (Public.Contains(path))
            {
                reply.Is(HttpStatusCode.OK);
                continue;
            }

            reply.Is(HttpStatusCode.Unauthorized);
            Assert.Equal("unauthorized", reply.Code);
            Assert.NotEmpty(reply.Response.Headers.WwwAuthenticate);
            seen.Add($"{method} {path}");
        }

        Assert.Contains("GET /", seen);
        Assert.Contains("GET /@jobs", seen);
        Assert.Contains("GET /openapi/v1.json", seen);
        Assert.Contains("POST /api/runs", seen);
        Assert.Contains("GET /api/anything/else", seen);
        Assert.True(seen.Count > 30, string.Join('\n', seen));
        Assert.Empty(api.Client.Calls);
    }

    [Fact]
    public async Task With_the_key_every_endpoint_answers()
    {
        await using var api = await TestApi.StartAsync(o => o.ApiKey = Key);
        foreach (var (method, path) in Endpoints(api))
        {
            var reply = await api.SendAsync(
                new HttpMethod(method), path, null, change: r => r.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}"));
            Assert.NotEqual(HttpStatusCode.Unauthorized, reply.Status);
            Assert.NotEqual(HttpStatusCode.InternalServerError, reply.Status);
        }
    }

    [Theory]
    [InlineData("Bearer " + Key, 200, 200)]
    [InlineData("bearer " + Key, 200, 200)]
    [InlineData("Bearer " + Key + "x", 401, 401)]
    [InlineData("Bearer correct-horse-batterz", 401, 401)]
    [InlineData("Bearer ", 401, 401)]
    [InlineData("Bearer", 401, 401)]
    [InlineData(Key, 401, 401)]
    [InlineData("Basic :KEY", 401, 200)]
    [InlineData("Basic silos:KEY", 401, 200)]
    [InlineData("Basic silos:wrong-password-it-is", 401, 401)]
    [InlineData("Basic nonsense", 401, 401)]
    [InlineData("Digest x", 401, 401)]
    public async Task The_key_is_a_bearer_and_on_pages_a_password(string header, int atApi, int atPage)
    {
        await using var api = await TestApi.StartAsync(o => o.ApiKey = Key);
        if (header.StartsWith("Basic ", StringComparison.Ordinal) && header.Contains(':', StringComparison.Ordinal))
        {
            var pair = header[6..].Replace("KEY", Key, StringComparison.Ordinal);
            header = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
        }

        foreach (var (path, status) in new[] { ("/api/jobs", atApi), ("/", atPage), ("/@jobs", atPage), ("/openapi/v1.json", atPage) })
        {
            var reply = await api.SendAsync(
                HttpMethod.Get, path, null, change: r => r.Headers.TryAddWithoutValidation("Authorization", header));
            Assert.Equal(status, (int)reply.Status);
            Assert.DoesNotContain(Key, reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_browser_is_asked_for_the_key_on_pages_only()
    {
        await using var api = await TestApi.StartAsync(o => o.ApiKey = Key);
        Assert.Equal("Basic", (await api.GetAsync("/")).Response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("Bearer", (await api.GetAsync("/api/jobs")).Response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost:8080", true)]
    [InlineData("127.0.0.1", "127.0.0.1:8080", true)]
    [InlineData("::1", "[::1]:8080", true)]
    [InlineData("::ffff:127.0.0.1", "LOCALHOST", true)]
    [InlineData(null, "localhost", true)]
    [InlineData("10.0.0.7", "localhost", false)]
    [InlineData("::ffff:10.0.0.7", "localhost", false)]
    [InlineData("127.0.0.1", "evil.example", false)]
    [InlineData("127.0.0.1", "localhost.evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.nip.io", false)]
    [InlineData("127.0.0.1", "10.0.0.7", false)]
    [InlineData("127.0.0.1", "", false)]
    public async Task Without_a_key_only_this_machine_is_served_under_its_own_name(string? remote, string host, bool served)
    {
        await using var api = await TestApi.StartAsync();
        var address = remote is null ? null : IPAddress.Parse(remote);
        foreach (var path in new[] { "/api/jobs", "/", "/@jobs", "/openapi/v1.json" })
        {
            Assert.Equal(served ? 200 : 403, await api.SendFromAsync("GET", path, address, host));
        }

        Assert.Equal(200, await api.SendFromAsync("GET", "/health/live", address, host));
    }

    [Fact]
    public async Task Without_a_key_a_proxy_on_this_machine_does_not_open_the_door()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Equal(403, await api.SendFromAsync("GET", "/api/jobs", IPAddress.Loopback, change: r => r.Headers["X-Forwarded-For"] = "127.0.0.1"));
        Assert.Equal(403, await api.SendFromAsync("GET", "/api/jobs", IPAddress.Loopback, change: r => r.Headers["Forwarded"] = "for=127.0.0.1"));
    }

    [Fact]
    public async Task Forwarded_headers_are_believed_only_when_trusted_and_then_the_nearest_proxy()
    {
        await using var api = await TestApi.StartAsync(o => o.TrustForwardedHeaders = true);
        Assert.Equal(403, await FromAsync("127.0.0.1, 203.0.113.9"));
        Assert.Equal(200, await FromAsync("203.0.113.9, 127.0.0.1"));

        await using var keyed = await TestApi.StartAsync(o => o.ApiKey = Key);
        Assert.Equal(401, await keyed.SendFromAsync("GET", "/api/jobs", IPAddress.Parse("203.0.113.9"), change: r => r.Headers["X-Forwarded-For"] = "127.0.0.1"));

        Task<int> FromAsync(string chain) =>
            api.SendFromAsync("GET", "/api/jobs", IPAddress.Loopback, change: r => r.Headers["X-Forwarded-For"] = chain);
    }

    [Fact]
    public async Task Others_are_served_without_a_key_only_when_configured()
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.AllowRemoteWithoutKey = true;
            o.AllowedHosts.Add("silos.internal");
        });
        var remote = IPAddress.Parse("10.0.0.7");
        Assert.Equal(200, await api.SendFromAsync("GET", "/api/jobs", remote, "silos.internal:8080"));
        Assert.Equal(200, await api.SendFromAsync("GET", "/api/jobs", remote, "10.0.0.1:8080"));
        Assert.Equal(403, await api.SendFromAsync("GET", "/api/jobs", remote, "evil.example"));
    }

    [Theory]
    [InlineData("Origin", "http://localhost", 202)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "https://localhost", 403)]
    [InlineData("Origin", "http://localhost:9999", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 202)]
    [InlineData("Sec-Fetch-Site", "none", 202)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    public async Task A_foreign_web_page_writes_nothing(string header, string value, int status)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/api/runs", "{\"handler\":\"noop\"}"), ("POST", "/api/jobs/a/trigger", null), ("POST", "/api/jobs/a/trigger", "{}"),
        })
        {
            var reply = await api.SendAsync(
                new HttpMethod(method), path, body, change: r => r.Headers.TryAddWithoutValidation(header, value));
            Assert.Equal(status, (int)reply.Status);
        }

        var delete = await api.SendAsync(HttpMethod.Delete, "/api/jobs/a", null, change: r => r.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal(status == 202 ? 204 : 403, (int)delete.Status);
    }

    [Theory]
    [InlineData("default", HttpStatusCode.OK)]
    [InlineData("acme", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.Forbidden)]
    [InlineData("a/b", HttpStatusCode.Forbidden)]
    public async Task Who_looks_after_the_installation_may_pick_any_team_that_could_be_one(string team, HttpStatusCode status)
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.SendAsync(HttpMethod.Get, "/api/jobs", null, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", team));
        reply.Is(status);
        Assert.Contains(status == HttpStatusCode.OK ? "items" : "unknown_team", reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("has a space in the middle")]
    [InlineData("schlüssel-mit-umlaut")]
    public async Task A_key_that_cannot_work_stops_the_start_and_is_not_shown(string key)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.StartAsync(o => o.ApiKey = key));
        Assert.StartsWith("Silos:ApiKey ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_tell_nothing_of_the_inside()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var (exception, status, code) in new (Exception, int, string)[]
        {
            (new InvalidOperationException("password=secret"), 500, "internal"),
            (new UnavailableException("The store is away."), 503, "unavailable"),
            (new TooManyException("Too fast.", TimeSpan.FromSeconds(2.5)), 429, "too_many"),
            (new ConflictException("Taken.", "duplicate"), 409, "duplicate"),
            (new BadHttpRequestException("inner detail", 408), 408, "bad_request"),
        })
        {
            api.Client.Throws = exception;
            var reply = await api.GetAsync("/api/jobs/a");
            Assert.Equal(status, (int)reply.Status);
            Assert.Equal(code, reply.Code);
            Assert.Equal("application/problem+json", reply.ContentType);
            Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("inner detail", reply.Text, StringComparison.Ordinal);
            Assert.Equal(status switch { 429 => 3, 503 => 1, _ => null }, reply.Response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
    }

    private static IEnumerable<(string Method, string Path)> Endpoints(TestApi api)
    {
        var routes = (IEndpointRouteBuilder)api.App;
        foreach (var endpoint in routes.DataSources.SelectMany(source => source.Endpoints).Cast<RouteEndpoint>())
        {
            var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
                .Replace("{name}", "a", StringComparison.Ordinal)
                .Replace("{id}", "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01", StringComparison.Ordinal)
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("{**path}", "anything/else", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                yield return (method, path);
            }
        }
    }
}
