namespace Silos.Client.Jobs;

/// <summary>Makes the jobs of a source exactly these: <c>POST /api/apply</c>.</summary>
public sealed record ApplyRequest
{
    /// <summary>Gets the name of the source, at most 100 characters. Required. Its jobs have the source <c>apply:NAME</c>.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the jobs, each with its name; at most 10,000. All are checked before anything is written.</summary>
    public IReadOnlyList<JobDocument> Jobs { get; init; } = [];

    /// <summary>Gets whether jobs of the source that are not named are deleted. Default: false.</summary>
    public bool? Prune { get; init; }

    /// <summary>Gets whether only to tell what would be done. Default: false.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>What an apply did or would do.</summary>
/// <param name="Source">The source of the jobs.</param>
/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="Added">Jobs that were not there.</param>
/// <param name="Changed">Jobs that differed.</param>
/// <param name="Removed">Jobs of the source that were not named and are deleted.</param>
/// <param name="Kept">Jobs of the source that were not named and stay, because <c>prune</c> was not wanted.</param>
/// <param name="Unchanged">How many were as wanted.</param>
public sealed record ApplyResponse(
    string Source, bool DryRun, IReadOnlyList<string> Added, IReadOnlyList<ApplyChange> Changed, IReadOnlyList<string> Removed,
    IReadOnlyList<string> Kept, int Unchanged);

/// <summary>How a job differs from what was registered.</summary>
/// <param name="Name">The job.</param>
/// <param name="Fields">The fields that differ, as <c>priority: 0 → 5</c>.</param>
public sealed record ApplyChange(string Name, IReadOnlyList<string> Fields);
