using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Cluster.Nodes;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Grains;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Cluster.Jobs;

/// <summary>The jobs' side of a silo: routes every command on a job to its grain, and looks for jobs that nobody woke.</summary>
internal sealed partial class ClusterJobHost(
    IGrainFactory grains,
    JobRegistrar registrar,
    JobStarter starter,
    DueJobs due,
    PauseBoard pauses,
    JobSweep sweep,
    GrainAlarms alarms,
    NodeClient others,
    ClusterNodes nodes,
    Scheduling scheduling,
    IOptions<EngineOptions> options,
    EngineScheduler scheduler,
    JobServicesOfActor services,
    ILogger<ClusterJobHost> logger) : IJobHost, IJobStartup, IJobCommands, IDisposable
{
    /// <inheritdoc/>
    public bool IsScheduling => scheduling.IsRunning;

    private bool IsScheduler => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    /// <inheritdoc/>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await pauses.ReloadAsync(cancellationToken);
        if (IsScheduler)
        {
            await starter.RegisterAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task RunStartupJobsAsync(CancellationToken cancellationToken) =>
        IsScheduler ? starter.RunAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<Job> RegisterAsync(JobKey job, JobDefinition definition, string source, string? by, CancellationToken cancellationToken)
    {
        Asker.Name(by ?? services.Process);
        return await GetAsync(Grain(job).RegisterAsync(definition, source, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken) =>
        registrar.ApplyAsync(tenant, definitions, source, by, prune, dryRun, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(JobKey job, CancellationToken cancellationToken) =>
        (await Grain(job).DeleteAsync(cancellationToken)).Check();

    /// <inheritdoc/>
    public async Task<RunId> TriggerAsync(JobKey job, TriggerOptions trigger, CancellationToken cancellationToken)
    {
        // Whoever was asked in this process has told of it in a span of its own.
        Asker.Within(trigger.TraceParent);
        return await GetAsync(Grain(job).TriggerAsync(trigger with { Id = trigger.Id ?? RunId.New(services.Now) }, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        GetAsync(Grain(job).PauseAsync(by, reason, cancellationToken));

    /// <inheritdoc/>
    public Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        GetAsync(Grain(job).ResumeAsync(by, reason, cancellationToken));

    /// <inheritdoc/>
    public Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string request, CancellationToken cancellationToken) =>
        GetAsync(Grain(job).BackfillAsync(from, to, dryRun, by, request, cancellationToken));

    /// <inheritdoc/>
    public async Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken)
    {
        await pauses.PauseAsync(tenant, new Pause(by, reason, services.Now), cancellationToken);
        await others.SettingsChangedAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ResumeAllAsync(TenantId? tenant, CancellationToken cancellationToken)
    {
        if (!await pauses.ResumeAsync(tenant, services.Now, cancellationToken))
        {
            return;
        }

        // The others have to know before jobs are looked at: a grain that believes in the pause would take them out again.
        await others.SettingsChangedAsync(cancellationToken);
        if (tenant is { } one)
        {
            await due.RearmAsync(one, cancellationToken);
        }
        else
        {
            await pauses.FinishAsync(null, cancellationToken);
        }

        Look();
    }

    private static async Task<T> GetAsync<T>(Task<Reply<T>> call) => (await call).Get();

    private IJobGrain Grain(JobKey key) => grains.GetGrain<IJobGrain>(key.ToString());
}
