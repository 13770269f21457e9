using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Hosting;
using Silos.Jobs;
using Silos.Secrets;
using Silos.Standalone;
using Silos.Stores;
using Silos.Web.Tests.Hosts;
using Silos.Web.Tests.Support;
using Silos.Workers;

namespace Silos.Web.Tests.Access;

/// <summary>Secrets are planted wherever one can get in, and looked for in everything that comes out.</summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Configured = "c4nary-of-the-settings";
    private const string Registered = "c4nary-that-was-registered";
    private const string Named = "c4nary-under-a-name";
    private const string Canary = "c4nary";

    private readonly string _folder = Directory.CreateTempSubdirectory("silos-canary-").FullName;
    private WebApplication? _app;
    private HttpClient? _http;

    public async ValueTask InitializeAsync()
    {
        var arguments = new HostArguments { Store = "sqlite", Database = Path.Combine(_folder, "silos.db"), Urls = "http://127.0.0.1:0" };
        _app = StandaloneHost.Build(arguments, builder =>
        {
            builder.Configuration.AddInMemoryCollection(TestSettings.All);
            builder.Configuration.AddInMemoryCollection([new("Silos:ApiKey", Configured)]);
            builder.Services.AddSilos(silos => silos.AddHandler("leak", static (context, _) =>
            {
                context.Log.LogInformation("calling with {Secret}, password={Password} and {Configured}", Registered, Named, Configured);
                context.SetResult(new { ok = true, token = Named, note = $"used {Registered}" });
                throw new NonRetryableException($"Refused: Authorization: Bearer {Named} for {Registered}, {Configured}");
            }));
        });
        _app.Services.GetRequiredService<Redactor>().Register(Registered);
        await _app.StartAsync(ApiCaller.Cancelled);
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {Configured}");
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _app!.StopAsync(ApiCaller.Cancelled);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task No_secret_comes_out_of_any_address()
    {
        var api = new ApiCaller(_http!);
        const string payload = $$"""{"url":"https://example.org","password":"{{Named}}","headers":{"X-Api-Key":"{{Named}}"},"note":"{{Registered}}"}""";
        const string job = $$$"""{"handler":"leak","payload":{{{payload}}},"description":"uses {{{Registered}}}"}""";
        (await api.PutAsync("/api/jobs/leaky", job)).Is(HttpStatusCode.Created);
        var changed = job.Replace("-under-a-name", "-under-a-name-too", StringComparison.Ordinal).Replace("uses", "used", StringComparison.Ordinal);
        (await api.PutAsync("/api/jobs/leaky", changed)).Is(HttpStatusCode.OK);
        var history = (await api.GetAsync("/api/jobs/leaky/definitions")).Is(HttpStatusCode.OK).GetProperty("items")[0].GetProperty("changes").GetRawText();
        Assert.Contains("\"field\":\"payload.password\",\"before\":\"[redacted]\"", history, StringComparison.Ordinal);
        const string file = $$$"""{"source":"s","jobs":[{"name":"filed","handler":"leak","payload":{"password":"{{{Named}}}"}}]}""";
        (await api.PostAsync("/api/apply", file)).Is(HttpStatusCode.OK);
        var applied = await api.PostAsync("/api/apply", file.Replace("-under-a-name", "-under-a-name-too", StringComparison.Ordinal));
        Assert.Contains("payload.password", applied.Is(HttpStatusCode.OK).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, applied.Text, StringComparison.Ordinal);
        var run = (await api.PostAsync("/api/jobs/leaky/trigger", "{\"wait\":\"20s\"}")).Is(HttpStatusCode.OK).GetProperty("id").GetString()!;
        (await api.PostAsync("/api/queues/default/pause", $$"""{"reason":"{{Registered}}"}""")).Is(HttpStatusCode.NoContent);
        var waiting = (await api.PostAsync("/api/runs", $$$"""{"handler":"leak","payload":{{{payload}}},"metadata":{"secret":"{{{Named}}}"}}""")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        (await api.PostAsync($"/api/runs/{waiting}/cancel", $$"""{"reason":"password={{Named}} {{Registered}}"}""")).Is(HttpStatusCode.Accepted);

        var seen = 0;
        foreach (var endpoint in ((IEndpointRouteBuilder)_app!).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != true)
            {
                continue;
            }

            foreach (var id in new[] { run, waiting })
            {
                var path = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
                    .Replace("{name}", "leaky", StringComparison.Ordinal)
                    .Replace("{id}", id, StringComparison.Ordinal)
                    .Replace("{documentName}", "v1", StringComparison.Ordinal);
                using var response = await _http!.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, ApiCaller.Cancelled);
                if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
                {
                    continue;
                }

                var text = await response.Content.ReadAsStringAsync(ApiCaller.Cancelled);
                Assert.False(text.Contains(Canary, StringComparison.Ordinal), $"{path} shows a secret: {text}");
                seen++;
            }
        }

        Assert.True(seen > 40, $"only {seen} answers");
        var list = await api.PostAsync("/api/job_logs/list");
        Assert.DoesNotContain(Canary, list.Text, StringComparison.Ordinal);
        Assert.Contains("Refused", list.Text, StringComparison.Ordinal);
        foreach (var wrong in new[] { $$$"""{"handler":"leak","payload":{"password":"{{{Redactor.Mark}}}"}}""", $$"""{"handler":"leak","password":"{{Named}}"}""" })
        {
            var refused = await api.PostAsync("/api/runs", wrong);
            refused.Is(HttpStatusCode.BadRequest);
            Assert.DoesNotContain(Canary, refused.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_job_that_was_shown_is_put_again_with_its_secrets()
    {
        var api = new ApiCaller(_http!);
        const string secrets = $$"""{"url":"a","password":"{{Named}}"}""";
        (await api.PutAsync("/api/jobs/kept", $$$"""{"handler":"leak","payload":{{{secrets}}}}""")).Is(HttpStatusCode.Created);
        var shown = (await api.GetAsync("/api/jobs/kept")).Is(HttpStatusCode.OK).GetProperty("definition").GetRawText();
        Assert.Contains(Redactor.Mark, shown, StringComparison.Ordinal);
        (await api.PutAsync("/api/jobs/kept", shown.Replace("\"url\":\"a\"", "\"url\":\"b\"", StringComparison.Ordinal))).Is(HttpStatusCode.OK);

        var stored = await _app!.Services.GetRequiredService<ISilosStore>().Jobs.FindAsync(
            new JobKey(TenantId.Default, JobName.Parse("kept")), ApiCaller.Cancelled);
        Assert.Equal(secrets.Replace("\"a\"", "\"b\"", StringComparison.Ordinal), stored?.Definition.Payload?.Text);
        (await api.PutAsync("/api/jobs/other", shown.Replace("kept", "other", StringComparison.Ordinal))).Blames("payload.password");
    }
}
