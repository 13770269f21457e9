using System.Diagnostics;
using System.Text.Json.Nodes;
using Silos.ClusterSystem.Tests.Support;
using Silos.Runs;

namespace Silos.ClusterSystem.Tests;

/// <summary>
/// A limit holds over the whole cluster: runs of many queues, and so of many partitions and silos, share keys, and one silo is killed. When
/// each of them began and stopped is told by the handlers; nothing of Silos is asked.
/// </summary>
public sealed class LimitTests
{
    private const int Limit = 3;
    private const int Keys = 4;
    private const int Runs = 400;

    [Fact]
    public async Task A_concurrency_key_that_many_queues_share_is_never_exceeded()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SILOS_TEST_SEED"), out var given) ? given : Random.Shared.Next(100_000);
        var random = new Random(seed);
        var took = Stopwatch.StartNew();
        await using var cluster = await TestCluster.MakeAsync([]);
        await cluster.StartAsync(1, 2, 3);
        for (var i = 0; i < Runs; i++)
        {
            var key = $"key-{i % Keys}";
            await cluster.SendAsync(HttpMethod.Post, "/api/runs", new JsonObject
            {
                ["id"] = RunId.New(Clock.Now).ToString(),
                ["handler"] = "effect",
                ["payload"] = new JsonObject { ["ms"] = random.Next(100, 300), ["key"] = key },
                ["queue"] = $"limited-{random.Next(20)}",
                ["concurrencyKey"] = key,
                ["concurrencyLimit"] = Limit,
                ["maxAttempts"] = 20,
                ["timeout"] = "2m",
            });
            if (i == Runs / 2)
            {
                await cluster.KillAsync(random.Next(1, 4));
            }
        }

        await Clock.UntilAsync(
            async () => (await cluster.Effects.ReadAsync(TestContext.Current.CancellationToken)).Where(effect => effect.Ended is not null).Select(effect => effect.Run).Distinct().Count() == Runs,
            TimeSpan.FromMinutes(3),
            () => "all limited runs ended");
        var effects = await cluster.Effects.ReadAsync(TestContext.Current.CancellationToken);
        var most = effects.GroupBy(effect => effect.Key).ToDictionary(group => group.Key, group => MostAtOnce(group, cluster.Blows));
        Console.WriteLine($"    limits (seed {seed}, {took.Elapsed.TotalSeconds:0} s): {Runs} runs of 20 queues on 3 silos, one killed; at once at most "
            + string.Join(", ", most.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} of {pair.Key}")) + $"; the limit is {Limit}");
        Assert.All(most, pair => Assert.True(pair.Value <= Limit, $"{pair.Value} attempts of {pair.Key} executed at once; {Limit} may."));
        Assert.All(most, pair => Assert.True(pair.Value == Limit, $"Only {pair.Value} attempts of {pair.Key} executed at once: the test proves nothing."));
        cluster.Passed = true;
    }

    /// <summary>Counts how many executed at once; what a silo did when it was killed ended then.</summary>
    private static int MostAtOnce(IEnumerable<Effect> effects, IReadOnlyCollection<Blow> blows)
    {
        var now = 0;
        var most = 0;
        var moments = effects
            .Select(effect => (effect.Began, Ended: effect.Ended ?? blows.First(blow => blow.Silo == effect.Silo).At))
            .SelectMany(span => new[] { (At: span.Began, Change: 1), (At: span.Ended, Change: -1) })
            .OrderBy(moment => moment.At)
            .ThenBy(moment => moment.Change);
        foreach (var (_, change) in moments)
        {
            now += change;
            most = Math.Max(most, now);
        }

        return most;
    }
}
