using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Silos.System.Tests.Support;

namespace Silos.System.Tests;

/// <summary>What a person meets who starts the standalone host: rightly, wrongly, twice, and stops it.</summary>
public sealed class StartupTests : IDisposable
{
    private static readonly Dictionary<string, string> Plain = new() { ["Silos__Examples"] = "false" };
    private readonly string _folder = Directory.CreateTempSubdirectory("silos-start-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task In_an_empty_directory_example_jobs_do_something_visible()
    {
        await using var host = await StandaloneProcess.StartAsync(
            _folder, new Dictionary<string, string>(), StandaloneProcess.FreePort(), Cancelled);
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(1);
        while (true)
        {
            var runs = await host.Http.GetFromJsonAsync<JsonNode>("/api/runs?state=completed", Cancelled);
            if (runs!["items"]!.AsArray().Count > 0)
            {
                break;
            }

            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"No example job completed within a minute:\n{host.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancelled);
        }

        Assert.Contains("Overview", await host.Http.GetStringAsync("/", Cancelled), StringComparison.Ordinal);
        Assert.Contains("IDLE", await host.Http.GetStringAsync("/@jobs", Cancelled), StringComparison.Ordinal);
        Assert.Equal(0, await host.TerminateAsync(Cancelled));
    }

    [Fact]
    public async Task A_second_process_on_the_same_file_is_refused_and_the_first_goes_on()
    {
        await using var first = await StandaloneProcess.StartAsync(_folder, Plain, StandaloneProcess.FreePort(), Cancelled);
        await using var second = StandaloneProcess.Launch(_folder, Plain, StandaloneProcess.FreePort());
        Assert.Equal(4, await second.ExitAsync(Cancelled));
        Assert.Contains("silos.db", second.Output, StringComparison.Ordinal);
        AssertOneLine(second);
        Assert.Equal(HttpStatusCode.OK, (await first.Http.GetAsync("/health/ready", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_second_process_on_the_same_PostgreSQL_schema_is_refused_and_takes_over_once_the_first_was_killed()
    {
        await using var database = await TestDatabase.CreateAsync(Cancelled);
        var settings = new Dictionary<string, string>(Plain)
        {
            ["Silos__Store"] = "postgres",
            ["ConnectionStrings__Silos"] = database.ConnectionString,
        };
        await using var first = await StandaloneProcess.StartAsync(_folder, settings, StandaloneProcess.FreePort(), Cancelled);
        await using var second = StandaloneProcess.Launch(_folder, settings, StandaloneProcess.FreePort());
        Assert.Equal(4, await second.ExitAsync(Cancelled));
        AssertOneLine(second);
        await first.KillAsync();
        await using var third = await StandaloneProcess.StartAsync(_folder, settings, StandaloneProcess.FreePort(), Cancelled);
    }

    [Fact]
    public async Task An_invalid_jobs_file_stops_the_start_and_names_file_line_and_field()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "silos.yaml"),
            "jobs:\n  - name: nightly\n    handler: http\n    schedule: \"61 * * * *\"\n    payload: { url: \"https://example.org/\" }\n",
            Cancelled);
        await using var host = StandaloneProcess.Launch(_folder, Plain, StandaloneProcess.FreePort());
        Assert.Equal(3, await host.ExitAsync(Cancelled));
        Assert.Contains("silos.yaml:4:16", host.Output, StringComparison.Ordinal);
        Assert.Contains("jobs[0].schedule", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_others_reach_needs_a_key()
    {
        await using var host = StandaloneProcess.Launch(_folder, Plain, port: null, "--urls", "http://0.0.0.0:0");
        Assert.NotEqual(0, await host.ExitAsync(Cancelled));
        Assert.Contains("ApiKey", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = StandaloneProcess.Launch(_folder, Plain, port);
        Assert.Equal(5, await host.ExitAsync(Cancelled));
        Assert.Contains($"{port}", host.Output, StringComparison.Ordinal);
        AssertOneLine(host);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Password=sesame;Database=none;Timeout=2")]
    [InlineData("Host=127.0.0.1;Port=1;Username=nobody;Password=sesame;Database=none;Nonsense=1")]
    public async Task A_database_that_cannot_be_used_is_said_without_the_password(string connectionString)
    {
        var settings = new Dictionary<string, string>(Plain)
        {
            ["Silos__Store"] = "postgres",
            ["ConnectionStrings__Silos"] = connectionString,
        };
        await using var host = StandaloneProcess.Launch(_folder, settings, StandaloneProcess.FreePort());
        Assert.Contains(await host.ExitAsync(Cancelled), new[] { 3, 4 });
        Assert.DoesNotContain("sesame", host.Output, StringComparison.Ordinal);
        AssertOneLine(host);
    }

    [Fact]
    public async Task A_run_that_somebody_enqueued_inside_an_own_PostgreSQL_transaction_is_executed()
    {
        await using var effects = await EffectsServer.StartAsync();
        await using var database = await TestDatabase.CreateAsync(Cancelled);
        var settings = new Dictionary<string, string>(Plain)
        {
            ["Silos__Store"] = "postgres",
            ["ConnectionStrings__Silos"] = database.ConnectionString,
            ["Silos__Handlers__Http__AllowPrivateNetworks"] = "true",
        };
        await using var host = await StandaloneProcess.StartAsync(_folder, settings, StandaloneProcess.FreePort(), Cancelled);
        var answer = await database.SqlAsync(
            $$"""
            begin;
            create table orders (id integer);
            insert into orders values (7);
            select silos.enqueue('http', '{"url": "{{effects.Url}}", "method": "POST"}');
            commit;
            """,
            Cancelled);
        var run = await host.Http.GetFromJsonAsync<JsonNode>($"/api/runs/{answer.Trim()}?wait=30s", Cancelled);
        Assert.Equal("completed", (string)run!["state"]!);
        Assert.Equal(answer.Trim(), Assert.Single(effects.Effects).Run);
    }

    [Fact]
    public async Task SIGTERM_lets_a_running_attempt_finish_and_loses_nothing()
    {
        await using var effects = await EffectsServer.StartAsync();
        var settings = new Dictionary<string, string>(Plain) { ["Silos__Handlers__Http__AllowPrivateNetworks"] = "true" };
        var port = StandaloneProcess.FreePort();
        var ids = new List<string>();
        await using (var host = await StandaloneProcess.StartAsync(_folder, settings, port, Cancelled))
        {
            for (var i = 0; i < 50; i++)
            {
                using var answer = await host.Http.PostAsJsonAsync(
                    "/api/runs",
                    new { handler = "http", payload = new { url = effects.Url, method = "POST" } },
                    Cancelled);
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                ids.Add((string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!);
            }

            Assert.Equal(0, await host.TerminateAsync(Cancelled));
        }

        await using var again = await StandaloneProcess.StartAsync(_folder, settings, port, Cancelled);
        foreach (var id in ids)
        {
            var run = await again.Http.GetFromJsonAsync<JsonNode>($"/api/runs/{id}?wait=30s", Cancelled);
            Assert.Equal("completed", (string)run!["state"]!);
            Assert.Equal(0, (int)run["losses"]!);
        }
    }

    /// <summary>A refused start says what is wrong in one line, without a stack trace.</summary>
    private static void AssertOneLine(HostProcess host)
    {
        var lines = host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("silos: ", StringComparison.Ordinal));
    }
}
