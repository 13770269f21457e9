using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Tells the alarm and the log what became of plans.</summary>
internal sealed class PlanReport(IJobAlarms alarms, ScheduleWorld world, ILogger<PlanReport> logger)
{
    private const long WorthTelling = 1_000;

    /// <summary>A plan was written.</summary>
    public void Planned(PlannedJob planned, JobPlanOutcome outcome)
    {
        var plan = planned.Plan;
        alarms.Planned(planned, outcome);
        if (plan.Pause is { } pause)
        {
            JobLog.Paused(logger, plan.Key, pause.By, pause.Reason ?? string.Empty);
        }

        for (var i = 0; i < planned.Broken.Count; i++)
        {
            JobLog.Broken(logger, planned.Broken[i].Index, plan.Key, planned.Broken[i].Problem);
        }

        if (outcome.LetIn.Count > 0 && logger.IsEnabled(LogLevel.Information))
        {
            JobLog.NextRun(logger, plan.Key, JobLog.Time(plan.NextDue, world.ZoneOf(planned.Schedules)));
        }

        Dropped(planned);
    }

    /// <summary>A job's row was changed.</summary>
    public void Changed(Job job) => alarms.Changed(job);

    /// <summary>A job was registered, or found at start.</summary>
    public void Starting(Job job)
    {
        Changed(job);
        if (logger.IsEnabled(LogLevel.Information))
        {
            JobLog.Starting(logger, job.Key, JobLog.Time(job.NextDue, world.ZoneOf(world.Compile(job.Definition))));
        }
    }

    private void Dropped(PlannedJob planned)
    {
        foreach (var range in planned.Plan.Occurrences)
        {
            if (range.Count >= WorthTelling)
            {
                var zone = world.ZoneOf(planned.Schedules);
                JobLog.Dropped(
                    logger, planned.Plan.Key, range.Count, JobLog.Time(range.DueAt, zone), JobLog.Time(range.Until, zone), range.Verdict);
            }
        }
    }
}
