using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Web.Metrics;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Metrics;

/// <summary>Who may read <c>/metrics</c>.</summary>
public sealed class MetricsAccessTests
{
    private const string Key = "0123456789abcdef";

    [Fact]
    public async Task Metrics_want_the_key_unless_a_setting_opens_them()
    {
        await using var api = await TestApi.StartAsync(web => web.ApiKey = Key);
        Assert.Equal(StatusCodes.Status401Unauthorized, await api.SendFromAsync("GET", "/metrics", IPAddress.Loopback));
        Assert.Equal(
            StatusCodes.Status200OK,
            await api.SendFromAsync("GET", "/metrics", IPAddress.Parse("203.0.113.9"), change: request => request.Headers.Authorization = $"Bearer {Key}"));
        Settings(api).Open = true;
        Assert.Equal(StatusCodes.Status200OK, await api.SendFromAsync("GET", "/metrics", IPAddress.Parse("203.0.113.9")));
    }

    [Fact]
    public async Task A_port_for_the_scraper_opens_metrics_and_nothing_else()
    {
        await using var api = await TestApi.StartAsync(web => web.ApiKey = Key);
        Settings(api).OpenOnPort = 9464;
        Assert.Equal(StatusCodes.Status200OK, await FromPortAsync(api, "/metrics", 9464));
        Assert.Equal(StatusCodes.Status401Unauthorized, await FromPortAsync(api, "/metrics", 8080));
        Assert.Equal(StatusCodes.Status401Unauthorized, await FromPortAsync(api, "/api/jobs", 9464));
    }

    [Fact]
    public async Task The_answer_says_its_format()
    {
        await using var api = await TestApi.StartAsync();
        using var reply = await api.Http.GetAsync(new Uri("/metrics", UriKind.Relative), ApiCaller.Cancelled);
        Assert.Equal(MetricsEndpoints.ContentType, reply.Content.Headers.ContentType?.ToString());
    }

    private static SilosMetricsOptions Settings(TestApi api) =>
        api.App.Services.GetRequiredService<IOptions<SilosMetricsOptions>>().Value;

    private static async Task<int> FromPortAsync(TestApi api, string path, int port)
    {
        var context = await api.App.GetTestServer().SendAsync(
            c =>
            {
                c.Request.Method = "GET";
                c.Request.Path = path;
                c.Request.Host = new HostString("localhost");
                c.Connection.LocalPort = port;
                c.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
            },
            ApiCaller.Cancelled);
        return context.Response.StatusCode;
    }
}
