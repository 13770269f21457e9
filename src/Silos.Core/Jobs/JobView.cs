using Silos.Runs;

namespace Silos.Jobs;

/// <summary>A job with what is going on.</summary>
/// <param name="Job">The job as stored.</param>
/// <param name="Live">How many of its runs have not ended.</param>
/// <param name="Running">How many of those are executing.</param>
public sealed record JobView(Job Job, int Live, int Running);

/// <summary>What <see cref="ISilosClient.ApplyAsync(TenantId, IReadOnlyList{JobDefinition}, string, string?, bool, bool, CancellationToken)"/> did or would do.</summary>
/// <param name="Added">Jobs that were not there.</param>
/// <param name="Changed">Jobs whose definition differed, each with its changed fields.</param>
/// <param name="Removed">Jobs of the same source that are not named any more (deleted only with prune).</param>
/// <param name="Unchanged">How many were as wanted.</param>
public sealed record ApplyResult(
    IReadOnlyList<JobName> Added, IReadOnlyList<JobChange> Changed, IReadOnlyList<JobName> Removed, int Unchanged);

/// <summary>How a definition differs from the stored one.</summary>
/// <param name="Name">The job.</param>
/// <param name="Fields">The fields that differ, as <c>schedules: ["0 1 * * *"] → ["0 2 * * *"]</c>.</param>
public sealed record JobChange(JobName Name, IReadOnlyList<string> Fields);

/// <summary>How to trigger a job.</summary>
public sealed record TriggerOptions
{
    /// <summary>Gets the payload instead of the job's own.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets the overlap policy instead of the job's own.</summary>
    public OverlapMode? Overlap { get; init; }

    /// <summary>Gets who asks.</summary>
    public string? By { get; init; }

    /// <summary>Gets the id of the run, so that a repeated call is one run; null to make one.</summary>
    public RunId? Id { get; init; }

    /// <summary>Gets the W3C trace context of who asks.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What a backfill did or would do.</summary>
/// <param name="Count">How many due instants lie in the range.</param>
/// <param name="Runs">The runs made, now or by the same request before; empty for a dry run. Fewer than <paramref name="Count"/> if the store went away in between.</param>
public sealed record BackfillResult(int Count, IReadOnlyList<RunId> Runs)
{
    /// <summary>Gets whether every due instant has its run. If not, the same request again makes the rest and none twice.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsWhole => Runs.Count == Count;
}

/// <summary>One reason why something does not run.</summary>
/// <param name="Code">A stable word: <c>job_paused</c>, <c>job_disabled</c>, <c>all_paused</c>, <c>tenant_paused</c>, <c>no_schedule</c>,
/// <c>not_due</c>, <c>schedule_ended</c>, <c>schedule_broken</c>, <c>overlap</c>, <c>queue_paused</c>, <c>no_handler</c>, <c>handler_disabled</c>, <c>waiting_retry</c>, <c>delayed</c>,
/// <c>job_limit</c>, <c>queue_limit</c>, <c>rate_limit</c>, <c>key_limit</c>, <c>handler_limit</c>, <c>no_slots</c>, <c>behind_others</c>, <c>no_scheduler</c>,
/// <c>no_worker</c>, <c>draining</c>, <c>queue_switched_off</c>, <c>store_away</c>, <c>ended</c>, <c>running</c>.</param>
/// <param name="Message">The reason in a sentence, with who, since when and what to do.</param>
/// <param name="Until">When it will pass by itself, if that is known.</param>
public sealed record Blocker(string Code, string Message, DateTimeOffset? Until = null);
