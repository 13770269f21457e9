using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Silos.Client;
using Silos.Client.Jobs;
using Silos.Client.Keys;

namespace Silos.Cli.Tests.Support;

/// <summary>A server that answers about keys as the contract says, and knows one good key.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    public const string GoodKey = "silos_good_0123456789abcdef";

    private static readonly DateTimeOffset Noon = new(2026, 3, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication _app;
    private readonly List<KeyResponse> _keys = [Key("k1", "laptop", "admin") with { LastUsedAt = Noon }, Key("k2", "old", "viewer") with { RevokedAt = Noon }];

    private StubServer(WebApplication app) => _app = app;

    /// <summary>Gets what was asked for of the past: first and last instant, and key.</summary>
    public List<string> Backfills { get; } = [];

    /// <summary>Gets or sets which of them fails, counted from 1.</summary>
    public int FailingBackfill { get; set; }

    public string Url => _app.Urls.First();

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubServer(app);
        app.Use(stub.GuardAsync);
        app.MapGet("/api/whoami", () => new WhoAmIResponse("laptop", "key", "admin", "shop", ["shop"]));
        app.MapGet("/api/keys", () => new KeyListResponse(stub._keys));
        app.MapPost("/api/keys", (CreateKeyRequest request) => Results.Json(
            new NewKeyResponse
            {
                Id = "k3",
                Name = request.Name!,
                Role = request.Role!,
                Tenant = request.Tenant ?? "shop",
                Prefix = "silos_new",
                CreatedAt = Noon,
                CreatedBy = "laptop",
                ExpiresAt = request.ExpiresAt,
                Key = "silos_new_only_once",
            },
            statusCode: 201));
        app.MapDelete("/api/keys/{id}", (string id) => stub._keys.Exists(key => key.Id == id) ? Results.NoContent() : Problem(404, "not_found", $"There is no key '{id}'."));
        app.MapGet("/api/jobs", () => Problem(403, "forbidden", "The key 'laptop' may not do this; it needs the role admin."));
        app.MapGet("/api/queues", (HttpContext context) =>
        {
            context.Response.Headers.RetryAfter = "7";
            return Problem(429, "too_many", "The key 'laptop' has asked more than 100 times in a minute.");
        });
        app.MapGet("/api/alarms", () => Problem(500, "failed", "It said \u001b[31mred\u001b[0m."));
        app.MapPost("/api/runs", (HttpContext context) => context.Abort());
        app.MapPost("/api/runs/{id}/retry", (HttpContext context) => context.Abort());
        app.MapPost("/api/jobs/{name}/trigger", (HttpContext context) => context.Abort());
        app.MapGet("/api/operations", (HttpContext context) => context.Abort());
        app.MapPost("/api/jobs/{name}/backfill", (string name, BackfillRequest request, HttpContext context) => stub.Backfill(request, context));
        app.MapGet("/api/silos", () => Results.Text("<html>a proxy</html>", "text/html"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Headers.Authorization == $"Bearer {GoodKey}"
            ? next(context)
            : Problem(401, "unauthenticated", "A key is wanted.").ExecuteAsync(context);

    private IResult Backfill(BackfillRequest request, HttpContext context)
    {
        if (request.DryRun)
        {
            return Results.Json(new BackfillResponse(1_200, [], true));
        }

        Backfills.Add($"{request.From:O} {request.To:O} {context.Request.Headers["Idempotency-Key"]}");
        return Backfills.Count == FailingBackfill
            ? Problem(503, "unavailable", "The store is away.")
            : Results.Json(new BackfillResponse(400, [.. Enumerable.Range(0, 400).Select(i => $"{i}")], false));
    }

    private static IResult Problem(int status, string code, string detail) => Results.Json(
        new Problem { Title = "No", Status = status, Code = code, Detail = detail }, statusCode: status, contentType: "application/problem+json");

    private static KeyResponse Key(string id, string name, string role) =>
        new() { Id = id, Name = name, Role = role, Tenant = "shop", Prefix = $"silos_{id}", CreatedAt = Noon.AddDays(-7), CreatedBy = "ann" };
}
