using System.Diagnostics;
using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests.Scenarios;

/// <summary>Processes are killed, frozen, replaced and joined by others; the database goes away; clocks are wrong.</summary>
internal static class ProcessScenarios
{
    private static readonly Dictionary<string, string> OrleansDefaults = new()
    {
        ["Silos__Cluster__Membership__ProbeTimeout"] = "00:00:05",
        ["Silos__Cluster__Membership__MissedProbes"] = "3",
        ["Silos__Cluster__Membership__Votes"] = "2",
        ["Silos__Cluster__Membership__TableRefresh"] = "00:01:00",
        ["Silos__Cluster__Membership__AliveInterval"] = "00:00:30",
    };

    /// <summary>Gets a little of everything: what the gate runs.</summary>
    public static Scenario Sample { get; } = new("sample", SampleAsync);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Sample,
        new("kill", static (_, faults) => KillAsync(faults, 20, alwaysLate: false)),
        new("kill-default", static (_, faults) => KillAsync(faults, 6, alwaysLate: true)) { Settings = OrleansDefaults, Goal = TimeSpan.FromSeconds(20) },
        new("kill-all", KillAllAsync) { Goal = null },
        new("freeze", FreezeAsync),
        new("database", DatabaseAsync),
        new("roll", RollAsync),
        new("join", JoinAsync),
        new("long-run", LongRunAsync),
        new("upgrade", UpgradeAsync) { Begins = StartOldAsync },
        new("skew", SkewAsync) { Begins = StartSkewedAsync, Proofs = ["s ahead of the database's", "s behind the database's"] },
    ];

    private static async Task SampleAsync(TestCluster cluster, Faults faults)
    {
        var run = await LongRun.StartAsync(cluster, TimeSpan.FromSeconds(50));
        await faults.LetGoAsync(500, 1_500);
        await faults.DoAsync("kill", () => faults.KillAsync(faults.Pick(3, run.Silo), atOnce: false));
        await faults.DoAsync("freeze", () => cluster.FreezeAsync(faults.Pick(3, run.Silo), TimeSpan.FromSeconds(12)));
        await faults.DoAsync("database", () => faults.RestartDatabaseAsync(crash: false, TimeSpan.FromSeconds(1)));
        await faults.DoAsync("join", () => cluster.StartAsync(4));
        await faults.DoAsync("roll", () => faults.RollAsync(Enumerable.Range(1, 4).Except([run.Silo])));
        await faults.DoAsync("long run", run.EndAsync);
    }

    private static async Task KillAsync(Faults faults, int kills, bool alwaysLate)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await faults.LetGoAsync(500, 4_000);
            await faults.KillAsync(faults.Pick(3), atOnce: !alwaysLate && kill % 4 == 3);
        }
    }

    private static async Task KillAllAsync(TestCluster _, Faults faults)
    {
        for (var kill = 0; kill < 3; kill++)
        {
            await faults.LetGoAsync(1_000, 3_000);
            await faults.KillAllAsync(3);
        }
    }

    private static async Task FreezeAsync(TestCluster cluster, Faults faults)
    {
        foreach (var seconds in new[] { 1, 60, 2, 10, 3, 5, 20 })
        {
            await faults.LetGoAsync(500, 2_000);
            await cluster.FreezeAsync(faults.Pick(3), TimeSpan.FromSeconds(seconds));
        }
    }

    private static async Task DatabaseAsync(TestCluster _, Faults faults)
    {
        foreach (var (crash, seconds) in new[] { (false, 0), (true, 0), (false, 20), (true, 20), (true, 3) })
        {
            await faults.LetGoAsync(3_000, 6_000);
            await faults.RestartDatabaseAsync(crash, TimeSpan.FromSeconds(seconds));
        }
    }

    private static async Task RollAsync(TestCluster _, Faults faults)
    {
        for (var round = 0; round < 2; round++)
        {
            await faults.RollAsync([1, 2, 3]);
        }
    }

    private static async Task JoinAsync(TestCluster cluster, Faults faults)
    {
        await cluster.StartAsync(4);
        await SpreadAsync(cluster, 4);
        await cluster.StartAsync(5);
        await SpreadAsync(cluster, 5);
        await cluster.KillAsync(2);
        await cluster.TerminateAsync(4);
        await SpreadAsync(cluster, 3);
    }

    /// <summary>A run of ten minutes: partitions move about it, and every silo but its own is replaced twice.</summary>
    private static async Task LongRunAsync(TestCluster cluster, Faults faults)
    {
        var run = await LongRun.StartAsync(cluster, TimeSpan.FromMinutes(10));
        await cluster.StartAsync(4);
        await SpreadAsync(cluster, 4);
        for (var round = 0; round < 2; round++)
        {
            await faults.RollAsync(Enumerable.Range(1, 4).Except([run.Silo]));
        }

        await faults.KillAsync(faults.Pick(4, run.Silo), atOnce: false);
        await run.EndAsync();
    }

    /// <summary>Silos of an earlier commit, replaced by today's one after the other.</summary>
    private static async Task UpgradeAsync(TestCluster cluster, Faults faults)
    {
        await faults.LetGoAsync(5_000, 6_000);
        await faults.RollAsync([1, 2, 3], settings: new Dictionary<string, string> { ["TEST_SILO_VERSION"] = "new" });
        await faults.LetGoAsync(3_000, 4_000);
        var effects = await cluster.Effects.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["new", "old"], effects.Select(effect => effect.Version).Distinct().Order());
    }

    /// <summary>The clocks of two machines are ten minutes wrong; that of Orleans' membership is not, which every silo takes from the process.</summary>
    private static async Task SkewAsync(TestCluster _, Faults faults)
    {
        await faults.LetGoAsync(10_000, 12_000);
        await faults.KillAsync(1, atOnce: false);
        await faults.RollAsync([1]);
    }

    private static async Task StartSkewedAsync(TestCluster cluster)
    {
        await cluster.StartAsync(1);
        await cluster.StartAsync([2], null, new Dictionary<string, string> { ["TEST_SILO_SKEW"] = "600" });
        await cluster.StartAsync([3], null, new Dictionary<string, string> { ["TEST_SILO_SKEW"] = "-600" });
    }

    private static async Task StartOldAsync(TestCluster cluster)
    {
        var (commit, executable) = await OldBuild.MakeAsync(TestContext.Current.CancellationToken);
        Console.WriteLine($"    upgrade from commit {commit}");
        await cluster.StartAsync([1, 2, 3], executable, new Dictionary<string, string> { ["TEST_SILO_VERSION"] = "old" });
    }

    /// <summary>Waits until every silo has its even share of the partitions.</summary>
    private static async Task SpreadAsync(TestCluster cluster, int silos)
    {
        var seen = string.Empty;
        var took = Stopwatch.StartNew();
        await Clock.UntilAsync(
            async () =>
            {
                await using var command = cluster.Source.CreateCommand(
                    "select owner, count(*) from silos.partition where lease_until is not null group by owner");
                await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
                var shares = new List<long>();
                while (await reader.ReadAsync(TestContext.Current.CancellationToken))
                {
                    shares.Add(reader.GetInt64(1));
                }

                seen = string.Join(", ", shares);
                return shares.Count == silos && shares.Sum() == 32 && shares.Max() - shares.Min() <= 1;
            },
            TimeSpan.FromSeconds(60),
            () => $"the partitions were spread evenly over {silos} silos: {seen}");
        Console.WriteLine($"    partitions over {silos} silos after {took.Elapsed.TotalSeconds:0.0} s: {seen}");
    }
}
