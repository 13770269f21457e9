namespace Silos.Engine.Workers;

/// <summary>Where handlers run: the thread pool, threads of their own, or the scheduler of a simulation.</summary>
internal interface IAttemptRunner
{
    /// <summary>Starts attempts that were claimed together. None waits for another.</summary>
    void Start(List<AttemptContext> attempts);

    /// <summary>Cancels, and runs what the handler hung on the cancellation, somewhere else.</summary>
    void Cancel(CancellationTokenSource source);
}
