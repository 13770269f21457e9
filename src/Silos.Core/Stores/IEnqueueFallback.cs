using Silos.Runs;

namespace Silos.Stores;

/// <summary>How a client app enqueues when no silo answers: straight into the inbox of the store, from its own process.</summary>
/// <remarks>
/// The ids are those of the calls that failed, so a call that did arrive and was only not answered is still one run.
/// </remarks>
public interface IEnqueueFallback
{
    /// <summary>Puts runs into the inbox, all or none.</summary>
    /// <param name="runs">The runs, complete.</param>
    /// <param name="cancellationToken">Gives up waiting; the runs may have been stored.</param>
    /// <exception cref="UnavailableException">The store does not answer either; safe to repeat with the same ids.</exception>
    ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken);
}
