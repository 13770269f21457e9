using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>What can be asked of a job, wherever its actor lives.</summary>
internal interface IJobCommands
{
    /// <summary>Gets whether due instants are being decided here.</summary>
    bool IsScheduling { get; }

    /// <summary>Registers or changes a job.</summary>
    Task<Job> RegisterAsync(JobKey job, JobDefinition definition, string source, string? by, CancellationToken cancellationToken);

    /// <summary>Makes the jobs of a source exactly these.</summary>
    Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken);

    /// <summary>Deletes a job.</summary>
    Task DeleteAsync(JobKey job, CancellationToken cancellationToken);

    /// <summary>Runs a job now.</summary>
    Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken);

    /// <summary>Stops a job from falling due.</summary>
    Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets a job fall due again.</summary>
    Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Makes runs for due instants of the past.</summary>
    Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string request, CancellationToken cancellationToken);

    /// <summary>Pauses a tenant, or everything.</summary>
    Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Ends a pause of a tenant, or of everything.</summary>
    Task ResumeAllAsync(TenantId? tenant, CancellationToken cancellationToken);
}
