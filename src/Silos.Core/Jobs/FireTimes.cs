using Silos.Schedules;

namespace Silos.Jobs;

/// <summary>Answers "what is decided about the due instants up to now, and when is the next one?" from values alone: no clock, no I/O.</summary>
/// <remarks>
/// <para>Every due instant in (cursor, now] gets exactly one decision; schedules due at the same instant share it. The cursor
/// never moves back, so a clock that jumps back decides nothing twice, and one that jumps forward is a gap like any other.</para>
/// <list type="bullet">
/// <item>At most <see cref="CatchUpPolicy.Tolerance"/> old, and not in a paused time: a run, <c>enqueued</c>.</item>
/// <item>Older, but inside the window: what the catch-up mode says. <c>last</c> runs the latest instant of all that are
/// undecided, and only if no later one is on time; <c>all</c> runs each; <c>none</c> runs nothing.</item>
/// <item>What does not run is <c>skipped_calendar</c> where every schedule due then has a calendar that excludes it, else
/// <c>skipped_paused</c> in a paused time, else <c>missed</c> outside the window, else <c>superseded</c>.</item>
/// <item>Under overlap <c>cancel_running</c> and <c>terminate_running</c> only the latest instant runs, because each run would end the one before.</item>
/// </list>
/// <para>A plan has at most <see cref="MaxRows"/> rows; then <see cref="FirePlan.HasMore"/> asks for another. A gap of more
/// instants without a run becomes ranges, one per verdict. Up to <see cref="MaxSteps"/> instants of it are walked and counted
/// exactly; what lies beyond is jumped over: the range is exact in its bounds, its count is extrapolated from the walked
/// part, and calendars are not asked. C# functions cannot be jumped over and take several plans instead.</para>
/// </remarks>
public static class FireTimes
{
    /// <summary>How many rows a plan has at most.</summary>
    public const int MaxRows = 1_000;

    /// <summary>How many instants are looked at one by one in a plan at most.</summary>
    public const int MaxSteps = 100_000;

    /// <summary>Decides every due instant in (cursor, now], or as many as fit.</summary>
    /// <param name="job">The job as its row has it.</param>
    /// <param name="schedules">Its schedules in the order of the definition; null for one that cannot be compiled here.</param>
    /// <param name="facts">What else has to be known.</param>
    public static FirePlan Plan(Job job, IReadOnlyList<CompiledSchedule?> schedules, FireFacts facts)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(schedules);
        ArgumentNullException.ThrowIfNull(facts);
        return new FirePlanner(job, schedules, facts).Plan();
    }

    /// <summary>Tells whether <see cref="FireFacts.HasLiveRun"/> matters: an <c>@after</c> schedule whose instant is already decided.</summary>
    public static bool NeedsLiveRuns(Job job, IReadOnlyList<CompiledSchedule?> schedules)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(schedules);
        for (var i = 0; i < schedules.Count; i++)
        {
            if (schedules[i] is { DependsOnRunEnd: true } after
                && after.Next(DateTimeOffset.MinValue, new ScheduleAnchor(job.CreatedAt, job.LastEndedAt)) <= job.Cursor)
            {
                return true;
            }
        }

        return false;
    }
}
