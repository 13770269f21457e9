using Microsoft.Extensions.Logging;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Stores;

namespace Silos.Engine.Queues;

/// <summary>What the partitions of a process share.</summary>
internal sealed class PartitionServices
{
    public required EngineOptions Options { get; init; }

    public required ISilosStore Store { get; init; }

    public required TimeProvider Clock { get; init; }

    public required EngineScheduler Scheduler { get; init; }

    public required HandlerRegistry Handlers { get; init; }

    public required Worker Worker { get; init; }

    public required StoreWatch Watch { get; init; }

    /// <summary>Gets the limits that partitions share, as one of them uses them.</summary>
    public required Func<QueuePartition, ILimits> LimitsOf { get; init; }

    public required RunWaiters Waiters { get; init; }

    /// <summary>Gets where ends are counted for the charts.</summary>
    public required RunTallies Tallies { get; init; }

    public required ILogger<QueuePartition> Logger { get; init; }

    /// <summary>Gets the workers of other processes; null in a process that is alone.</summary>
    public IRemoteWorkers? Remote { get; init; }

    /// <summary>Gets who is told how the attempts of a partition end. Default: the partition itself.</summary>
    public Func<QueuePartition, IAttemptOwner> OwnerOf { get; init; } = static partition => partition;

    /// <summary>Gets what is told when a run of a job ended.</summary>
    public required Action<JobKey> OnRunFinished { get; init; }

    /// <summary>Gets or sets the settings as last read.</summary>
    public SettingsSnapshot Settings { get; set; } = SettingsSnapshot.Empty;

    /// <summary>Gets or sets whether nothing more is started: the process stops, or somebody drains it.</summary>
    public bool Draining { get; set; }

    /// <summary>Gets whether the store is held against other processes, so that no other owner can be alive.</summary>
    public bool Exclusive { get; init; } = true;
}
