namespace Silos.Engine;

/// <summary>Where the engine's loops run and where its chance comes from: the one seam by which a simulation makes all of it deterministic.</summary>
public sealed class EngineScheduler
{
    /// <summary>Gets the thread pool with ordinary randomness.</summary>
    public static EngineScheduler Default { get; } = new();

    /// <summary>Gets the scheduler of every loop. Default: the thread pool.</summary>
    public TaskScheduler TaskScheduler { get; init; } = TaskScheduler.Default;

    /// <summary>Gets the source of chance, in [0, 1): jitter.</summary>
    public Func<double> Draw { get; init; } = Random.Shared.NextDouble;

    /// <summary>Gets whether loops run on the thread pool.</summary>
    internal bool IsThreadPool => TaskScheduler == TaskScheduler.Default;

    /// <summary>Starts a loop.</summary>
    internal Task Run(Func<Task> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler).Unwrap();

    /// <summary>Starts a piece of work that does not wait.</summary>
    internal void Post(Action<object?> work, object? state) =>
        Task.Factory.StartNew(work, state, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler);
}
