using Silos.Jobs;

namespace Silos.Grains;

/// <summary>Asks to make the jobs of a source exactly these; see <see cref="ISilosClient.ApplyAsync(TenantId, IReadOnlyList{JobDefinition}, string, string?, bool, bool, CancellationToken)"/>.</summary>
/// <param name="Definitions">The jobs.</param>
/// <param name="Source">The source; see <see cref="Job.Source"/>.</param>
/// <param name="Prune">Whether jobs of the source that are not named are deleted.</param>
/// <param name="DryRun">Whether only to tell what would be done.</param>
public sealed record ApplyRequest(IReadOnlyList<JobDefinition> Definitions, string Source, bool Prune, bool DryRun)
{
    /// <summary>Gets who asks; null for the silo that writes.</summary>
    public string? By { get; init; }
}
