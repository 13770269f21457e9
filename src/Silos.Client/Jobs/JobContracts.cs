namespace Silos.Client.Jobs;

/// <summary>A job with what is going on: <c>GET /api/jobs/{name}</c>.</summary>
public sealed record JobResponse
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets <c>RUNNING</c> while at least one run executes, else <c>IDLE</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Gets how many of its runs have not ended.</summary>
    public int Live { get; init; }

    /// <summary>Gets how many of those are executing.</summary>
    public int Running { get; init; }

    /// <summary>Gets what was registered, in the shape in which it can be put again.</summary>
    public required JobDocument Definition { get; init; }

    /// <summary>Gets where the definition came from: <c>code</c>, <c>file:silos.yaml</c>, <c>api</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Gets who paused it and why; absent while it is active.</summary>
    public PauseResponse? Pause { get; init; }

    /// <summary>Gets the next due instant; absent when there is none.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets the last decision about a due instant; absent before the first.</summary>
    public DecisionResponse? LastDecision { get; init; }

    /// <summary>Gets the run that ended last; absent before the first.</summary>
    public LastRunResponse? LastRun { get; init; }

    /// <summary>Gets how many runs have failed since the last one that completed.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Gets the instant up to which every due instant has been decided.</summary>
    public DateTimeOffset Cursor { get; init; }

    /// <summary>Gets when the job was first registered.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the definition or the pause last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the deployment version that wrote the definition.</summary>
    public string? DeploymentVersion { get; init; }

    /// <summary>Gets the number of writes so far.</summary>
    public long Version { get; init; }
}

/// <summary>Jobs by name: <c>GET /api/jobs</c>.</summary>
/// <param name="Items">The jobs.</param>
/// <param name="Next">What to give as <c>after</c> for the following ones; absent at the end.</param>
public sealed record JobListResponse(IReadOnlyList<JobResponse> Items, string? Next);

/// <summary>Who stopped something from running, when, and why.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="At">When.</param>
public sealed record PauseResponse(string By, string? Reason, DateTimeOffset At);

/// <summary>The latest entry of a job's ledger.</summary>
/// <param name="DueAt">The due instant.</param>
/// <param name="Verdict">What was decided, as in <see cref="OccurrenceResponse.Verdict"/>.</param>
public sealed record DecisionResponse(DateTimeOffset DueAt, string Verdict);

/// <summary>The run of a job that ended last.</summary>
/// <param name="Id">The run.</param>
/// <param name="State">How it ended.</param>
/// <param name="StartedAt">When its last attempt started; absent if it never did.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="DurationMs">How long the last attempt took.</param>
public sealed record LastRunResponse(
    string Id, string State, DateTimeOffset? StartedAt, DateTimeOffset EndedAt, long? DurationMs);

/// <summary>One due instant with the decision about it.</summary>
/// <param name="DueAt">The due instant; of a range, the first.</param>
/// <param name="Verdict"><c>enqueued, caught_up, superseded, skipped_overlap, skipped_paused, skipped_calendar, missed</c>.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="Run">The run that was made, if one was.</param>
/// <param name="Until">Of a range, its last due instant.</param>
/// <param name="Count">How many due instants it stands for.</param>
public sealed record OccurrenceResponse(
    DateTimeOffset DueAt, string Verdict, DateTimeOffset DecidedAt, string? Run, DateTimeOffset? Until, long Count);

/// <summary>A job's ledger, latest first: <c>GET /api/jobs/{name}/occurrences</c>.</summary>
/// <param name="Items">The occurrences.</param>
/// <param name="Next">What to give as <c>before</c> for the following ones; absent at the end.</param>
public sealed record OccurrenceListResponse(IReadOnlyList<OccurrenceResponse> Items, DateTimeOffset? Next);

/// <summary>Triggers a job: <c>POST /api/jobs/{name}/trigger</c>.</summary>
public sealed record TriggerRequest
{
    /// <summary>Gets the payload instead of the job's own.</summary>
    public JsonText? Payload { get; init; }

    /// <summary>Gets how long to wait for the outcome: a duration, or <c>true</c> for as long as the server allows.</summary>
    public string? Wait { get; init; }

    /// <summary>Gets the overlap mode instead of the job's own.</summary>
    public string? Overlap { get; init; }

    /// <summary>Gets the id of the run, so that a repeated call is one run.</summary>
    public string? Id { get; init; }
}

/// <summary>Says why: the body of pauses and resumes; may be left out.</summary>
public sealed record ReasonRequest
{
    /// <summary>Gets the reason, at most 1,000 characters.</summary>
    public string? Reason { get; init; }
}

/// <summary>Makes runs for due instants of the past: <c>POST /api/jobs/{name}/backfill</c>.</summary>
public sealed record BackfillRequest
{
    /// <summary>Gets the first instant.</summary>
    public DateTimeOffset From { get; init; }

    /// <summary>Gets the last instant; not in the future.</summary>
    public DateTimeOffset To { get; init; }

    /// <summary>Gets whether only to count.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a backfill did or would do.</summary>
/// <param name="Count">How many due instants lie in the range.</param>
/// <param name="Runs">The runs made; empty for a dry run.</param>
/// <param name="DryRun">Whether only counted.</param>
public sealed record BackfillResponse(int Count, IReadOnlyList<string> Runs, bool DryRun);

/// <summary>Why something does not run, the first reason first; empty when nothing is in the way.</summary>
/// <param name="Blockers">The reasons.</param>
public sealed record ExplainResponse(IReadOnlyList<BlockerResponse> Blockers);

/// <summary>One reason why something does not run.</summary>
/// <param name="Code">A stable word, such as <c>queue_paused</c>.</param>
/// <param name="Message">The reason in a sentence.</param>
/// <param name="Until">When it will pass by itself, if that is known.</param>
public sealed record BlockerResponse(string Code, string Message, DateTimeOffset? Until);
