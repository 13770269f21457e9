using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Silos.Runs;
using Silos.System.Tests.Support;

namespace Silos.System.Tests;

/// <summary>kill -9 at random moments under load, on real processes and stores; then everything is checked from outside.</summary>
public sealed class CrashTests
{
    private const string EverySecond = "every-second";
    private const string OneAtATime = "one-at-a-time";
    private static readonly int Kills = LongTests.Wanted ? 100 : 6;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Killed_again_and_again_under_load_nothing_is_lost_doubled_or_left_undecided(string store)
    {
        var folder = Directory.CreateTempSubdirectory("silos-crash-").FullName;
        await using var effects = await EffectsServer.StartAsync();
        await using var database = store == "postgres" ? await TestDatabase.CreateAsync(Cancelled) : null;
        var environment = new Dictionary<string, string>
        {
            ["Silos__Examples"] = "false",
            ["Silos__Store"] = store,
            ["Silos__Slots"] = "32",
            ["Silos__Handlers__Http__AllowPrivateNetworks"] = "true",
            ["LOG_LEVEL"] = "warning",
        };
        if (database is not null)
        {
            environment["ConnectionStrings__Silos"] = database.ConnectionString;
        }

        var port = StandaloneProcess.FreePort();
        var host = await StandaloneProcess.StartAsync(folder, environment, port, Cancelled);
        await RegisterAsync(host.Http, EverySecond, effects.Url, """{ "mode": "allow", "limit": 8 }""", "all");
        await RegisterAsync(host.Http, OneAtATime, effects.Url, "\"skip\"", "last");

        using var stop = new CancellationTokenSource();
        var acknowledged = new ConcurrentBag<string>();
        var target = new Target(host.Http.BaseAddress!);
        Task[] callers = [.. Enumerable.Range(0, 8).Select(i => CallAsync(target, effects.Url, i, acknowledged, stop.Token))];

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(50, 1_500)), TimeProvider.System, Cancelled);
            await host.KillAsync();
            await host.DisposeAsync();
            host = await StandaloneProcess.StartAsync(folder, environment, port, Cancelled);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancelled);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await using (host)
        {
            await SettleAsync(host);
            var runs = await AllAsync(host.Http, "/api/runs?limit=500", "id", "cursor");
            var byId = runs.ToDictionary(run => (string)run["id"]!);
            CheckRuns(byId, acknowledged, effects.Effects);
            var decided = await CheckLedgerAsync(host.Http, EverySecond, byId) + await CheckLedgerAsync(host.Http, OneAtATime, byId);
            var losses = await CheckAttemptsAsync(host.Http, runs);
            Console.WriteLine(
                $"    crash ({store}): {Kills} kills; {acknowledged.Count} acknowledged runs, {runs.Count} runs in all, all completed; "
                + $"{effects.Effects.Count} effects; {decided} due instants, each decided once; {losses} attempts were interrupted and repeated");
            Assert.True(losses > 0, "No kill met an attempt under way: the test proves nothing.");
            Assert.Equal(0, await host.TerminateAsync(Cancelled));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task RegisterAsync(HttpClient http, string name, string url, string overlap, string catchUp)
    {
        var body = JsonNode.Parse($$"""
            { "handler": "http", "schedules": ["* * * * * *"], "payload": { "url": "{{url}}?job={{name}}", "method": "POST" }, "timeout": "20s",
              "overlap": {{overlap}}, "catchUp": { "policy": "{{catchUp}}", "window": "1h" }, "queue": "{{name}}" }
            """);
        using var response = await http.PutAsJsonAsync($"/api/jobs/{name}", body, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Enqueues without end; a call whose answer got lost is repeated with the same id until it is answered.</summary>
    private static async Task CallAsync(
        Target target, string url, int caller, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = target.Address, Timeout = TimeSpan.FromSeconds(10) };
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var id = RunId.New(TimeProvider.System.Now()).ToString();
            var body = new JsonObject
            {
                ["id"] = id,
                ["handler"] = "http",
                ["payload"] = new JsonObject { ["url"] = url, ["method"] = "POST" },
                ["priority"] = i % 3,
                ["maxAttempts"] = 10,
                ["timeout"] = "20s",
            };
            if (i % 5 == caller % 5)
            {
                body["delay"] = "700ms";
            }

            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var response = await http.PostAsJsonAsync("/api/runs", body, CancellationToken.None);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                    {
                        acknowledged.Add(id);
                        break;
                    }

                    if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                    {
                        throw new InvalidOperationException(
                            $"{response.StatusCode}: {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    // The process died before it could answer; whether the run exists is unknown, so the same id goes again.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Pauses the jobs and waits until nothing is unfinished.</summary>
    private static async Task SettleAsync(HostProcess host)
    {
        foreach (var job in new[] { EverySecond, OneAtATime })
        {
            using var paused = await host.Http.PostAsJsonAsync($"/api/jobs/{job}/pause", new { reason = "the test is over" }, Cancelled);
            Assert.True(paused.IsSuccessStatusCode, await paused.Content.ReadAsStringAsync(Cancelled));
        }

        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(2);
        while ((await UnfinishedAsync(host.Http)) is var unfinished and > 0)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{unfinished} runs did not end in two minutes:\n{host.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
        }
    }

    private static async Task<long> UnfinishedAsync(HttpClient http)
    {
        var queues = await http.GetFromJsonAsync<JsonNode>("/api/queues", Cancelled);
        return queues!["items"]!.AsArray().Sum(queue => (long)queue!["queued"]! + (long)queue["scheduled"]! + (long)queue["running"]!);
    }

    private static void CheckRuns(
        Dictionary<string, JsonNode> runs, ConcurrentBag<string> acknowledged, IReadOnlyCollection<Effect> effects)
    {
        var lost = acknowledged.Where(id => !runs.ContainsKey(id)).ToList();
        Assert.True(lost.Count == 0, $"{lost.Count} acknowledged runs are lost, such as {lost.FirstOrDefault()}.");
        var unfinished = runs.Values.Where(run => (string)run["state"]! != "completed").ToList();
        Assert.True(unfinished.Count == 0, $"{unfinished.Count} runs did not complete, such as {unfinished.FirstOrDefault()}.");

        var doubled = effects.GroupBy(effect => (effect.Run, effect.Token)).Where(group => group.Count() > 1).ToList();
        Assert.True(doubled.Count == 0, $"{doubled.Count} attempts had their effect twice, such as {doubled.FirstOrDefault()?.Key}.");
        var withEffect = effects.Select(effect => effect.Run).ToHashSet();
        var without = runs.Keys.Where(id => !withEffect.Contains(id)).ToList();
        Assert.True(without.Count == 0, $"{without.Count} completed runs had no effect, such as {without.FirstOrDefault()}.");
    }

    private static async Task<long> CheckLedgerAsync(HttpClient http, string job, Dictionary<string, JsonNode> runs)
    {
        var rows = await AllAsync(http, $"/api/jobs/{job}/occurrences?limit=500", "dueAt", "before");
        rows.Reverse();
        return Ledger.Check(job, rows, runs);
    }

    /// <summary>Each run has one final outcome, and the tokens of its attempts rise.</summary>
    private static async Task<int> CheckAttemptsAsync(HttpClient http, List<JsonNode> runs)
    {
        var lost = 0;
        foreach (var run in runs.Where(run => (int)run["losses"]! > 0))
        {
            var details = await http.GetFromJsonAsync<JsonNode>($"/api/runs/{run["id"]}", Cancelled);
            var attempts = details!["attempts"]!.AsArray();
            long[] tokens = [.. attempts.Select(attempt => (long)attempt!["token"]!)];
            Assert.Equal(tokens.Distinct().Order(), tokens);
            Assert.Equal("completed", (string)attempts[^1]!["outcome"]!);
            Assert.Single(attempts, attempt => (string)attempt!["outcome"]! == "completed");
            lost += attempts.Count(attempt => (string)attempt!["outcome"]! == "lost");
        }

        return lost;
    }

    /// <summary>Follows keyset paging to its end.</summary>
    private static async Task<List<JsonNode>> AllAsync(HttpClient http, string url, string identity, string paging)
    {
        var all = new List<JsonNode>();
        var next = url;
        while (next is not null)
        {
            var page = await http.GetFromJsonAsync<JsonNode>(next, Cancelled);
            all.AddRange(page!["items"]!.AsArray().Select(item => item!));
            next = page["next"] is { } cursor ? $"{url}&{paging}={Uri.EscapeDataString((string)cursor!)}" : null;
        }

        Assert.Equal(all.Count, all.Select(item => (string)item[identity]!).Distinct().Count());
        return all;
    }

    private sealed record Target(Uri Address);
}
