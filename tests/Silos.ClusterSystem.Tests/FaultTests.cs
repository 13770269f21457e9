using System.Diagnostics;
using Silos.ClusterSystem.Tests.Scenarios;
using Silos.ClusterSystem.Tests.Support;

namespace Silos.ClusterSystem.Tests;

/// <summary>
/// Real silos on a real PostgreSQL under load, while processes are killed, frozen, cut off and replaced; then everything is checked from outside.
/// The gate runs the sample; <c>tests/run.sh --long</c> runs every scenario. <c>SILOS_TEST_SEED</c> repeats the choices of an earlier run,
/// <c>SILOS_TEST_SCENARIO</c> names one scenario, <c>SILOS_TEST_KEEP=1</c> keeps what the silos wrote.
/// </summary>
public sealed class FaultTests
{
    private static readonly Scenario[] All = [.. ProcessScenarios.All, .. CutScenarios.All];
    private static readonly bool Long = Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1";
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("SILOS_TEST_SCENARIO");

    public static TheoryData<string> Scenarios =>
        !string.IsNullOrEmpty(Wanted) ? [Wanted] : Long ? [.. All.Select(scenario => scenario.Name)] : [ProcessScenarios.Sample.Name];

    [Theory, MemberData(nameof(Scenarios))]
    public async Task Nothing_is_lost_doubled_or_left_undecided(string name)
    {
        var scenario = Assert.Single(All, scenario => scenario.Name == name);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SILOS_TEST_SEED"), out var given) ? given : Random.Shared.Next(100_000);
        var took = Stopwatch.StartNew();
        try
        {
            await using var network = scenario.Network ? await Network.MakeAsync(3) : null;
            await using var cluster = await TestCluster.MakeAsync(scenario.Settings, network);
            await scenario.Begins(cluster);
            await using var load = await Load.StartAsync(cluster, seed);
            await scenario.Happens(cluster, new Faults(cluster, seed));
            await load.StopAsync();
            var findings = await new Checker(cluster, load).CheckAsync();
            string Refused(string check) => $"{cluster.CountLines(TestCluster.Refused + check)} by {check}";
            Console.WriteLine(
                $"    cluster ({name}, seed {seed}, {took.Elapsed.TotalSeconds:0} s): {findings}; {cluster.Unasked} silos ended by themselves; "
                + $"refused writes: {Refused("version")}, {Refused("epoch")}, {Refused("token")}");
            Assert.All(scenario.Proofs, proof => Assert.True(cluster.CountLines(proof) > 0, $"No silo wrote '{proof}': the scenario proves nothing."));

            // One kill alone may fall into a moment when that silo executes nothing.
            if (cluster.Blows.Count(blow => blow.What == "killed") > 1)
            {
                Assert.True(findings.Lost > 0, "No kill met an attempt under way: the scenario proves nothing.");
            }

            if (Long && scenario.Goal is { } goal && findings.Recovery.Count > 0)
            {
                Assert.True(Findings.Percentile(findings.Recovery, 0.99) <= goal, $"Recovery took longer than {goal}: {findings}");
            }

            cluster.Passed = true;
        }
        catch
        {
            Console.WriteLine($"    cluster ({name}) failed after {took.Elapsed.TotalSeconds:0} s with seed {seed}");
            throw;
        }
    }
}
