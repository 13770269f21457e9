using Silos.Runs;

namespace Silos.Jobs;

/// <summary>A registered job as its row has it: the definition, whether it is paused, and how far its schedule is decided.</summary>
/// <remarks>
/// Columns have one writer each. The job's actor writes everything guarded by <see cref="Version"/>; the batch that
/// finishes runs writes <see cref="LastRun"/>, <see cref="ConsecutiveFailures"/>, <see cref="LastEndedAt"/> and (with the
/// actor) <see cref="WakeAt"/>, and leaves the version alone.
/// </remarks>
public sealed record Job
{
    /// <summary>Gets the address.</summary>
    public required JobKey Key { get; init; }

    /// <summary>Gets what was registered.</summary>
    public required JobDefinition Definition { get; init; }

    /// <summary>Gets where the definition came from, such as <c>code</c>, <c>file:silos.yaml</c> or <c>api</c>. Prune stays inside its source.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the deployment version of the process that wrote the definition; an older one never overwrites a newer.</summary>
    public string DeploymentVersion { get; init; } = string.Empty;

    /// <summary>Gets who paused the job and why, or null while it is active.</summary>
    public Pause? Pause { get; init; }

    /// <summary>Gets when the job was first registered; the phase of <c>@every</c> counts from here.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when the definition or the pause last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the instant up to which every due instant has been decided. Only ever moves forward.</summary>
    public required DateTimeOffset Cursor { get; init; }

    /// <summary>Gets the next due instant, jitter included, or null when there is none (manual, disabled, paused, ended).</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets when the job wants to be looked at besides <see cref="NextDue"/>: set when a run ends.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>Gets how many occurrences were let in so far, per schedule in the order of the definition; for maximum occurrences.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>Gets the last decision in the ledger, or null before the first.</summary>
    public LastDecision? LastDecision { get; init; }

    /// <summary>Gets how many runs have failed since the last one that completed.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Gets when the latest run ended; <c>@after</c> counts from here.</summary>
    public DateTimeOffset? LastEndedAt { get; init; }

    /// <summary>Gets the run that ended last, or null before the first.</summary>
    public LastRun? LastRun { get; init; }

    /// <summary>Gets the process start (standalone) or deployment version (cluster) for which <c>@reboot</c> has fired.</summary>
    public string? RebootMark { get; init; }

    /// <summary>Gets the number of writes by the actor so far; 0 for a job that was never stored.</summary>
    public long Version { get; init; }

    /// <summary>Gets whether due instants are decided as runs at all.</summary>
    public bool IsActive => Pause is null && Definition.Enabled;
}

/// <summary>Who stopped something from running, when, and why.</summary>
/// <param name="By">Who, as the credential names them, or <c>silos</c> for a pause after failures.</param>
/// <param name="Reason">Why, in their words; may be empty.</param>
/// <param name="At">When.</param>
public sealed record Pause(string By, string? Reason, DateTimeOffset At)
{
    /// <summary>Who pauses a job that the environment of the process switches off.</summary>
    public const string ByEnvironment = "environment";
}

/// <summary>The latest entry of a job's ledger.</summary>
/// <param name="DueAt">The due instant.</param>
/// <param name="Verdict">What was decided.</param>
public sealed record LastDecision(DateTimeOffset DueAt, Verdict Verdict);

/// <summary>The run of a job that ended last.</summary>
/// <param name="Id">The run.</param>
/// <param name="State">How it ended.</param>
/// <param name="StartedAt">When its last attempt started; null if it never did.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record LastRun(RunId Id, RunState State, DateTimeOffset? StartedAt, DateTimeOffset EndedAt);
