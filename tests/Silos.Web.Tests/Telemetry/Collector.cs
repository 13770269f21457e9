using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Silos.Web.Tests.Telemetry;

/// <summary>A collector for OTLP over HTTP that keeps what it is sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _bodies = new();

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>Gets the bytes sent to an address, read as Latin-1: names are in there as they are.</summary>
    public string Sent(string path) => _bodies.GetValueOrDefault(path, string.Empty);

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/{**path}", async context =>
        {
            using var reader = new StreamReader(context.Request.Body, System.Text.Encoding.Latin1);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            collector._bodies.AddOrUpdate(context.Request.Path, body, (_, before) => before + body);
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
