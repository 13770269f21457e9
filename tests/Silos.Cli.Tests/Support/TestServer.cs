using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Silos.Hosting;
using Silos.Standalone;
using Silos.Testing;

namespace Silos.Cli.Tests.Support;

/// <summary>The standalone host as it is shipped, in this process, on a clock that the test moves.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>The name of the process.</summary>
    public const string Name = "standalone-1";

    private readonly WebApplication _app;

    private TestServer(WebApplication app, ManualTimeProvider clock)
    {
        _app = app;
        Clock = clock;
    }

    public ManualTimeProvider Clock { get; }

    public string Url => _app.Urls.First();

    public static async Task<TestServer> StartAsync(string folder, string? key = null)
    {
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 3, 28, 9, 0, 0, TimeSpan.Zero));
        var arguments = new HostArguments { Store = "sqlite", Database = Path.Combine(folder, "silos.db"), Urls = "http://127.0.0.1:0" };
        var app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Silos:ApiKey"] = key,
                ["Silos:Examples"] = "false",
                ["Silos:WorkerName"] = Name,
                ["Silos:DrainTimeout"] = "0s",
                ["Silos:CancelGrace"] = "0s",
                ["Silos:Slots"] = "4",
                ["Silos:JobsFile"] = Path.Combine(folder, "server.yaml"),
                ["Logging:LogLevel:Default"] = "None",
                ["Logging:LogLevel:Microsoft"] = "None",
                ["Logging:LogLevel:System"] = "None",
            });
            builder.Services.AddKeyedSingleton<TimeProvider>("silos", clock);
            builder.Services.AddSilos(silos => silos
                .AddHandler("noop", (_, _) => Task.CompletedTask)
                .AddHandler("echo", TestHandlers.EchoAsync, handler => handler.Describe("Returns what it is given."))
                .AddHandler("fail", TestHandlers.FailAsync, handler => handler.Retry(1))
                .AddHandler("hold", (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, clock, token)));
        });
        await File.WriteAllTextAsync(Path.Combine(folder, "server.yaml"), "jobs:\n  - name: of-the-server\n    handler: noop\n", TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(app, clock);
    }

    public async ValueTask DisposeAsync()
    {
        // What waits for time to pass while the server stops waits for us.
        var stop = _app.StopAsync(CancellationToken.None);
        while (!stop.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(stop, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        await stop;
        await _app.DisposeAsync();
    }
}
