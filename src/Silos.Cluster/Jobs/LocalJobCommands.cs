using Silos.Engine.Jobs;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Jobs;

/// <summary>Commands on jobs, done by their actors in this silo: what a job's grain uses for its own job.</summary>
internal sealed class LocalJobCommands(JobActors actors, JobRegistrar registrar, PauseBoard pauses, Scheduling scheduling) : IJobCommands
{
    public bool IsScheduling => scheduling.IsRunning;

    public Task<Job> RegisterAsync(JobKey job, JobDefinition definition, string source, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.RegisterAsync(definition, source, cancellationToken));

    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, bool prune, bool dryRun, CancellationToken cancellationToken) =>
        registrar.ApplyAsync(tenant, definitions, source, prune, dryRun, cancellationToken);

    public Task DeleteAsync(JobKey job, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.DeleteAsync(cancellationToken));

    public Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.TriggerAsync(options, cancellationToken));

    public Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.PauseAsync(by, reason, cancellationToken));

    public Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.ResumeAsync(by, reason, cancellationToken));

    public Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, CancellationToken cancellationToken) =>
        actors.UseAsync(job, actor => actor.BackfillAsync(from, to, dryRun, by, cancellationToken));

    public Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken) =>
        pauses.PauseAsync(tenant, new Pause(by, reason, actors.Services.Now), cancellationToken);

    public Task ResumeAllAsync(TenantId? tenant, CancellationToken cancellationToken) =>
        pauses.ResumeAsync(tenant, actors.Services.Now, cancellationToken);
}
