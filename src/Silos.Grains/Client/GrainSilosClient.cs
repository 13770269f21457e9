using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Grains;

/// <summary>Everything one can ask, asked of the cluster's grains.</summary>
/// <remarks>
/// Ids are made here before the first try and reused by every other, so that a call that is repeated is one run.
/// <see cref="RetryAsync"/> has no such id and is tried once.
/// </remarks>
internal sealed partial class GrainSilosClient : ISilosClient
{
    private readonly IGrainFactory _grains;
    private readonly SilosClientOptions _options;
    private readonly IEnqueueFallback? _fallback;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly GrainCalls _calls;

    public GrainSilosClient(
        IGrainFactory grains,
        Func<bool> connected,
        IOptions<SilosClientOptions> options,
        IEnqueueFallback? fallback,
        TimeProvider clock,
        ILogger<GrainSilosClient> logger)
    {
        _grains = grains;
        _options = options.Value;
        _fallback = _options.Fallback ? fallback : null;
        _clock = clock;
        _logger = logger;
        _calls = new GrainCalls(_options, connected, clock, logger);
    }

    /// <inheritdoc/>
    public async Task<Job> RegisterAsync(
        TenantId tenant, JobDefinition definition, string source, string? by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        Asker.Name(by);
        return await RepeatAsync(c => Job(new JobKey(tenant, definition.Name)).RegisterAsync(definition, source, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var request = new ApplyRequest(definitions, source, prune, dryRun) { By = by };
        return LongAsync(c => Tenant(tenant).ApplyAsync(request, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(JobKey job, CancellationToken cancellationToken) => DoAsync(c => Job(job).DeleteAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task<JobView> GetAsync(JobKey job, CancellationToken cancellationToken) => RepeatAsync(c => Job(job).GetAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobView>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RepeatAsync(c => Tenant(query.Tenant).ListJobsAsync(query, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var named = options with { Id = options.Id ?? RunId.New(_clock.GetUtcNow()), TraceParent = TraceOf(options.TraceParent) };
        return RepeatAsync(c => Job(job).TriggerAsync(named, c), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> TriggerAndWaitAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken) =>
        await WaitAsync(job.Tenant, await TriggerAsync(job, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        RepeatAsync(c => Job(job).PauseAsync(by, reason, c), cancellationToken);

    /// <inheritdoc/>
    public Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        RepeatAsync(c => Job(job).ResumeAsync(by, reason, c), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PreviewedOccurrence>> PreviewAsync(JobKey job, DateTimeOffset? from, int count, CancellationToken cancellationToken) =>
        RepeatAsync(c => Job(job).PreviewAsync(from, count, c), cancellationToken);

    /// <inheritdoc/>
    public Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken)
    {
        var named = request ?? RunId.New(_clock.GetUtcNow()).ToString();
        return LongAsync(c => Job(job).BackfillAsync(from, to, dryRun, by, named, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Blocker>> ExplainAsync(JobKey job, CancellationToken cancellationToken) =>
        RepeatAsync(c => Job(job).ExplainAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueueView>> ListQueuesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        RepeatAsync(c => Tenant(tenant).ListQueuesAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task PauseQueueAsync(QueueKey queue, string by, string? reason, CancellationToken cancellationToken) =>
        DoAsync(c => Queue(queue).PauseAsync(by, reason, c), cancellationToken);

    /// <inheritdoc/>
    public Task ResumeQueueAsync(QueueKey queue, string by, CancellationToken cancellationToken) =>
        DoAsync(c => Queue(queue).ResumeAsync(by, c), cancellationToken);

    /// <inheritdoc/>
    public Task SetQueueLimitsAsync(QueueKey queue, QueueLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return DoAsync(c => Queue(queue).SetLimitsAsync(limits, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken) =>
        DoAsync(c => Tenant(tenant ?? TenantId.Default).PauseAllAsync(tenant is null, by, reason, c), cancellationToken);

    /// <inheritdoc/>
    public Task ResumeAllAsync(TenantId? tenant, string by, CancellationToken cancellationToken) =>
        DoAsync(c => Tenant(tenant ?? TenantId.Default).ResumeAllAsync(tenant is null, by, c), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RepeatAsync(c => Tenant(TenantId.Default).IsHealthyAsync(c), cancellationToken);
        }
        catch (Exception)
        {
            // Whatever went wrong, the answer to "are you well?" is no.
            return false;
        }
    }

    /// <summary>Gets the trace to tell the silos, which see nothing of this process: the one that was given, else the one that the caller samples.</summary>
    private static string? TraceOf(string? given) =>
        given ?? (Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } current ? current.Id : null);

    private IJobGrain Job(JobKey key) => _grains.GetGrain<IJobGrain>(key.ToString());

    private IQueueGrain Queue(QueueKey key) => _grains.GetGrain<IQueueGrain>(key.ToString());

    private IRunGrain Run(TenantId tenant, RunId run) => _grains.GetGrain<IRunGrain>($"{tenant}/{run}");

    private ITenantGrain Tenant(TenantId tenant) => _grains.GetGrain<ITenantGrain>(tenant.Value);

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<Reply<T>>> call, CancellationToken cancellationToken) =>
        (await _calls.RepeatAsync(call, cancellationToken)).Get();

    private async Task<T> LongAsync<T>(Func<CancellationToken, Task<Reply<T>>> call, CancellationToken cancellationToken) =>
        (await _calls.RepeatAsync(call, cancellationToken, isLong: true)).Get();

    private async Task DoAsync(Func<CancellationToken, Task<Reply>> call, CancellationToken cancellationToken) =>
        (await _calls.RepeatAsync(call, cancellationToken)).Check();
}
