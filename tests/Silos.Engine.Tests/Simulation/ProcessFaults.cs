using Silos.Testing;

namespace Silos.Engine.Tests.Simulation;

/// <summary>What goes wrong between one process and the database: crashes at a chosen call, a store that is away, slow or silent.</summary>
internal sealed class ProcessFaults(SimulatedWorld world, SimulatedProcess process) : IStoreFaults
{
    private static readonly HashSet<string> Writes = [.. InMemoryStore.WriteSites];

    /// <summary>What a dead process waits for: its code stops where it stands.</summary>
    private static readonly Task Never = new TaskCompletionSource().Task;

    public async ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
    {
        if (process.CrashAt == site && !process.CrashesAfter)
        {
            await CrashAsync(site);
        }

        var writes = Writes.Contains(site);
        var weather = world.Weather;
        if (weather.Slow > 0 && world.Chance(weather.Slow))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(world.Draw(1, 3_000)), process.Clock, CancellationToken.None);
        }
        else if (writes && world.Chance(0.5))
        {
            await Task.Yield();
        }

        if (process.IsDead)
        {
            await Never;
        }

        // An adoption that fails makes all partitions open again, so it fails less often.
        return world.Chance(writes && site != "runs.adopt" ? weather.Failing : weather.Failing / 4)
            ? writes && world.Chance(0.5) ? FaultKind.Unconfirmed : FaultKind.Away
            : FaultKind.None;
    }

    public async ValueTask AfterAsync(string site, CancellationToken cancellationToken)
    {
        // Nothing has run since the work was done: what differs now was done by this call.
        world.Audit.After(site, process.Name);
        if (process.CrashAt == site && process.CrashesAfter)
        {
            await CrashAsync(site);
        }

        if (world.Chance(0.2))
        {
            await Task.Yield();
        }
    }

    private Task CrashAsync(string site)
    {
        world.Crashes.Count(site);
        process.Kill();
        return Never;
    }
}
