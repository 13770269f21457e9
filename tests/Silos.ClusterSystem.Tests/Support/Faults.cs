using System.Diagnostics;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>What happens to a cluster, chosen by a seed that is printed: the same seed does the same.</summary>
internal sealed class Faults(TestCluster cluster, int seed)
{
    private readonly Random _random = new(seed);

    private readonly Stopwatch _began = Stopwatch.StartNew();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Does something and keeps how long it took, for whoever wonders where the time went.</summary>
    public async Task DoAsync(string what, Func<Task> work)
    {
        var before = _began.Elapsed;
        await work();
        await File.AppendAllTextAsync(
            Path.Combine(cluster.Folder, "steps.txt"), $"{Clock.Now:HH:mm:ss.fff} {what}: {(_began.Elapsed - before).TotalSeconds:0.0} s\n", Cancelled);
    }

    /// <summary>Picks one of these silos, but not the one that is to be spared.</summary>
    public int Pick(int silos, int spared = 0)
    {
        int silo;
        do
        {
            silo = _random.Next(1, silos + 1);
        }
        while (silo == spared);
        return silo;
    }

    public Task LetGoAsync(int from, int to) => Clock.WaitAsync(TimeSpan.FromMilliseconds(_random.Next(from, to)));

    /// <summary>kill -9. Every other time it is started again at once, in the same place; else when its runs run again elsewhere.</summary>
    public async Task KillAsync(int silo, bool atOnce)
    {
        var blow = Clock.Now;
        var name = cluster[silo].Name;
        await cluster.KillAsync(silo);
        if (!atOnce)
        {
            await RecoveredAsync(name, blow);
        }

        await cluster.StartAsync(silo);
    }

    /// <summary>All at once, as when the power fails; and started again in the same place.</summary>
    public async Task KillAllAsync(int silos)
    {
        var all = Enumerable.Range(1, silos).ToArray();
        await Task.WhenAll(all.Select(cluster.KillAsync));
        await cluster.StartAsync(all);
    }

    /// <summary>The database goes away, as an administrator or as a crash does it, and comes back.</summary>
    public async Task RestartDatabaseAsync(bool crash, TimeSpan away)
    {
        await cluster.Server.StopAsync(crash, Cancelled);
        await Clock.WaitAsync(away);
        await cluster.Server.StartAgainAsync(Cancelled);
    }

    /// <summary>SIGTERM and a new start, one after the other.</summary>
    public async Task RollAsync(IEnumerable<int> silos, string? executable = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        foreach (var silo in silos)
        {
            await cluster.ReplaceAsync(silo, executable, settings);
        }
    }

    /// <summary>Waits until each run that was executing on a silo when it died has begun again elsewhere.</summary>
    private async Task RecoveredAsync(string silo, DateTimeOffset at)
    {
        var waiting = 0;
        await Clock.UntilAsync(
            async () =>
            {
                var effects = await cluster.Effects.ReadAsync(Cancelled);
                var latest = effects.GroupBy(effect => effect.Run).ToDictionary(group => group.Key, group => group.Max(effect => effect.Token));
                waiting = effects.Count(effect =>
                    effect.Silo == silo && effect.Ended is null && effect.Began <= at && latest[effect.Run] == effect.Token);
                return waiting == 0;
            },
            TimeSpan.FromMinutes(3),
            () => $"{waiting} runs of {silo}, which died at {at:O}, ran again");
    }
}
