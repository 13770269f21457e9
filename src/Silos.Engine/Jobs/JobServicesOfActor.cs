using Microsoft.Extensions.Logging;
using Silos.Secrets;
using Silos.Stores;

namespace Silos.Engine.Jobs;

/// <summary>What all job actors share.</summary>
/// <param name="Store">The store.</param>
/// <param name="Planner">Decides.</param>
/// <param name="Writer">Writes plans, many jobs' together.</param>
/// <param name="Validation">Checks what people write.</param>
/// <param name="Startups">Remembers which jobs run at start.</param>
/// <param name="Report">Tells the alarm and the log what was written.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Scheduler">Where commands run.</param>
/// <param name="Logger">The log.</param>
/// <param name="DeploymentVersion">The version of this process.</param>
internal sealed record JobServicesOfActor(
    ISilosStore Store,
    JobPlanner Planner,
    PlanWriter Writer,
    JobValidation Validation,
    StartupJobs Startups,
    PlanReport Report,
    TimeProvider Clock,
    EngineScheduler Scheduler,
    ILogger Logger,
    string DeploymentVersion)
{
    /// <summary>Gets the name of this process: who changes a definition where nobody else is named.</summary>
    public required string Process { get; init; }

    /// <summary>Gets what hides secrets in what is told of changes.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>Gets what keeps jobs from running; null for nothing.</summary>
    public IJobSwitch? Switch { get; init; }

    /// <summary>Gets the current instant.</summary>
    public DateTimeOffset Now => Clock.Now();
}
