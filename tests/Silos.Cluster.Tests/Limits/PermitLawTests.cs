using Silos.Engine.Queues;

namespace Silos.Cluster.Tests.Limits;

/// <summary>Laws of the permits under everything that may go wrong between partitions and homes.</summary>
public sealed class PermitLawTests
{
    private const int Partitions = 4;
    private const int Seeds = 200;

    private static readonly GateKey One = new(GateKind.ConcurrencyKey, TenantId.Default, "one");
    private static readonly GateKey Three = new(GateKind.ConcurrencyKey, TenantId.Default, "three");
    private static readonly GateKey Job = new(GateKind.Job, TenantId.Default, "job");
    private static readonly GateKey OneJob = new(GateKind.Job, TenantId.Default, "one-job");
    private static readonly Dictionary<GateKey, int> Limits = new() { [One] = 1, [Three] = 3, [Job] = 2, [OneJob] = 1 };

    [Fact]
    public void No_limit_is_ever_passed_and_every_run_ends_whatever_is_lost_late_or_moved()
    {
        var crashes = 0;
        var most = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var world = new LimitWorld(seed, Partitions, Limits);
            var runs = Fill(world, seed);
            for (var i = 0; i < 3_000; i++)
            {
                world.Step();
            }

            world.Calm = true;
            var steps = 0;
            while (world.Finished < runs)
            {
                world.Step();
                Assert.True(++steps < 200_000, $"Seed {seed}: stuck with {world.Seen}");
            }

            crashes += world.Crashes;
            most = Math.Max(most, world.Most);
        }

        Assert.True(crashes > 10 * Seeds);
        Assert.Equal(3, most);
    }

    private static int Fill(LimitWorld world, int seed)
    {
        var random = new Random(-seed);
        GateKey[][] kinds = [[One], [Three], [Job], [Job, One], [OneJob, One], [OneJob, Three]];
        for (var i = 0; i < 120; i++)
        {
            world.Add(random.Next(Partitions), kinds[random.Next(kinds.Length)]);
        }

        return 120;
    }
}
