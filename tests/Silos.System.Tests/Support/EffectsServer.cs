using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Silos.Tests.Hosts;

/// <summary>
/// Where handlers leave their effects, outside of Silos: an HTTP server in the test's own process that the host's
/// <c>http</c> handler calls. It takes its time now and then, so that kills meet attempts under way.
/// </summary>
internal sealed class EffectsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Effect> _effects = new();

    private EffectsServer(WebApplication app) => _app = app;

    public IReadOnlyCollection<Effect> Effects => _effects;

    public string Url => $"{_app.Urls.First()}/effect";

    public static async Task<EffectsServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new EffectsServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        _effects.Enqueue(new Effect(
            headers["Silos-Run"].ToString(),
            long.Parse(headers["Silos-Fencing-Token"].ToString(), CultureInfo.InvariantCulture),
            context.Request.Query["job"].ToString()));
        if (Random.Shared.Next(10) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(300)), TimeProvider.System, context.RequestAborted);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

/// <summary>One call by one attempt.</summary>
internal sealed record Effect(string Run, long Token, string Job);
