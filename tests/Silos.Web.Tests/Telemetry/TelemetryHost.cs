using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Silos.Hosting;
using Silos.Standalone;
using Silos.Web.Tests.Hosts;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Telemetry;

/// <summary>The standalone host as it is shipped, with handlers that trace, on a SQLite file.</summary>
internal sealed class TelemetryHost : IAsyncDisposable
{
    public const string OwnSource = "Tests.Handler";

    private static readonly ActivitySource Own = new(OwnSource);

    private readonly Meter _meter;
    private readonly WebApplication _app;
    private readonly string _folder;

    private TelemetryHost(WebApplication app, string folder, Meter meter)
    {
        _app = app;
        _meter = meter;
        _folder = folder;
        Api = new ApiCaller(new HttpClient { BaseAddress = new Uri(app.Urls.First()) });
    }

    public ApiCaller Api { get; }

    public static async Task<TelemetryHost> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("silos-telemetry-").FullName;
        var arguments = new HostArguments { Store = "sqlite", Database = Path.Combine(folder, "silos.db"), Urls = "http://127.0.0.1:0" };

        // One each host, so that it counts nobody else's.
        var meter = new Meter(OwnSource);
        var handled = meter.CreateCounter<long>("tests.handled");
        var app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddSilos(silos => silos.AddTestHandlers().AddHandler("traced", async (_, cancellationToken) =>
            {
                using var span = Own.StartActivity("work of the handler");
                handled.Add(1);
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }));
        });
        await app.StartAsync(ApiCaller.Cancelled);
        return new TelemetryHost(app, folder, meter);
    }

    /// <summary>Asks for a run and waits for its end.</summary>
    public async Task<string> RunAsync(string handler, string? traceParent = null)
    {
        var asked = await Api.SendAsync(
            HttpMethod.Post, "/api/runs", $$"""{"handler":"{{handler}}"}""", change: request =>
            {
                if (traceParent is not null)
                {
                    request.Headers.TryAddWithoutValidation("traceparent", traceParent);
                }
            });
        var id = JsonDocument.Parse(asked.Text).RootElement.GetProperty("id").GetString()!;
        await EndAsync(id);
        return id;
    }

    /// <summary>Waits until a run has ended.</summary>
    public async Task EndAsync(string run)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (true)
        {
            var shown = await Api.GetAsync($"/api/runs/{run}");
            if (JsonDocument.Parse(shown.Text).RootElement.TryGetProperty("endedAt", out _))
            {
                return;
            }

            Assert.False(patience.IsCancellationRequested, $"Within 30 seconds the run did not end: {shown.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ApiCaller.Cancelled);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _meter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
