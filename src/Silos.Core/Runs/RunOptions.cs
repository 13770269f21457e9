using Silos.Jobs;

namespace Silos.Runs;

/// <summary>What most runs leave at its default. Serialised as JSON into one column.</summary>
/// <remarks>
/// Limits count attempts that are under way. One that was abandoned, because it ignored that its time was over or that it was
/// cancelled, keeps its slot in the process until its code returns but not its place in these limits: a handler that hangs must
/// not stop its job or key for ever. Effects that must never overlap even then are guarded by the fencing token.
/// </remarks>
public sealed record RunOptions
{
    /// <summary>Nothing special.</summary>
    public static RunOptions Default { get; } = new();

    /// <summary>Gets how long an attempt may take; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the back-off (its number of attempts is <see cref="NewRun.MaxAttempts"/>); null for the default.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets the key of which only so many may execute at once in the tenant.</summary>
    public string? ConcurrencyKey { get; init; }

    /// <summary>Gets how many with the <see cref="ConcurrencyKey"/> may execute at once. Default: 1.</summary>
    public int ConcurrencyLimit { get; init; } = 1;

    /// <summary>Gets how many runs of the same job may execute at once. Default: unlimited (0).</summary>
    public int JobLimit { get; init; }

    /// <summary>Gets whether the row is deleted when the run completes.</summary>
    public bool DeleteOnSuccess { get; init; }

    /// <summary>Gets whether the job wants to be woken when the run ends in any way (<c>@after</c>, failure streak).</summary>
    public bool WakeJob { get; init; }

    /// <summary>Gets the W3C trace context of who asked (<c>traceparent</c>), continued by the worker.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Gets a name for people, if it differs from the handler (the <c>name</c> of S4.13).</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the run is for, in words.</summary>
    public string? Description { get; init; }

    /// <summary>Gets words to find the run by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets what the caller wants to keep with the run; a JSON object, or null.</summary>
    public JsonText? Metadata { get; init; }

    /// <summary>Gets the run this one repeats, if it was made by <c>retry</c>.</summary>
    public RunId? ReplayOf { get; init; }

    /// <inheritdoc/>
    public bool Equals(RunOptions? other) => ReferenceEquals(this, other)
        || (other is not null && JsonText.From(this) == JsonText.From(other));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Timeout, ConcurrencyKey, JobLimit, TraceParent);
}
