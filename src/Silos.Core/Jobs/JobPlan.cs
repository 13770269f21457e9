using Silos.Runs;

namespace Silos.Jobs;

/// <summary>What a job's actor decided and wants written: conditional on the version, all or nothing, many jobs in one statement.</summary>
public sealed record JobPlan
{
    /// <summary>Gets the job.</summary>
    public required JobKey Key { get; init; }

    /// <summary>Gets the version it is conditional on.</summary>
    public required long Version { get; init; }

    /// <summary>Gets the new cursor.</summary>
    public required DateTimeOffset Cursor { get; init; }

    /// <summary>Gets the new next due instant.</summary>
    public required DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets the wake-up that this plan has seen and clears; a later one stays.</summary>
    public DateTimeOffset? SeenWakeAt { get; init; }

    /// <summary>Gets the new pause, when the plan pauses the job (after failures); null leaves it as it is.</summary>
    public Pause? Pause { get; init; }

    /// <summary>Gets the new counts of occurrences let in per schedule; empty leaves them as they are.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>Gets the new reboot mark; null leaves it as it is.</summary>
    public string? RebootMark { get; init; }

    /// <summary>Gets the decisions, oldest first.</summary>
    public IReadOnlyList<PlannedOccurrence> Occurrences { get; init; } = [];

    /// <summary>Gets runs asked for outside the ledger: triggers.</summary>
    public IReadOnlyList<PlannedRun> Triggers { get; init; } = [];

    /// <summary>Gets the wish to stop the job's live runs before the new ones are let in (overlap <c>cancel_running</c>, <c>terminate_running</c>).</summary>
    public CancelRequest? CancelLive { get; init; }

    /// <summary>Gets the current instant of the actor.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A decision for the ledger. A due instant that is already decided keeps its decision, and no run is made for it.</summary>
/// <param name="DueAt">The due instant; of a range, the first.</param>
/// <param name="Verdict">The decision; with a run, what it is if the run is let in.</param>
/// <param name="Run">The run to make if <see cref="PlannedRun.MaxLive"/> allows; otherwise the verdict becomes <c>skipped_overlap</c>.</param>
/// <param name="Until">Of a range, its last due instant.</param>
/// <param name="Count">Of a range, how many due instants it holds; otherwise 1.</param>
public sealed record PlannedOccurrence(
    DateTimeOffset DueAt, Verdict Verdict, PlannedRun? Run = null, DateTimeOffset? Until = null, long Count = 1);

/// <summary>A run to be made if the job has few enough live ones.</summary>
/// <param name="Run">The run; it enters the inbox.</param>
/// <param name="MaxLive">How many unfinished runs the job may have, this one included.</param>
/// <param name="EvenIfDecided">Whether to make it although its due instant is already decided: a backfill.</param>
public sealed record PlannedRun(NewRun Run, int MaxLive, bool EvenIfDecided = false);

/// <summary>What became of a plan.</summary>
/// <param name="Applied">Whether it was written; false when the version was not current: read the job and decide anew.</param>
/// <param name="Version">The job's new version.</param>
/// <param name="LetIn">The runs that were made, or had been made under the same id before; those missing were skipped for overlap or their instant was decided.</param>
public sealed record JobPlanOutcome(bool Applied, long Version, IReadOnlyList<RunId> LetIn)
{
    /// <summary>
    /// Gets those of <see cref="LetIn"/> for which nothing was made, because their id was known: from the same plan, written before, or from something else,
    /// as ids are one over all jobs and tenants.
    /// </summary>
    public IReadOnlyList<RunId> Known { get; init; } = [];

    /// <summary>Another writer got there first.</summary>
    public static JobPlanOutcome Overtaken { get; } = new(false, 0, []);
}
