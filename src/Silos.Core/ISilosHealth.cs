namespace Silos;

/// <summary>How this process is doing, for health checks and the status page.</summary>
public interface ISilosHealth
{
    /// <summary>Looks. Never throws, and answers within seconds even when the store is away.</summary>
    ValueTask<SilosHealth> CheckAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gets whether so many attempts were given up that only a restart helps. It asks nobody: a store that hangs must not get
    /// the processes restarted that wait for it.
    /// </summary>
    bool RestartWanted { get; }
}

/// <summary>How a process is doing.</summary>
public sealed record SilosHealth
{
    /// <summary>Gets whether the start has finished, blocking start-up jobs included.</summary>
    public required bool Started { get; init; }

    /// <summary>Gets whether due instants are being decided in this process.</summary>
    public required bool SchedulerRunning { get; init; }

    /// <summary>Gets whether the store answers and is still held.</summary>
    public required bool StoreReachable { get; init; }

    /// <summary>Gets whether the process is stopping: it takes nothing new.</summary>
    public bool Draining { get; init; }

    /// <summary>Gets how many attempts ignored their cancellation and were given up; each keeps its slot.</summary>
    public int AbandonedAttempts { get; init; }

    /// <summary>Gets whether so many attempts were given up that only a restart helps.</summary>
    public bool RestartWanted { get; init; }

    /// <summary>Gets whether traffic should be sent here.</summary>
    public bool IsReady => Started && StoreReachable && !Draining && !RestartWanted;
}
