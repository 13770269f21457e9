using Silos.Jobs;

namespace Silos.Stores;

/// <summary>Where jobs and their ledger live.</summary>
/// <remarks>
/// Every write is conditional on <see cref="Job.Version"/>. A <c>Try</c> method returns null or false when another writer
/// got there first; it never overwrites and never throws for that. Any other failure is an exception, and it is unknown
/// whether the write happened; reading again tells. No method does half of its work. Implementations prove themselves with <c>JobStoreConformance</c>.
/// </remarks>
public interface IJobStore
{
    /// <summary>Reads a job, or null if there is none.</summary>
    ValueTask<Job?> FindAsync(JobKey key, CancellationToken cancellationToken);

    /// <summary>Reads many jobs at once; those that do not exist are left out. Order is not kept.</summary>
    ValueTask<IReadOnlyList<Job>> ReadAsync(IReadOnlyList<JobKey> keys, CancellationToken cancellationToken);

    /// <summary>Lists a tenant's jobs by name.</summary>
    ValueTask<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>Lists the active jobs of a tenant that have a due instant ahead: the earliest first, then by name.</summary>
    ValueTask<IReadOnlyList<Job>> ListNextAsync(TenantId tenant, int limit, CancellationToken cancellationToken);

    /// <summary>Lists the jobs of a tenant that failed when they ran last, or are paused: what failed most often in a row first, then by name.</summary>
    ValueTask<IReadOnlyList<Job>> ListTroubledAsync(TenantId tenant, int limit, CancellationToken cancellationToken);

    /// <summary>Lists the tenants that have jobs.</summary>
    ValueTask<IReadOnlyList<TenantId>> ListTenantsAsync(CancellationToken cancellationToken);

    /// <summary>Counts a tenant's jobs.</summary>
    ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts (version 0) or updates a job, everything but what the finishing of runs owns, and returns it as stored,
    /// one version up. Null when the version is not current. Of the given and the stored wake-up the later stays: only a plan clears one.
    /// A save that takes a pause away sets <see cref="Job.ConsecutiveFailures"/> to 0.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="definedBy">
    /// Who changes the definition: the save then also writes its <see cref="DefinitionVersion"/>, if it differs from what is stored, and first that of
    /// what is stored, if that is not the newest version. Null where the definition means what it meant.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<Job?> TrySaveAsync(Job job, string? definedBy, CancellationToken cancellationToken);

    /// <summary>Saves a job whose definition means what it meant.</summary>
    /// <inheritdoc cref="TrySaveAsync(Job, string?, CancellationToken)"/>
    ValueTask<Job?> TrySaveAsync(Job job, CancellationToken cancellationToken) => TrySaveAsync(job, null, cancellationToken);

    /// <summary>Inserts (version 0) or updates many jobs in one transaction; the answer has null where the version was not current.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="definedBy">Who changes their definitions, or null; see <see cref="TrySaveAsync(Job, string?, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<Job?>> TrySaveManyAsync(IReadOnlyList<Job> jobs, string? definedBy, CancellationToken cancellationToken);

    /// <summary>
    /// Changes many jobs in one transaction, all or none: reads them so that nobody else writes them meanwhile, asks what is to become of them, and
    /// does it. Null, and nothing is written, when the answer is null or has a version that is not current (a job to be inserted is there).
    /// </summary>
    /// <param name="keys">The jobs; also those that are to be inserted or deleted.</param>
    /// <param name="decide">Told the jobs that exist, in no order. It must be quick and ask no store; what it throws is thrown, and nothing is written.</param>
    /// <param name="definedBy">Who changes their definitions, or null; see <see cref="TrySaveAsync(Job, string?, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is written.</param>
    /// <returns>What was saved, as stored, in the order of <see cref="JobChanges.Saved"/>.</returns>
    ValueTask<IReadOnlyList<Job>?> TryChangeManyAsync(
        IReadOnlyList<JobKey> keys, Func<IReadOnlyList<Job>, JobChanges?> decide, string? definedBy, CancellationToken cancellationToken);

