using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>Turns a job's row into the plan to write, with everything that <see cref="FireTimes"/> has to be told.</summary>
internal sealed class JobPlanner(
    ScheduleWorld world, HandlerRegistry handlers, PauseBoard pauses, ProcessStart start, IJobStore jobs)
{
    /// <summary>Gets the start that <c>@reboot</c> counts.</summary>
    public ProcessStart Start { get; } = start;

    /// <summary>Gets the retry policy of jobs and handlers that have none.</summary>
    public RetryPolicy HostRetry { get; init; } = RetryPolicy.Default;

    /// <summary>Gets the handlers of this process.</summary>
    public HandlerRegistry Handlers => handlers;

    /// <summary>Gets what schedules may refer to.</summary>
    public ScheduleWorld World { get; } = world;

    /// <summary>Decides what is due.</summary>
    /// <param name="job">The row.</param>
    /// <param name="now">The current instant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<PlannedJob> DecideAsync(Job job, DateTimeOffset now, CancellationToken cancellationToken) =>
        DecideAsync(job, Facts(job, now), cancellationToken);

    /// <inheritdoc cref="DecideAsync(Job, DateTimeOffset, CancellationToken)"/>
    public async ValueTask<PlannedJob> DecideAsync(Job job, FireFacts facts, CancellationToken cancellationToken)
    {
        var schedules = World.Compile(job.Definition);
        if (PauseAfterFailures(job, facts.Now) is { } pause)
        {
            return new PlannedJob(job, Unchanged(job, facts.Now) with { Pause = pause, NextDue = null, SeenWakeAt = job.WakeAt }, schedules, false);
        }

        // What cannot be understood here is decided where it can: the cursor stays, and the job waits for its registration.
        if (schedules.Length > 0 && job.IsActive && Array.TrueForAll(schedules, s => s is null))
        {
            return new PlannedJob(job, Unchanged(job, facts.Now) with { NextDue = null, SeenWakeAt = job.WakeAt }, schedules, false)
            {
                Broken = [new BrokenSchedule(0, $"'{job.Definition.Schedules[0].Expression}' names something that this process does not know.")],
            };
        }

        if (FireTimes.NeedsLiveRuns(job, schedules))
        {
            facts = facts with { HasLiveRun = await jobs.CountLiveRunsAsync(job.Key, cancellationToken) > 0 };
        }

        var plan = FireTimes.Plan(job, schedules, facts);
        return new PlannedJob(job, Template(job, schedules).ToJobPlan(plan, facts.Now), schedules, plan.HasMore)
        {
            Broken = plan.Broken,
        };
    }

    /// <summary>Gets what a job's row says is next, without deciding anything.</summary>
    public DateTimeOffset? NextDue(Job job) =>
        FireTimes.Plan(job, World.Compile(job.Definition), new FireFacts { Now = job.Cursor, Start = StartFor(job) }).NextDue;

    /// <summary>Tells whether the job's tenant, or everything, is paused.</summary>
    public bool IsSuspended(Job job) => pauses.IsSuspended(job.Key.Tenant);

    /// <summary>Gets what planning a job has to know.</summary>
    public FireFacts Facts(Job job, DateTimeOffset now) => new()
    {
        Now = now,
        Start = StartFor(job),
        Suspended = pauses.IsSuspended(job.Key.Tenant),
        Paused = pauses.Past(job.Key.Tenant),
    };

    /// <summary>Gets the start as a job sees it: null if it has seen it, or that of a newer deployment.</summary>
    public ProcessStart? StartFor(Job job) =>
        job.RebootMark == Start.Mark
        || (Start.IsVersion && job.RebootMark is { } seen && DeploymentVersions.Compare(Start.Mark, seen) < 0)
            ? null
            : Start;

    /// <summary>Prepares the runs of a job.</summary>
    public JobRunTemplate Template(Job job, IReadOnlyList<CompiledSchedule?> schedules) =>
        new(job, schedules, handlers.FindOrRemember(job.Definition.Handler), HostRetry);

    /// <summary>A plan that decides nothing.</summary>
    public static JobPlan Unchanged(Job job, DateTimeOffset now) => new()
    {
        Key = job.Key,
        Version = job.Version,
        Cursor = job.Cursor,
        NextDue = job.NextDue,
        Now = now,
    };

    /// <summary>
    /// The pause that a job has earned by failing. A run that completes ends the streak, and so does resuming the job.
    /// </summary>
    private static Pause? PauseAfterFailures(Job job, DateTimeOffset now) =>
        job.IsActive
        && job.Definition.PauseAfterFailures is { } most
        && job.ConsecutiveFailures >= most
        && job.LastEndedAt > job.UpdatedAt
            ? new Pause(
                "silos",
                $"{job.ConsecutiveFailures} failed runs in a row (pause after {most}); the last one was {job.LastRun?.Id}",
                now)
            : null;
}

/// <summary>A plan and what it was made from.</summary>
/// <param name="Job">The row.</param>
/// <param name="Plan">What to write.</param>
/// <param name="Schedules">The schedules, compiled.</param>
/// <param name="HasMore">Whether more is due than one plan may decide.</param>
internal sealed record PlannedJob(Job Job, JobPlan Plan, IReadOnlyList<CompiledSchedule?> Schedules, bool HasMore)
{
    /// <summary>Gets the schedules that could not be asked.</summary>
    public IReadOnlyList<BrokenSchedule> Broken { get; init; } = [];

    /// <summary>Gets whether writing the plan would change anything.</summary>
    public bool IsWorthWriting => Plan.Occurrences.Count > 0 || Plan.Pause is not null || Plan.RebootMark is not null
        || Plan.NextDue != Job.NextDue || Plan.SeenWakeAt is not null || Job.NextDue <= Plan.Now;

    /// <summary>
    /// Gets the job's row as the plan left it, but for what others write meanwhile: wake-ups and what the finishing of runs owns.
    /// </summary>
    /// <param name="outcome">What became of the plan; it was applied.</param>
    public Job Written(JobPlanOutcome outcome) => Job with
    {
        Version = outcome.Version,
        Cursor = Plan.Cursor,
        NextDue = Plan.NextDue,
        WakeAt = Job.WakeAt <= Plan.SeenWakeAt ? null : Job.WakeAt,
        Pause = Plan.Pause ?? Job.Pause,
        UpdatedAt = Plan.Pause is null ? Job.UpdatedAt : Plan.Now,
        Counts = Plan.Counts.Count > 0 ? Plan.Counts : Job.Counts,
        RebootMark = Plan.RebootMark ?? Job.RebootMark,
    };

    /// <summary>Gets how many runs the plan wants.</summary>
    public int Runs => Plan.Occurrences.Count(o => o.Run is not null);
}
