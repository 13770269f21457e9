using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Web.Tests.Support;

/// <summary>The whole API over a store in memory, in this process.</summary>
internal sealed class TestApi : ApiCaller, IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;

    private TestApi(WebApplication app, InMemoryStore store, FakeSilosClient client, FakeHealth health, TestClock clock)
        : base(ClientOf(app))
    {
        _app = app;
        Store = store;
        Client = client;
        Health = health;
        Clock = clock;
    }

    public InMemoryStore Store { get; }

    public FakeSilosClient Client { get; }

    public FakeHealth Health { get; }

    public required FakeNodes Nodes { get; init; }

    public TestClock Clock { get; }

    public WebApplication App => _app;

    /// <summary>Starts one; over the store and the clock of another it is a second silo.</summary>
    public static async Task<TestApi> StartAsync(Action<SilosWebOptions>? configure = null, InMemoryStore? store = null, TestClock? clock = null)
    {
        clock ??= new TestClock(Noon);
        store ??= new InMemoryStore();
        var client = new FakeSilosClient(store, clock);
        var health = new FakeHealth();
        var nodes = new FakeNodes();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ISilosClient>(client);
        builder.Services.AddSingleton<ISilosStore>(store);
        builder.Services.AddSingleton<ISilosHealth>(health);
        builder.Services.AddSingleton<INodes>(nodes);
        builder.Services.AddKeyedSingleton<TimeProvider>("silos", clock);
        builder.Services.AddSilosWeb(configure);
        var app = builder.Build();
        app.UseRouting();
        app.MapSilosWeb();
        await app.StartAsync(Cancelled);
        return new TestApi(app, store, client, health, clock) { Nodes = nodes };
    }

    /// <summary>Sends a request from an address.</summary>
    public async Task<int> SendFromAsync(string method, string path, IPAddress? remote, string host = "localhost", Action<HttpRequest>? change = null)
    {
        var context = await _app.GetTestServer().SendAsync(
            c =>
            {
                c.Request.Method = method;
                c.Request.Path = path;
                c.Request.Scheme = "http";
                c.Request.Host = new HostString(host);
                c.Connection.RemoteIpAddress = remote;
                change?.Invoke(c.Request);
            },
            Cancelled);
        return context.Response.StatusCode;
    }

    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        return _app.DisposeAsync();
    }

    private static HttpClient ClientOf(WebApplication app)
    {
        var http = app.GetTestClient();
        http.BaseAddress = new Uri("http://localhost/");
        return http;
    }
}