    /// <summary>Lists the definitions that a job has and had, latest first.</summary>
    ValueTask<IReadOnlyList<DefinitionVersion>> ListDefinitionsAsync(DefinitionQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes a job, its ledger and its definitions; its runs stay. False when the version is not current.</summary>
    ValueTask<bool> TryDeleteAsync(JobKey key, long version, CancellationToken cancellationToken);

    /// <summary>
    /// Writes plans: in one transaction, for each job whose version is current, the ledger rows, the runs that overlap
    /// allows (counted against the job's unfinished runs in this store, inbox included) into the inbox, and the job row.
    /// </summary>
    ValueTask<IReadOnlyList<JobPlanOutcome>> PlanAsync(
        IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken);

    /// <summary>Reads active jobs whose next due instant or wake-up is at or before an instant, earliest first.</summary>
    ValueTask<IReadOnlyList<Job>> ReadDueAsync(
        DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Reads when active jobs want to be woken, in (<paramref name="after"/>, <paramref name="until"/>], earliest first.</summary>
    ValueTask<IReadOnlyList<JobAlarm>> ReadAlarmsAsync(
        DateTimeOffset after, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>Lists a job's ledger, latest due instant first.</summary>
    ValueTask<IReadOnlyList<Occurrence>> ListOccurrencesAsync(
        OccurrenceQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Counts how the due instants of a job were decided, by day: what the rows of its ledger hold whose due instant is in
    /// [<paramref name="since"/>, <paramref name="before"/>). Earliest day first.
    /// </summary>
    ValueTask<IReadOnlyList<OccurrenceCount>> CountOccurrencesAsync(
        JobKey job, DateTimeOffset since, DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Counts a job's unfinished runs, those in the inbox included.</summary>
    ValueTask<int> CountLiveRunsAsync(JobKey key, CancellationToken cancellationToken);

    /// <summary>Deletes ledger rows that end before an instant, never at or after their job's cursor; returns how many.</summary>
    ValueTask<int> PruneOccurrencesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}

/// <summary>What is to become of many jobs at once.</summary>
/// <param name="Saved">Those to insert (version 0) or update, each once.</param>
/// <param name="Deleted">Those to delete, with ledger and definitions, under their versions.</param>
public sealed record JobChanges(IReadOnlyList<Job> Saved, IReadOnlyList<Job> Deleted);

/// <summary>When a job wants to be woken.</summary>
/// <param name="Key">The job.</param>
/// <param name="At">The earlier of next due and wake-up.</param>
public readonly record struct JobAlarm(JobKey Key, DateTimeOffset At);

/// <summary>Which jobs to list.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="After">Only names after this one (ordinal); null from the start.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Search">Only names that contain this, whatever their case.</param>
/// <param name="Source">Only those that came from this source.</param>
/// <param name="Tag">Only those with this tag.</param>
public sealed record JobQuery(
    TenantId Tenant, JobName? After = null, int Limit = 100, string? Search = null, string? Source = null, string? Tag = null);

/// <summary>Which part of a ledger to list.</summary>
/// <param name="Job">Whose.</param>
/// <param name="Before">Only due instants before this one; null from the latest.</param>
/// <param name="Since">Only due instants at or after this one.</param>
/// <param name="Limit">How many at most.</param>
public sealed record OccurrenceQuery(
    JobKey Job, DateTimeOffset? Before = null, DateTimeOffset? Since = null, int Limit = 100);

/// <summary>How often the due instants of a day were decided in one way.</summary>
/// <param name="Day">Where the day of the due instant begins, in UTC.</param>
/// <param name="LastDay">Where the day begins on which the last instant lies: a later one only of a row that holds a range of instants.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Count">How many instants, from the first day to the last.</param>
public sealed record OccurrenceCount(DateTimeOffset Day, DateTimeOffset LastDay, Verdict Verdict, long Count);

/// <summary>Which of a job's definitions to list.</summary>
/// <param name="Job">Whose.</param>
/// <param name="Before">Only versions with a lower number; null from the latest.</param>
/// <param name="Limit">How many at most.</param>
public sealed record DefinitionQuery(JobKey Job, long? Before = null, int Limit = DefinitionVersion.Kept);
