using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Silos.Runs;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>Jobs that are due every second, and callers that enqueue without end at whichever silo takes calls.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Callers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly TestCluster _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _acknowledged = [];
    private readonly int _seed;
    private Task[] _callers = [];
    private long _repeated;

    private Load(TestCluster cluster, int seed)
    {
        _cluster = cluster;
        _seed = seed;
    }

    /// <summary>Gets the jobs, all due every second.</summary>
    public IReadOnlyList<string> Jobs { get; } = ["tick-1", "tick-2", "tick-3", "tick-4", "tick-5", "tick-6", "one-at-a-time-1", "one-at-a-time-2"];

    /// <summary>Gets the runs whose enqueue was answered.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>Gets how often a call was repeated because its answer did not come.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    public static async Task<Load> StartAsync(TestCluster cluster, int seed, string? concurrencyKeys = null)
    {
        var load = new Load(cluster, seed);
        foreach (var job in load.Jobs)
        {
            var single = job.StartsWith("one", StringComparison.Ordinal);
            await cluster.SendAsync(HttpMethod.Put, $"/api/jobs/{job}", JsonNode.Parse(
                $$"""
                { "handler": "effect", "schedules": ["* * * * * *"], "payload": { "ms": {{(single ? 300 : 50)}} }, "timeout": "2m",
                  "overlap": {{(single ? "\"skip\"" : """{ "mode": "allow", "limit": 200 }""")}},
                  "catchUp": { "policy": "{{(single ? "last" : "all")}}", "window": "1h" }, "queue": "{{job}}",
                  "retry": { "maxAttempts": 20 } }
                """)!);
        }

        load._callers = [.. Enumerable.Range(0, Callers).Select(caller => load.CallAsync(caller))];
        return load;
    }

    /// <summary>Ends the calls and pauses the jobs.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        foreach (var job in Jobs)
        {
            await _cluster.SendAsync(HttpMethod.Post, $"/api/jobs/{job}/pause", new JsonObject { ["reason"] = "the test is over" });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        _stop.Dispose();
    }

    /// <summary>Enqueues one run and repeats that with the same id until it is answered, or until the load ends.</summary>
    public async Task<bool> EnqueueAsync(string id, JsonObject body, Random random, CancellationToken stop)
    {
        body["id"] = id;
        while (!stop.IsCancellationRequested)
        {
            var silos = _cluster.Taking;
            if (silos.Count > 0)
            {
                var silo = silos[random.Next(silos.Count)];
                try
                {
                    using var response = await silo.Http.PostAsJsonAsync("/api/runs", body, CancellationToken.None);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                    {
                        return true;
                    }

                    if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                    {
                        throw new InvalidOperationException(
                            $"{silo.Name}: {response.StatusCode}: {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
                    }
                }
                catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                {
                    // It died, froze or was cut off before it could answer; whether the run exists is unknown, so the same id goes again.
                }

                Interlocked.Increment(ref _repeated);
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }

        return false;
    }

    private async Task CallAsync(int caller)
    {
        var random = new Random(_seed + caller);
        for (var i = 0; !_stop.IsCancellationRequested; i++)
        {
            var id = RunId.New(Clock.Now).ToString();
            var body = new JsonObject
            {
                ["handler"] = "effect",
                ["payload"] = new JsonObject { ["ms"] = random.Next(5) == 0 ? random.Next(500, 2_500) : random.Next(20) },
                ["priority"] = i % 3,
                ["queue"] = $"calls-{random.Next(12)}",
                ["maxAttempts"] = 20,
                ["timeout"] = "2m",
            };
            if (random.Next(5) == 0)
            {
                body["delay"] = "700ms";
            }

            if (await EnqueueAsync(id, body, random, _stop.Token))
            {
                _acknowledged.Add(id);
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
