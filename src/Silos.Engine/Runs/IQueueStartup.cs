using Silos.Engine.Queues;

namespace Silos.Engine;

/// <summary>Starts and stops the queues with the process.</summary>
internal interface IQueueStartup
{
    /// <summary>Gets whether what this process shall own is owned.</summary>
    bool IsOpen { get; }

    /// <summary>Gets whether nothing more is started: the process stops, or somebody drains it.</summary>
    bool IsDraining { get; }

    /// <summary>Gets the partitions that live in this process, owned or being opened.</summary>
    IReadOnlyList<QueuePartition> Hosted { get; }

    /// <summary>Reads the settings and takes the partitions over.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Starts nothing more and hands the partitions over to others, if there are any; what executes goes on.</summary>
    Task DrainAsync(CancellationToken cancellationToken);

    /// <summary>Ends <see cref="DrainAsync"/>.</summary>
    /// <exception cref="ConflictException">The process is stopping.</exception>
    Task ResumeAsync(CancellationToken cancellationToken);

    /// <summary>Stops taking runs, waits for those under way, hands the rest back or over, gives the partitions up.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
