namespace Silos.Jobs;

/// <summary>How long finished runs are kept. What is null follows the host's settings.</summary>
public sealed record KeepPolicy
{
    /// <summary>Follows the host's settings in everything.</summary>
    public static KeepPolicy Default { get; } = new();

    /// <summary>Gets how long completed, cancelled and skipped runs are kept.</summary>
    public TimeSpan? Completed { get; init; }

    /// <summary>Gets how long failed and dead runs are kept.</summary>
    public TimeSpan? Failed { get; init; }

    /// <summary>Gets how many finished runs of the job are kept at most.</summary>
    public int? MaxRuns { get; init; }

    /// <summary>Gets whether a run that completes is deleted at once instead of kept. Default: false.</summary>
    public bool DeleteOnSuccess { get; init; }
}
