using Silos.Queues;

namespace Silos.Grains;

/// <summary>A queue; its key is <c>tenant/queue</c> (<see cref="QueueKey.ToString"/>). Answers as <see cref="IJobGrain"/> does.</summary>
public interface IQueueGrain : IGrainWithStringKey
{
    /// <summary>Reads the queue with settings and depth. A queue that nobody used yet is empty.</summary>
    Task<Reply<QueueView>> GetAsync(CancellationToken cancellationToken);

    /// <summary>Stops the queue from starting runs; those under way go on.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply> PauseAsync(string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets the queue start runs again.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    Task<Reply> ResumeAsync(string by, CancellationToken cancellationToken);

    /// <summary>Sets the queue's limits.</summary>
    Task<Reply> SetLimitsAsync(QueueLimits limits, CancellationToken cancellationToken);
}
