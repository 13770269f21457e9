using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Silos.System.Tests.Support;

namespace Silos.System.Tests;

/// <summary>How an administrator gets in for the first time, and what the log of a process gives away.</summary>
public sealed partial class KeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-keys-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_first_key_is_made_beside_the_process_that_works_and_opens_it(string store)
    {
        await using var database = store == "postgres" ? await TestDatabase.CreateAsync(Cancelled) : null;
        var settings = new Dictionary<string, string>
        {
            ["Silos__Examples"] = "false",
            ["Silos__RequireAuthentication"] = "true",
            ["Silos__Store"] = store,
            ["ConnectionStrings__Silos"] = database?.ConnectionString ?? string.Empty,
        };
        await using var host = await StandaloneProcess.StartAsync(_folder, settings, StandaloneProcess.FreePort(), Cancelled);
        Assert.Contains("none yet", host.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync("/api/jobs", Cancelled)).StatusCode);

        await using var maker = StandaloneProcess.Launch(_folder, settings, port: null, "keys", "create", "--name", "ann", "--expires-in", "1h");
        Assert.Equal(0, await maker.ExitAsync(Cancelled));
        var key = Key().Match(maker.Output).Value;
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var who = await host.Http.GetFromJsonAsync<JsonNode>("/api/whoami", Cancelled);
        Assert.Equal("""{"name":"ann","kind":"key","role":"admin","tenant":"default","tenants":["*"]}""", who!.ToJsonString());
        Assert.DoesNotContain(key, host.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "create", "--role", "root")]
    [InlineData("keys", "create", "--expires-in", "soon")]
    [InlineData("keys", "create", "--nmae", "x")]
    public async Task A_key_that_cannot_be_made_is_said_in_one_line(params string[] arguments)
    {
        await using var maker = StandaloneProcess.Launch(_folder, new Dictionary<string, string>(), port: null, arguments);
        Assert.Equal(2, await maker.ExitAsync(Cancelled));
        Assert.Single(maker.Output.Trim().Split('\n'));
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Secrets_stay_out_of_the_log_of_the_process(string format)
    {
        const string canary = "c4nary-in-the-log";
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "silos.yaml"),
            $"jobs:\n  - name: leaky\n    handler: http\n    payload: {{ url: \"http://127.0.0.1:1/?password={canary}\", headers: {{ Authorization: \"Bearer {canary}\" }} }}\n",
            Cancelled);
        var settings = new Dictionary<string, string>
        {
            ["Silos__Logging__Format"] = format,
            ["Silos__ApiKey"] = "c4nary-in-the-log-of-the-settings",
            ["Silos__Handlers__Http__AllowPrivateNetworks"] = "true",
            ["LOG_LEVEL"] = "debug",
        };
        await using var host = await StandaloneProcess.StartAsync(_folder, settings, StandaloneProcess.FreePort(), Cancelled);
        host.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings["Silos__ApiKey"]);
        var ran = await host.Http.PostAsJsonAsync("/api/jobs/leaky/trigger", new { wait = "5s" }, Cancelled);
        Assert.True(ran.IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await new HttpClient { BaseAddress = host.Http.BaseAddress }.GetAsync($"/api/jobs?token={canary}", Cancelled)).StatusCode);
        await File.AppendAllTextAsync(Path.Combine(_folder, "silos.yaml"), "    timeout: 5s\n", Cancelled);
        while (!host.Output.Contains("changed", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
        }

        Assert.Equal(0, await host.TerminateAsync(Cancelled));
        Assert.Contains("leaky", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(canary, host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[redacted]/", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_stay_out_of_what_refuses_a_start()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "silos.yaml"),
            "jobs:\n  - name: leaky\n    handler: http\n    payload: { url: \"http://127.0.0.1:1/?password=c4nary\" }\n",
            Cancelled);
        await using var host = StandaloneProcess.Launch(_folder, new Dictionary<string, string> { ["LOG_LEVEL"] = "debug" }, StandaloneProcess.FreePort());
        Assert.Equal(3, await host.ExitAsync(Cancelled));
        Assert.Contains("jobs[0].payload.url", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("c4nary", host.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("silos_[0-9a-z]{12}_[0-9a-z]{52}")]
    private static partial Regex Key();
}
