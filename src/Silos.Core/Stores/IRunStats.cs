using Silos.Jobs;
using Silos.Runs;

namespace Silos.Stores;

/// <summary>Numbers about runs over time, for charts: what is asked of it costs minutes of a day, not runs of a history.</summary>
/// <remarks>
/// These are statistics, not the ledger: the owners of partitions count in memory and add up every few seconds, so a process that dies
/// takes its last seconds with it, and a failed write that had happened counts twice. Implementations prove themselves with <c>RunStatsConformance</c>.
/// </remarks>
public interface IRunStats
{
    /// <summary>Adds to what is there, each minute of a tenant at most once a call.</summary>
    ValueTask AddAsync(IReadOnlyList<RunTally> tallies, CancellationToken cancellationToken);

    /// <summary>Reads the minutes of a tenant in [<paramref name="since"/>, <paramref name="until"/>) in which anything ended, earliest first.</summary>
    ValueTask<IReadOnlyList<RunTally>> ReadAsync(
        TenantId tenant, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Reads how the newest finished runs of some jobs went, for each job newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="jobs">Which jobs; at most 500.</param>
    /// <param name="each">How many runs of each at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IReadOnlyList<RunPoint>> RecentAsync(
        TenantId tenant, IReadOnlyList<JobName> jobs, int each, CancellationToken cancellationToken);

    /// <summary>Deletes minutes before an instant; returns how many.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}

/// <summary>A finished run as a point in a chart.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Run">The run.</param>
/// <param name="State">How it ended.</param>
/// <param name="StartedAt">When its last attempt started; null if it never did.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record RunPoint(JobName Job, RunId Run, RunState State, DateTimeOffset? StartedAt, DateTimeOffset EndedAt);
