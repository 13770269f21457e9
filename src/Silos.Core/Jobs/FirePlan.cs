namespace Silos.Jobs;

/// <summary>What <see cref="FireTimes.Plan"/> decided.</summary>
public sealed record FirePlan
{
    /// <summary>Gets the decisions, oldest first.</summary>
    public required IReadOnlyList<FireDecision> Decisions { get; init; }

    /// <summary>Gets the instant up to which every due instant is decided now; never before the job's cursor.</summary>
    public required DateTimeOffset Cursor { get; init; }

    /// <summary>Gets the first due instant after <see cref="Cursor"/>, or null. With <see cref="HasMore"/> it lies in the past.</summary>
    public required DateTimeOffset? NextDue { get; init; }

    /// <summary>Gets how many occurrences were let in so far, per schedule.</summary>
    public required IReadOnlyList<long> Counts { get; init; }

    /// <summary>Gets the start for which <c>@reboot</c> has been decided now; null if this plan did not decide it.</summary>
    public string? RebootMark { get; init; }

    /// <summary>Gets whether instants up to now remain undecided because the plan is full: write it and plan again.</summary>
    public bool HasMore { get; init; }

    /// <summary>Gets the schedules that could not be asked; the others went on.</summary>
    public IReadOnlyList<BrokenSchedule> Broken { get; init; } = [];
}

/// <summary>A decision about a due instant, or about a range of them.</summary>
/// <param name="DueAt">The due instant; of a range, the first.</param>
/// <param name="Verdict">The decision; with a run, what it is if overlap lets the run in.</param>
/// <param name="MaxLive">How many unfinished runs the job may have, this one included; 0 if no run is wanted.</param>
/// <param name="Until">Of a range, its last due instant.</param>
/// <param name="Count">Of a range, how many due instants it holds; otherwise 1.</param>
public readonly record struct FireDecision(
    DateTimeOffset DueAt, Verdict Verdict, int MaxLive = 0, DateTimeOffset? Until = null, long Count = 1)
{
    /// <summary>Gets whether a run is wanted.</summary>
    public bool IsRun => MaxLive > 0;
}

/// <summary>A schedule that could not be asked when it is due.</summary>
/// <param name="Index">Which of the job's schedules, from 0.</param>
/// <param name="Problem">What went wrong, in a sentence.</param>
public sealed record BrokenSchedule(int Index, string Problem);
