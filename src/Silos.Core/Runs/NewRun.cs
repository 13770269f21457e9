using Silos.Jobs;
using Silos.Queues;

namespace Silos.Runs;

/// <summary>A run as it is asked for, checked and complete: what enters a store.</summary>
public sealed record NewRun
{
    /// <summary>Gets the id, made by the caller; the same id twice is one run.</summary>
    public required RunId Id { get; init; }

    /// <summary>Gets the tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>Gets the key of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets the queue.</summary>
    public QueueName Queue { get; init; } = QueueName.Default;

    /// <summary>Gets the priority; higher goes first. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Gets what the handler is given; null for nothing.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the instant from which it may start. With priority and id it gives the order in the queue.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Gets when it was asked for. The run is <c>scheduled</c> if <see cref="DueAt"/> is later, else <c>queued</c>.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>Gets the job it belongs to, or null for a one-off run.</summary>
    public JobName? Job { get; init; }

    /// <summary>Gets the due instant of the occurrence it was made for, if one.</summary>
    public DateTimeOffset? OccurrenceAt { get; init; }

    /// <summary>Gets how many attempts it has. Default: 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Gets everything that most runs leave at its default; stored as one column, null when all is default.</summary>
    public RunOptions Options { get; init; } = RunOptions.Default;

    /// <summary>Gets who asked, as the credential names them.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the uniqueness rule, or null for none.</summary>
    public Uniqueness? Unique { get; init; }

    /// <summary>Gets the partition, which follows from tenant and queue.</summary>
    public int Partition => Partitions.Of(Tenant.Value, Queue.Value);

    /// <summary>Gets the state it begins in.</summary>
    public RunState State => DueAt > EnqueuedAt ? RunState.Scheduled : RunState.Queued;
}
