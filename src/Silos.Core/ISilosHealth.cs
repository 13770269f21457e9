namespace Silos;

/// <summary>Tells how a process of Silos is doing. Cheap; asked by health checks and status pages.</summary>
public interface ISilosHealth
{
    /// <summary>Looks, asking the store whether it answers. Never throws for a store that is away.</summary>
    ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>How a process is doing.</summary>
public sealed record SilosHealth
{
    /// <summary>Gets the name of the process.</summary>
    public required string Worker { get; init; }

    /// <summary>Gets whether the start is complete: registrations are applied and start-up jobs that block it have ended.</summary>
    public required bool Started { get; init; }

    /// <summary>Gets whether due instants are decided and queues are owned here.</summary>
    public required bool SchedulerRunning { get; init; }

    /// <summary>Gets whether the process is stopping and starts nothing more.</summary>
    public required bool Draining { get; init; }

    /// <summary>Gets whether the store answers and, if held exclusively, is still held.</summary>
    public required bool StoreReachable { get; init; }

    /// <summary>Gets how many attempts are under way, abandoned ones included.</summary>
    public required int Running { get; init; }

    /// <summary>Gets how many attempts may be under way.</summary>
    public required int Slots { get; init; }

    /// <summary>Gets how many attempts ignored that they were told to stop; each keeps its slot until its code returns.</summary>
    public required int Abandoned { get; init; }

    /// <summary>Gets whether there are so many abandoned attempts that only a restart helps.</summary>
    public required bool RestartAdvised { get; init; }

    /// <summary>Gets when an attempt ended last in this process; null if none has.</summary>
    public DateTimeOffset? LastRunAt { get; init; }

    /// <summary>Gets whether all is well: started, store reachable, not draining, no restart advised, and the scheduler runs if it should.</summary>
    public required bool Healthy { get; init; }
}
