using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos;

/// <summary>Everything one can ask of Silos: the same in process, in a client app and behind the HTTP API.</summary>
/// <remarks>
/// Errors: <see cref="InvalidException"/> for wrong input, <see cref="NotFoundException"/>, <see cref="ConflictException"/>,
/// <see cref="UnavailableException"/> when the store is away. A call that returned has been committed.
/// </remarks>
public interface ISilosClient
{
    /// <summary>Registers a job, or changes it. Due instants already decided stand; new schedules count from now.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="definition">What to register.</param>
    /// <param name="source">Where it comes from; see <see cref="Job.Source"/>.</param>
    /// <param name="by">Who asks, for the history of its definitions, at most 200 characters; null for the process that writes it.</param>
    /// <param name="cancellationToken">Gives up waiting; the registration may have happened.</param>
    Task<Job> RegisterAsync(TenantId tenant, JobDefinition definition, string source, string? by, CancellationToken cancellationToken);

    /// <summary>Registers a job, or changes it, in the name of the process.</summary>
    /// <inheritdoc cref="RegisterAsync(TenantId, JobDefinition, string, string?, CancellationToken)"/>
    Task<Job> RegisterAsync(TenantId tenant, JobDefinition definition, string source, CancellationToken cancellationToken) =>
        RegisterAsync(tenant, definition, source, null, cancellationToken);

    /// <summary>
    /// Makes the jobs of a source exactly these: registers what is new, changes what differs and, with
    /// <paramref name="prune"/>, deletes what came from this source and is not named any more. All definitions are checked before anything is written.
    /// </summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="definitions">The jobs.</param>
    /// <param name="source">Where they come from; see <see cref="Job.Source"/>.</param>
    /// <param name="by">Who asks, for the history of their definitions, at most 200 characters; null for the process that writes them.</param>
    /// <param name="prune">Whether jobs of the source that are not named are deleted.</param>
    /// <param name="dryRun">Whether only to tell what would be done.</param>
    /// <param name="cancellationToken">Gives up waiting; some of it may have happened.</param>
    Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken);

    /// <summary>Makes the jobs of a source exactly these, in the name of the process.</summary>
    /// <inheritdoc cref="ApplyAsync(TenantId, IReadOnlyList{JobDefinition}, string, string?, bool, bool, CancellationToken)"/>
    Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, bool prune, bool dryRun,
        CancellationToken cancellationToken) => ApplyAsync(tenant, definitions, source, null, prune, dryRun, cancellationToken);

    /// <summary>Deletes a job, its ledger and the history of its definitions. Its runs stay, and those under way go on.</summary>
    Task DeleteAsync(JobKey job, CancellationToken cancellationToken);

    /// <summary>Reads a job with what is going on.</summary>
    Task<JobView> GetAsync(JobKey job, CancellationToken cancellationToken);

    /// <summary>Lists jobs by name.</summary>
    Task<IReadOnlyList<JobView>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>Asks for a run that belongs to no job; returns after the commit.</summary>
    Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>Asks for many runs in one commit: all or none are accepted (duplicates of idempotency keys aside). 1 to 10,000.</summary>
    Task<IReadOnlyList<EnqueueOutcome>> EnqueueManyAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken);

    /// <summary>Runs a job now, whatever its schedule says; also a paused one.</summary>
    /// <exception cref="ConflictException">The job is running and its overlap policy is <c>skip</c>: "job already running".</exception>
    Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken);

    /// <summary>Runs a job now and waits for the outcome, or until <paramref name="cancellationToken"/> gives up (the run goes on).</summary>
    Task<Run> TriggerAndWaitAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken);

    /// <summary>Waits until a run has ended and returns it.</summary>
    Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken);

    /// <summary>Stops a job from falling due. Pausing twice is pausing once: the first author and reason stay.</summary>
    Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets a job fall due again; the catch-up policy decides about the paused time.</summary>
    Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Cancels a run: at once if it waits, cooperatively if it runs. True if it had not ended yet.</summary>
    Task<bool> CancelAsync(TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken);

    /// <summary>Runs an ended run again, as a new run with the same payload and options.</summary>
    /// <exception cref="ConflictException">The run has not ended.</exception>
    Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, CancellationToken cancellationToken);

    /// <summary>Reads a run with attempts and steps.</summary>
    Task<RunDetails> GetRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken);

    /// <summary>Lists runs, newest first.</summary>
    Task<IReadOnlyList<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Shows a job's next due instants with the marks of daylight saving and calendars.</summary>
    Task<IReadOnlyList<PreviewedOccurrence>> PreviewAsync(
        JobKey job, DateTimeOffset? from, int count, CancellationToken cancellationToken);

    /// <summary>Makes runs for the due instants in [<paramref name="from"/>, <paramref name="to"/>], decided before or not, oldest first.</summary>
    /// <param name="job">The job.</param>
    /// <param name="from">First instant; may lie before the job's registration.</param>
    /// <param name="to">Last instant; not in the future.</param>
    /// <param name="dryRun">Whether only to count.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="request">
    /// Names the request, 1 to 200 characters: of the same request for the same job and range no run is made twice. Null for one of its own.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what was begun is carried through.</param>
    Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken);

    /// <summary>Makes runs for the past, by a request of its own.</summary>
    /// <inheritdoc cref="BackfillAsync(JobKey, DateTimeOffset, DateTimeOffset, bool, string, string?, CancellationToken)"/>
    Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, CancellationToken cancellationToken) =>
        BackfillAsync(job, from, to, dryRun, by, null, cancellationToken);

    /// <summary>Why a job is not running: every reason that stands in the way, the first one first; empty if nothing does.</summary>
    Task<IReadOnlyList<Blocker>> ExplainAsync(JobKey job, CancellationToken cancellationToken);

    /// <summary>Why a run is not running.</summary>
    Task<IReadOnlyList<Blocker>> ExplainRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken);

    /// <summary>Lists a tenant's queues with settings and depth.</summary>
    Task<IReadOnlyList<QueueView>> ListQueuesAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Stops a queue from starting runs; those under way go on.</summary>
    Task PauseQueueAsync(QueueKey queue, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Lets a queue start runs again.</summary>
    Task ResumeQueueAsync(QueueKey queue, string by, CancellationToken cancellationToken);

    /// <summary>Sets a queue's limits.</summary>
    Task SetQueueLimitsAsync(QueueKey queue, QueueLimits limits, CancellationToken cancellationToken);

    /// <summary>Pauses everything of a tenant, or everything at all (null): nothing falls due and nothing starts.</summary>
    Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken);

    /// <summary>Ends <see cref="PauseAllAsync"/>.</summary>
    Task ResumeAllAsync(TenantId? tenant, string by, CancellationToken cancellationToken);

    /// <summary>Tells whether the store answers, the scheduler runs, and the process is not draining. Never throws.</summary>
    Task<bool> IsHealthyAsync(CancellationToken cancellationToken);
}
