using System.Text.Json.Nodes;
using Silos.Runs;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>A run that takes long, while everything else moves: it is begun once and never again.</summary>
internal sealed class LongRun
{
    private readonly TestCluster _cluster;
    private readonly string _id;
    private readonly TimeSpan _time;

    private LongRun(TestCluster cluster, string id, TimeSpan time)
    {
        _cluster = cluster;
        _id = id;
        _time = time;
    }

    /// <summary>Gets the number of the silo where it executes.</summary>
    public int Silo { get; private set; }

    public static async Task<LongRun> StartAsync(TestCluster cluster, TimeSpan time)
    {
        var run = new LongRun(cluster, RunId.New(Clock.Now).ToString(), time);
        await cluster.SendAsync(HttpMethod.Post, "/api/runs", new JsonObject
        {
            ["id"] = run._id,
            ["handler"] = "effect",
            ["payload"] = new JsonObject { ["ms"] = (int)time.TotalMilliseconds },
            ["queue"] = "long",
            ["timeout"] = "1h",
        });
        await Clock.UntilAsync(
            async () => (await run.EffectsAsync()).Count > 0, TimeSpan.FromSeconds(30), () => $"run {run._id} began");
        var silo = (await run.EffectsAsync())[0].Silo;
        run.Silo = int.Parse(silo.AsSpan(4, silo.IndexOf('#', StringComparison.Ordinal) - 4), System.Globalization.CultureInfo.InvariantCulture);
        return run;
    }

    /// <summary>Waits for its end: it was one attempt, and it took the time it takes.</summary>
    public async Task EndAsync()
    {
        await Clock.UntilAsync(
            async () => (string)(await _cluster.GetAsync($"/api/runs/{_id}"))["state"]! == "completed",
            _time + TimeSpan.FromMinutes(1),
            () => $"the long run {_id} completed");
        var details = await _cluster.GetAsync($"/api/runs/{_id}");
        Assert.Single(details["attempts"]!.AsArray());
        Assert.Equal(0, (int)details["losses"]!);
        var effect = Assert.Single(await EffectsAsync());
        Assert.True(effect.Ended - effect.Began >= _time - TimeSpan.FromSeconds(1), $"It ended early: {effect}.");
    }

    private async Task<List<Effect>> EffectsAsync() =>
        (await _cluster.Effects.ReadAsync(TestContext.Current.CancellationToken)).FindAll(effect => effect.Run == _id);
}
