using System.Net;
using Microsoft.Extensions.Options;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

/// <summary>Forwarded headers count only from configured proxies.</summary>
public sealed class ProxyTests
{
    [Theory]
    [InlineData("10.1.2.3", "127.0.0.1", 200)]
    [InlineData("::ffff:10.1.2.3", "127.0.0.1", 200)]
    [InlineData("10.1.2.3", "203.0.113.9", 403)]
    [InlineData("10.1.2.3", "127.0.0.1, 203.0.113.9", 403)]
    [InlineData("10.1.2.3", "127.0.0.1, 10.1.9.9", 200)]
    [InlineData("10.1.2.3", "203.0.113.9, 10.1.9.9", 403)]
    [InlineData("10.2.0.1", "127.0.0.1", 403)]
    [InlineData("127.0.0.1", "127.0.0.1", 403)]
    public async Task A_proxy_is_believed_if_it_is_a_configured_one(string connection, string chain, int status)
    {
        await using var api = await TestApi.StartAsync(o => o.KnownProxies = ["10.1.0.0/16"]);
        Assert.Equal(status, await api.SendFromAsync("GET", "/api/jobs", IPAddress.Parse(connection), change: r => r.Headers["X-Forwarded-For"] = chain));
    }

    [Fact]
    public async Task A_proxy_elsewhere_is_not_one_on_this_machine()
    {
        await using var api = await TestApi.StartAsync(o => o.TrustForwardedHeaders = true);
        Assert.Equal(403, await api.SendFromAsync("GET", "/api/jobs", IPAddress.Parse("10.1.2.3"), change: r => r.Headers["X-Forwarded-For"] = "127.0.0.1"));
    }

    [Theory]
    [InlineData("10.1.0.0/99")]
    [InlineData("proxy.internal")]
    public async Task What_is_no_address_stops_the_start(string proxy)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.StartAsync(o => o.KnownProxies = [proxy]));
        Assert.StartsWith($"Silos:KnownProxies '{proxy}' must be an address", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://login.example", "silos", "Silos:Jwt:Authority")]
    [InlineData("https://login.example", "", "Silos:Jwt:Audience")]
    [InlineData("", "silos", "Silos:Jwt:Authority is missing")]
    public async Task An_issuer_that_anybody_could_play_stops_the_start(string authority, string audience, string problem)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.StartAsync(o =>
        {
            o.Jwt.Authority = authority;
            o.Jwt.Audience = audience;
        }));
        Assert.StartsWith(problem, exception.Message, StringComparison.Ordinal);
    }
}
