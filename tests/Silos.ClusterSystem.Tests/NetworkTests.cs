using System.Diagnostics;
using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests;

/// <summary>
/// Silos in network namespaces of their own, and ways between them that are really cut: what is sent is not refused but never arrives. Two
/// activations of one grain come from that, and what the one that was left behind still writes has to be refused.
/// Only in the long tests: it needs root, and takes minutes.
/// </summary>
public sealed class NetworkTests
{
    private const string Metric = "METRIC silos.writes.refused check=";
    private const int Silos = 3;

    private static readonly Dictionary<string, Func<TestCluster, int, bool, Task>> All = new()
    {
        ["cut-others"] = OthersAsync,
        ["cut-database"] = DatabaseAsync,
        ["cut-all"] = EverythingAsync,
        ["cut-out"] = OutAsync,
        ["cut-in"] = InAsync,
    };

    public static TheoryData<string> Scenarios => LongTests.Choose(All.Keys);

    [Theory, MemberData(nameof(Scenarios))]
    public async Task A_silo_that_is_cut_off_doubles_nothing_and_loses_nothing(string scenario)
    {
        if (scenario == LongTests.Nothing)
        {
            return;
        }

        var obstacle = await Network.ObstacleAsync();
        Assert.True(obstacle is null, $"The long tests need network namespaces (root, ip, veth, bridge): {obstacle}");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SILOS_TEST_SEED"), out var given) ? given : Random.Shared.Next(100_000);
        var took = Stopwatch.StartNew();
        await using var network = await Network.MakeAsync(Silos);
        await using var cluster = await TestCluster.StartAsync(Silos, network: network);
        await using var load = await Load.StartAsync(cluster, seed);
        var random = new Random(seed);
        for (var round = 0; round < 3; round++)
        {
            await Clock.WaitAsync(TimeSpan.FromSeconds(3));
            var silo = random.Next(1, Silos + 1);
            cluster.Record(silo, scenario);
            await All[scenario](cluster, silo, true);
            await Clock.WaitAsync(TimeSpan.FromSeconds(25));
            await All[scenario](cluster, silo, false);
            await cluster.ReviveAsync(silo);
        }

        await load.StopAsync();
        var findings = await new Checker(cluster, load).CheckAsync();
        int Refused(string check) => cluster.CountLines(Metric + check);
        Console.WriteLine(
            $"    cluster ({scenario}, seed {seed}, {took.Elapsed.TotalSeconds:0} s): {findings}; refused by version {Refused("version")}, "
            + $"by epoch {Refused("epoch")}, by token {Refused("token")}; "
            + $"{cluster.CountLines("was taken over by another process")} partitions told in the log that they were taken over");
        cluster.Passed = Environment.GetEnvironmentVariable("SILOS_TEST_KEEP") != "1";
        if (scenario is "cut-others" or "cut-out")
        {
            // It reached the database all the time: until it heard of its death it decided what others decided, too.
            Assert.True(Refused("epoch") > 0, "No partition was owned twice: the cut proves nothing.");
            Assert.True(cluster.CountLines("was taken over by another process") > 0);
            Assert.True(Refused("version") > 0, "No job was decided twice: the cut proves nothing.");
        }
    }

    private static async Task OthersAsync(TestCluster cluster, int silo, bool cut)
    {
        await OutAsync(cluster, silo, cut);
        await InAsync(cluster, silo, cut);
    }

    private static async Task OutAsync(TestCluster cluster, int silo, bool cut)
    {
        foreach (var other in Enumerable.Range(1, Silos).Where(other => other != silo))
        {
            await (cut ? cluster.Network!.CutAsync(silo, other) : cluster.Network!.HealAsync(silo, other));
        }
    }

    private static async Task InAsync(TestCluster cluster, int silo, bool cut)
    {
        foreach (var other in Enumerable.Range(1, Silos).Where(other => other != silo))
        {
            await (cut ? cluster.Network!.CutAsync(other, silo) : cluster.Network!.HealAsync(other, silo));
        }
    }

    private static Task DatabaseAsync(TestCluster cluster, int silo, bool cut) =>
        cut ? cluster.Network!.CutDatabaseAsync(silo) : cluster.Network!.HealDatabaseAsync(silo);

    private static async Task EverythingAsync(TestCluster cluster, int silo, bool cut)
    {
        await DatabaseAsync(cluster, silo, cut);
        await OthersAsync(cluster, silo, cut);
    }
}
