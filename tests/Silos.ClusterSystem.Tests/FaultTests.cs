using System.Diagnostics;
using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests;

/// <summary>
/// Real silos on a real PostgreSQL under load, while processes are killed, frozen and replaced; then everything is checked from outside. The gate
/// runs the sample; <c>tests/run.sh --long</c> runs every scenario. <c>SILOS_TEST_SEED</c> repeats the choices of an earlier run, <c>SILOS_TEST_SCENARIO</c> names one scenario.
/// </summary>
public sealed class FaultTests
{
    private static readonly Dictionary<string, (int Silos, Func<TestCluster, Faults, Task> Happens)> All = new()
    {
        ["sample"] = (3, SampleAsync),
        ["kill"] = (3, KillAsync),
        ["kill-all"] = (3, KillAllAsync),
        ["freeze"] = (3, FreezeAsync),
        ["database"] = (3, DatabaseAsync),
        ["roll"] = (3, RollAsync),
        ["join"] = (3, JoinAsync),
        ["long-run"] = (3, LongRunAsync),
        ["upgrade"] = (0, UpgradeAsync),
        ["skew"] = (0, SkewAsync),
    };

    public static TheoryData<string> Scenarios => LongTests.Choose(All.Keys, "sample");

    [Theory, MemberData(nameof(Scenarios))]
    public Task Nothing_is_lost_doubled_or_left_undecided(string scenario) => scenario == LongTests.Nothing
        ? Task.CompletedTask
        : RunAsync(scenario, All[scenario].Silos, All[scenario].Happens);

    [Theory, MemberData(nameof(Scenarios))]
    public Task With_the_default_settings_of_Orleans_recovery_takes_longer_and_nothing_else_changes(string scenario) => scenario == "kill"
        ? RunAsync("kill, default membership", 3, (_, faults) => KillAsync(faults, 3, alwaysLate: true), OrleansDefaults, TimeSpan.FromSeconds(20))
        : Task.CompletedTask;

    private static readonly Dictionary<string, string> OrleansDefaults = new()
    {
        ["Silos__Cluster__Membership__ProbeTimeout"] = "00:00:05",
        ["Silos__Cluster__Membership__MissedProbes"] = "3",
        ["Silos__Cluster__Membership__Votes"] = "2",
        ["Silos__Cluster__Membership__TableRefresh"] = "00:01:00",
        ["Silos__Cluster__Membership__AliveInterval"] = "00:00:30",
    };

    private static async Task RunAsync(
        string name, int silos, Func<TestCluster, Faults, Task> happens, Dictionary<string, string>? settings = null, TimeSpan? goal = null)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SILOS_TEST_SEED"), out var given) ? given : Random.Shared.Next(100_000);
        var took = Stopwatch.StartNew();
        try
        {
            await using var cluster = await TestCluster.StartAsync(silos, settings);
            if (name == "upgrade")
            {
                await StartOldAsync(cluster);
            }

            if (name == "skew")
            {
                await StartSkewedAsync(cluster);
            }

            await using var load = await Load.StartAsync(cluster, seed);
            await happens(cluster, new Faults(cluster, seed));
            await load.StopAsync();
            var findings = await new Checker(cluster, load).CheckAsync();
            Console.WriteLine($"    cluster ({name}, seed {seed}, {took.Elapsed.TotalSeconds:0} s): {findings}; {cluster.Unasked} silos ended by themselves");
            cluster.Passed = Environment.GetEnvironmentVariable("SILOS_TEST_KEEP") != "1";
            if (cluster.Blows.Exists(blow => blow.What == "killed"))
            {
                Assert.True(findings.Lost > 0, "No kill met an attempt under way: the test proves nothing.");
            }

            if (LongTests.Wanted && findings.Recovery.Count > 0)
            {
                Assert.True(
                    Findings.Percentile(findings.Recovery, 0.99) <= (goal ?? TimeSpan.FromSeconds(8)),
                    $"Recovery took longer than the goal: {findings}");
            }
        }
        catch
        {
            Console.WriteLine($"    cluster ({name}) failed after {took.Elapsed.TotalSeconds:0} s with seed {seed}");
            throw;
        }
    }

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

    private static Task KillAsync(TestCluster cluster, Faults faults) => KillAsync(faults, 20, alwaysLate: false);

    private static async Task KillAsync(Faults faults, int kills, bool alwaysLate)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            await faults.LetGoAsync(500, 4_000);
            await faults.KillAsync(faults.Pick(3), atOnce: !alwaysLate && kill % 4 == 3);
        }
    }

    private static async Task KillAllAsync(TestCluster cluster, Faults faults)
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

    private static async Task DatabaseAsync(TestCluster cluster, Faults faults)
    {
        foreach (var (crash, seconds) in new[] { (false, 0), (true, 0), (false, 20), (true, 20), (true, 3) })
        {
            await faults.LetGoAsync(3_000, 6_000);
            await faults.RestartDatabaseAsync(crash, TimeSpan.FromSeconds(seconds));
        }
    }

    private static async Task RollAsync(TestCluster cluster, Faults faults)
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
    private static async Task SkewAsync(TestCluster cluster, Faults faults)
    {
        await faults.LetGoAsync(10_000, 12_000);
        await faults.KillAsync(1, atOnce: false);
        await faults.RollAsync([1]);
        Assert.True(cluster.CountLines("s ahead of the database's") > 0 && cluster.CountLines("s behind the database's") > 0, "No silo noticed its wrong clock.");
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
