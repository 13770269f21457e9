using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Web.Tests.Support;

/// <summary>The whole API over a store in memory, in this process.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;

    private TestApi(WebApplication app, InMemoryStore store, FakeSilosClient client, FakeHealth health, TestClock clock)
    {
        _app = app;
        Store = store;
        Client = client;
        Health = health;
        Clock = clock;
        Http = app.GetTestClient();
        Http.BaseAddress = new Uri("http://localhost/");
    }

    public InMemoryStore Store { get; }

    public FakeSilosClient Client { get; }

    public FakeHealth Health { get; }

    public TestClock Clock { get; }

    public HttpClient Http { get; }

    public WebApplication App => _app;

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<TestApi> StartAsync(Action<SilosWebOptions>? configure = null)
    {
        var clock = new TestClock(Noon);
        var store = new InMemoryStore();
        var client = new FakeSilosClient(store, clock);
        var health = new FakeHealth();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ISilosClient>(client);
        builder.Services.AddSingleton<ISilosStore>(store);
        builder.Services.AddSingleton<ISilosHealth>(health);
        builder.Services.AddKeyedSingleton<TimeProvider>("silos", clock);
        builder.Services.AddSilosWeb(configure);
        var app = builder.Build();
        app.UseRouting();
        app.MapSilosWeb();
        await app.StartAsync(Cancelled);
        return new TestApi(app, store, client, health, clock);
    }

    public async Task<Reply> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null);

    public async Task<Reply> PostAsync(string path, string? json = null) => await SendAsync(HttpMethod.Post, path, json);

    public async Task<Reply> PutAsync(string path, string json) => await SendAsync(HttpMethod.Put, path, json);

    public async Task<Reply> SendAsync(HttpMethod method, string path, string? body, string type = "application/json", Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        change?.Invoke(request);
        using var response = await Http.SendAsync(request, Cancelled);
        return await Reply.ReadAsync(response);
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
}

/// <summary>An answer, read.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, string? ContentType, HttpResponseMessage Response)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Code => Json.GetProperty("code").GetString()!;

    public string Detail => Json.GetProperty("detail").GetString()!;

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) => new(
        response.StatusCode,
        await response.Content.ReadAsStringAsync(TestApi.Cancelled),
        response.Content.Headers.ContentType?.MediaType,
        response);

    /// <summary>Checks the status and returns the JSON.</summary>
    public JsonElement Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, got {(int)Status}: {Text}");
        return Text.Length == 0 ? default : Json;
    }

    /// <summary>Checks that a field is told to be wrong, and returns what is told.</summary>
    public string Blames(string field, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        Is(status);
        Assert.Equal("application/problem+json", ContentType);
        var errors = Json.GetProperty("errors").EnumerateArray().ToList();
        var error = errors.Find(e => e.GetProperty("field").GetString() == field);
        Assert.True(error.ValueKind == JsonValueKind.Object, $"no error for '{field}' in {Text}");
        return error.GetProperty("message").GetString()!;
    }
}
