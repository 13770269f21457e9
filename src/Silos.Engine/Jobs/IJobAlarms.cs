using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>Who rings when a job is due, as those see it who write jobs' rows.</summary>
internal interface IJobAlarms
{
    /// <summary>A plan was written.</summary>
    void Planned(PlannedJob planned, JobPlanOutcome outcome);

    /// <summary>A job's row was written.</summary>
    void Changed(Job job);
}
