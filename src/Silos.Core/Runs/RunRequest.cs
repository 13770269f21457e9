using Silos.Jobs;
using Silos.Queues;

namespace Silos.Runs;

/// <summary>Asks for a run that belongs to no job.</summary>
public sealed record RunRequest
{
    /// <summary>Gets the key of the handler.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets the tenant. Default: <c>default</c>.</summary>
    public TenantId Tenant { get; init; } = TenantId.Default;

    /// <summary>Gets what the handler is given. Default: nothing. At most 1 MiB unless configured.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the id, so that a repeated call is one run; null to make one.</summary>
    public RunId? Id { get; init; }

    /// <summary>Gets the queue. Default: <c>default</c>.</summary>
    public QueueName Queue { get; init; } = QueueName.Default;

    /// <summary>Gets the priority; higher goes first. −1000 to 1000. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>Gets the instant from which it may start. Default: now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Gets how long to wait before it may start, instead of <see cref="RunAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets how failed attempts are repeated. Default: the handler's, else the host's.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the number of attempts in all, whatever policy the rest comes from; 1 to 1,000. Default: the policy's.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Gets how long an attempt may take. Default: the handler's, else the host's (30 seconds). <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the idempotency key: one run per key and window in the tenant.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets the window of the idempotency key. Default: 24 hours.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets what happens when the key is taken.</summary>
    public DuplicateMode OnDuplicate { get; init; } = DuplicateMode.ReturnExisting;

    /// <summary>Gets a key of which only so many may execute at once in the tenant.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets how many with the <see cref="ConcurrencyKey"/> may execute at once. Default: 1.</summary>
    public int ConcurrencyLimit { get; init; } = 1;

    /// <summary>Gets whether the row is deleted when the run completes. Default: the host's setting.</summary>
    public bool? DeleteOnSuccess { get; init; }

    /// <summary>Gets a name for people.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the run is for, in words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets words to find the run by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets what the caller wants to keep with the run; a JSON object.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Gets who asks.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the W3C trace context of who asks.</summary>
    public string? TraceParent { get; init; }
}
