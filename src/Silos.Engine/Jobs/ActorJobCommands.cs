using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>Commands on jobs, done by their actors in this process.</summary>
internal abstract class ActorJobCommands(JobActors actors, JobRegistrar registrar, PauseBoard pauses) : IJobCommands
{
    /// <summary>Gets the pauses of tenants and of everything.</summary>
    protected PauseBoard Pauses => pauses;

    /// <inheritdoc/>
    public abstract bool IsScheduling { get; }

    /// <inheritdoc/>
    public Task<Job> RegisterAsync(JobKey job, JobDefinition definition, string source, string? by, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.RegisterAsync(definition, source, by, cancellationToken));

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken) =>
        registrar.ApplyAsync(tenant, definitions, source, by, prune, dryRun, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(JobKey job, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.DeleteAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<RunId> TriggerAsync(JobKey job, TriggerOptions trigger, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.TriggerAsync(trigger, cancellationToken));

    /// <inheritdoc/>
    public Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.PauseAsync(by, reason, cancellationToken));

    /// <inheritdoc/>
    public Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.ResumeAsync(by, reason, cancellationToken));

    /// <inheritdoc/>
    public Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string request, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.BackfillAsync(from, to, dryRun, by, request, cancellationToken));

    /// <inheritdoc/>
    public Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken) =>
        pauses.PauseAsync(tenant, new Pause(by, reason, actors.Services.Now), cancellationToken);

    /// <inheritdoc/>
    public virtual Task ResumeAllAsync(TenantId? tenant, CancellationToken cancellationToken) =>
        pauses.ResumeAsync(tenant, actors.Services.Now, cancellationToken);
}
