using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Hosting;

internal sealed partial class JobsFileReloader
{
    [LoggerMessage(1, LogLevel.Information, "Jobs file {File} applied: {Added} added, {Changed} changed, {Removed} removed, {Unchanged} unchanged")]
    private static partial void LogApplied(ILogger logger, string file, int added, int changed, int removed, int unchanged);

    [LoggerMessage(2, LogLevel.Information, "Job added {Job}")]
    private static partial void LogAdded(ILogger logger, JobName job);

    [LoggerMessage(3, LogLevel.Information, "Job changed {Job}: {Fields}")]
    private static partial void LogChanged(ILogger logger, JobName job, string fields);

    [LoggerMessage(4, LogLevel.Information, "Job removed {Job}")]
    private static partial void LogRemoved(ILogger logger, JobName job);

    [LoggerMessage(11, LogLevel.Information, "Named schedule changed {Name}: {Before} → {After}; the jobs that use it follow")]
    private static partial void LogNameChanged(ILogger logger, string name, string before, string after);

    [LoggerMessage(5, LogLevel.Information, "Job {Job} is disabled by {Variable}=false")]
    private static partial void LogSwitchedOff(ILogger logger, JobName job, string variable);

    [LoggerMessage(6, LogLevel.Error, "{Problem}")]
    private static partial void LogRefused(ILogger logger, string problem);

    [LoggerMessage(7, LogLevel.Error, "Jobs file {File} was refused; the jobs stay as they were")]
    private static partial void LogOldStay(ILogger logger, string file);

    [LoggerMessage(8, LogLevel.Warning, "Jobs file {File} is gone; its jobs stay as they were. Write 'jobs: []' to have none")]
    private static partial void LogDeleted(ILogger logger, string file);

    [LoggerMessage(9, LogLevel.Error, "Jobs file {File} cannot be read, so the jobs stay as they were: {Error}")]
    private static partial void LogUnreadable(ILogger logger, string file, string error);

    [LoggerMessage(10, LogLevel.Warning, "Jobs file {File} will be applied later: {Error}")]
    private static partial void LogPostponed(ILogger logger, string file, string error);
}
