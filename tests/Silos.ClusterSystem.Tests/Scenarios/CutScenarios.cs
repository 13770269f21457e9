using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests.Scenarios;

/// <summary>
/// Ways between silos, and to the database, are really cut: what is sent is not refused but never arrives. Two activations of one grain come
/// from that, and what the one that was left behind still writes has to be refused.
/// </summary>
internal static class CutScenarios
{
    private const int Silos = 3;

    // It reaches the database all the time: until it hears of its death it decides what others decide, too.
    private static readonly string[] TwoActivations =
        [$"{TestCluster.Refused}version", $"{TestCluster.Refused}epoch", "was taken over by another process"];

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Of("cut-others", OthersAsync) with { Proofs = TwoActivations },

        // A silo that alone has lost the database bears it for 15 s before it gives its place up.
        Of("cut-database", DatabaseAsync) with { Goal = TimeSpan.FromSeconds(25) },
        Of("cut-all", EverythingAsync),
        Of("cut-out", OutAsync) with { Proofs = TwoActivations },
        Of("cut-in", InAsync),
    ];

    private static Scenario Of(string name, Func<TestCluster, int, bool, Task> cut) => new(name, (cluster, faults) => RunAsync(name, cluster, faults, cut))
    {
        Network = true,
    };

    private static async Task RunAsync(string name, TestCluster cluster, Faults faults, Func<TestCluster, int, bool, Task> cut)
    {
        for (var round = 0; round < 3; round++)
        {
            await faults.LetGoAsync(2_000, 4_000);
            var silo = faults.Pick(Silos);
            cluster.Record(silo, name);
            await cut(cluster, silo, true);
            await Clock.WaitAsync(TimeSpan.FromSeconds(25));
            await cut(cluster, silo, false);
            await cluster.ReviveAsync(silo);
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
