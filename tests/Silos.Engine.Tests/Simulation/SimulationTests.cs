using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Silos.Engine.Tests.Simulation;

/// <summary>Ten thousand histories of crashes, lost answers, jumping clocks and two owners at once; see the README beside this file.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>The environment variable that names one seed to run instead of all.</summary>
    private const string SeedVariable = "SILOS_SIM_SEED";

    /// <summary>The environment variable that says how many seeds to run.</summary>
    private const string CountVariable = "SILOS_SIM_COUNT";

    [Fact]
    public void Whatever_crashes_fails_or_jumps_every_promise_is_kept()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out var one))
        {
            output.WriteLine($"Seed {one}: {Play(one).Fingerprint}");
            return;
        }

        var count = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), CultureInfo.InvariantCulture, out var wanted)
            ? wanted
            : Environment.GetEnvironmentVariable("SILOS_TEST_LONG") == "1" ? 100_000 : 10_000;
        var crashes = new CrashCounts();
        var failures = new ConcurrentQueue<(int Seed, Exception Problem)>();
        var played = 0;
        var clock = Stopwatch.StartNew();
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken },
            (seed, loop) =>
            {
                try
                {
                    var world = Play(seed);
                    lock (crashes)
                    {
                        crashes.Add(world.Crashes);
                        played++;
                    }
                }
                catch (Exception exception)
                {
                    failures.Enqueue((seed, exception));
                    loop.Stop();
                }
            });

        var report = $"{played} seeds in {clock.Elapsed.TotalSeconds:F0} s; crashes at each write site: {crashes}";
        output.WriteLine(report);
        Console.WriteLine(report);
        Assert.True(
            failures.IsEmpty,
            $"After {played} seeds: {string.Join(Environment.NewLine, failures.OrderBy(f => f.Seed).Select(f => $"seed {f.Seed} (run it again with {SeedVariable}={f.Seed}): {f.Problem}"))}");
        Assert.Empty(crashes.Missed);
    }

    [Fact]
    public void The_same_seed_is_the_same_history()
    {
        for (var seed = 1_000_000; seed < 1_000_020; seed++)
        {
            Assert.Equal(Play(seed).Fingerprint, Play(seed).Fingerprint);
        }
    }

    private static SimulatedWorld Play(int seed)
    {
        var world = new SimulatedWorld(seed);
        new History(world).Run();
        return world;
    }
}
