using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Cluster.Jobs;

/// <summary>What the grain writes to the log.</summary>
internal sealed partial class JobGrain
{
    [LoggerMessage(LogLevel.Warning, "What is due of job {Job} could not be decided; it is tried again")]
    private partial void LogNotDecided(JobKey job, Exception exception);

    [LoggerMessage(LogLevel.Debug, "This silo does not know a schedule of job {Job}; one that does decides it")]
    private partial void LogNotUnderstood(JobKey job);

    [LoggerMessage(LogLevel.Warning, "The reminder of job {Job} could not be written; until it can, the sweep finds the job when it is overdue")]
    private partial void LogNoReminder(JobKey job, Exception exception);
}
