namespace Silos.Jobs;

/// <summary>What <see cref="FireTimes.Plan"/> has to know besides the job's row and its schedules.</summary>
public sealed record FireFacts
{
    /// <summary>Gets the current instant, read once.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets whether the job's tenant, or everything, is paused: then nothing is decided and nothing is due.</summary>
    public bool Suspended { get; init; }

    /// <summary>Gets the times in which the job, its tenant or everything was paused. What is not caught up in them is <c>skipped_paused</c>.</summary>
    public IReadOnlyList<PausedTime> Paused { get; init; } = [];

    /// <summary>Gets the catch-up mode to use instead of the job's own; null for the job's own.</summary>
    public CatchUpMode? CatchUp { get; init; }

    /// <summary>Gets the start of the process that decides, which <c>@reboot</c> is due at; null leaves it out.</summary>
    public ProcessStart? Start { get; init; }

    /// <summary>Gets whether the job has a run that has not ended. Only asked for when <see cref="FireTimes.NeedsLiveRuns"/> says so.</summary>
    public bool HasLiveRun { get; init; }

    /// <summary>Gets how many rows a plan may have at most. Default: 1,000.</summary>
    public int MaxRows { get; init; } = FireTimes.MaxRows;

    /// <summary>Gets how many instants a plan looks at one by one at most. Default: 100,000.</summary>
    public int MaxSteps { get; init; } = FireTimes.MaxSteps;
}

/// <summary>A time in which something was paused.</summary>
/// <param name="From">When the pause began; an instant due exactly then was still decided.</param>
/// <param name="Until">When it ended, included.</param>
public readonly record struct PausedTime(DateTimeOffset From, DateTimeOffset Until);

/// <summary>The start of a process, or of a deployment.</summary>
/// <param name="Mark">What tells it from others: unique to the process (standalone), the deployment's version (cluster).</param>
/// <param name="At">When.</param>
public sealed record ProcessStart(string Mark, DateTimeOffset At)
{
    /// <summary>Gets whether the mark is a version, so that an older one is no news to a job that has seen a newer. Default: false.</summary>
    public bool IsVersion { get; init; }
}
