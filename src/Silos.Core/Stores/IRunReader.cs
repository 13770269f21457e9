using Silos.Queues;
using Silos.Runs;

namespace Silos.Stores;

/// <summary>Reads runs for people: live and finished ones in one view. A run with an open claim reads as running.</summary>
public interface IRunReader
{
    /// <summary>Reads a run with attempts and steps, or null if the tenant has no such run.</summary>
    ValueTask<RunDetails?> FindAsync(TenantId tenant, RunId run, CancellationToken cancellationToken);

    /// <summary>Lists runs, newest first (by id).</summary>
    ValueTask<IReadOnlyList<Run>> ListAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>Finds the run before which so many newer ones stand, in the order of ids: where a piece of all runs begins.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="within">Which runs are counted: jobs, and states that are ends (see <see cref="RunScan"/>); null for all.</param>
    /// <param name="before">Only runs with a lower id; null for all.</param>
    /// <param name="runs">How many, 1 at least.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its id; null if there are not that many.</returns>
    ValueTask<RunId?> FindBackAsync(TenantId tenant, Filter? within, RunId? before, int runs, CancellationToken cancellationToken);

    /// <summary>Counts the runs that a filter matches, exactly.</summary>
    ValueTask<long> CountAsync(TenantId tenant, Filter? filter, CancellationToken cancellationToken);

    /// <summary>Counts finished and live runs, in all and by job (runs without job count under their handler).</summary>
    ValueTask<RunStatistics> StatisticsAsync(TenantId tenant, CancellationToken cancellationToken);

    /// <summary>Counts what waits and runs in each queue of a tenant; null for all tenants.</summary>
    ValueTask<IReadOnlyList<QueueDepth>> QueueDepthsAsync(TenantId? tenant, CancellationToken cancellationToken);

    /// <summary>
    /// Reads runs of jobs, of all tenants, that have been executing since before an instant, the longest first. Costs what executes, not what waits.
    /// </summary>
    ValueTask<IReadOnlyList<ExecutingRun>> ExecutingSinceAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Reads a run's log from a sequence number on.</summary>
    ValueTask<IReadOnlyList<RunLogLine>> ReadLogAsync(
        TenantId tenant, RunId run, long afterSequence, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes finished runs that ended before an instant, with what belongs to them; returns how many.</summary>
    ValueTask<int> PruneAsync(PruneRule rule, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes idempotency keys whose window was over at an instant; returns how many.</summary>
    ValueTask<int> PruneKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}

/// <summary>Which finished runs to delete.</summary>
/// <param name="Before">Those that ended before this instant.</param>
/// <param name="Failures">Failed and dead ones (true) or the others (false).</param>
/// <param name="Job">Only of this job; null for all jobs not in <paramref name="ExceptJobs"/> and one-off runs.</param>
/// <param name="ExceptJobs">Jobs that have a rule of their own.</param>
/// <param name="KeepNewest">With <paramref name="Job"/>: keep this many newest and delete the rest, whatever their age and outcome.</param>
public sealed record PruneRule(
    DateTimeOffset Before,
    bool Failures,
    Jobs.JobKey? Job = null,
    IReadOnlyList<Jobs.JobKey>? ExceptJobs = null,
    int? KeepNewest = null);

/// <summary>Which runs to list.</summary>
/// <param name="Tenant">Whose.</param>
/// <param name="Filter">What they must match; null for all.</param>
/// <param name="Before">Keyset paging: only runs with a lower id, that is older ones.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Offset">Page paging, for callers that count pages; costs what it skips.</param>
/// <param name="MaxText">How many characters of payloads and results: the run with which they are reached is the last. For callers that take long pages.</param>
public sealed record RunQuery(
    TenantId Tenant, Filter? Filter = null, RunId? Before = null, int Limit = 50, int Offset = 0, long MaxText = long.MaxValue)
{
    /// <summary>Gets what a run takes of <see cref="MaxText"/>.</summary>
    public static long TextOf(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return (run.Payload?.Text.Length ?? 0) + (run.Result?.Text.Length ?? 0);
    }
}

/// <summary>How many runs there are.</summary>
/// <param name="Total">All of them, live ones included.</param>
/// <param name="Successful">Those that completed or were skipped.</param>
/// <param name="Failed">Those that failed, are dead or were cancelled: every other end.</param>
/// <param name="ByJob">The same for each job (or handler, for one-off runs).</param>
public sealed record RunStatistics(
    long Total, long Successful, long Failed, IReadOnlyDictionary<string, JobStatistics> ByJob);

/// <summary>How many runs of one job there are.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Failed">Those that failed, are dead or were cancelled: every other end.</param>
public sealed record JobStatistics(long Total, long Failed);

/// <summary>A run of a job that is executing.</summary>
/// <param name="Job">The job.</param>
/// <param name="Run">The run.</param>
/// <param name="DueAt">The due instant it was made for (of its occurrence, else when it could start).</param>
/// <param name="StartedAt">When the attempt under way began.</param>
public sealed record ExecutingRun(Jobs.JobKey Job, RunId Run, DateTimeOffset DueAt, DateTimeOffset StartedAt);

/// <summary>How full a queue is.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Queued">Runs that could start now, the inbox included.</param>
/// <param name="Scheduled">Runs that wait for their time.</param>
/// <param name="Running">Runs under way.</param>
/// <param name="OldestQueuedAt">Since when the longest waiting one could have started.</param>
public sealed record QueueDepth(
    QueueKey Queue, long Queued, long Scheduled, long Running, DateTimeOffset? OldestQueuedAt);
