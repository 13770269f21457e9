using System.Globalization;
using Microsoft.Extensions.Logging;
using Silos.Jobs;

namespace Silos.Engine.Jobs;

/// <summary>What an operator wants to read about jobs. Times are RFC 3339 with the offset of the job's zone.</summary>
internal static partial class JobLog
{
    [LoggerMessage(LogLevel.Information, "Starting job {Job} nextRun={NextRun}")]
    public static partial void Starting(ILogger logger, JobKey job, string nextRun);

    [LoggerMessage(LogLevel.Information, "Next run scheduled {Job} nextRun={NextRun}")]
    public static partial void NextRun(ILogger logger, JobKey job, string nextRun);

    [LoggerMessage(LogLevel.Information, "Job {Job} was registered by {Source}: {Change}")]
    public static partial void Registered(ILogger logger, JobKey job, string source, string change);

    [LoggerMessage(LogLevel.Information, "Job {Job} was paused by {By}: {Reason}")]
    public static partial void Paused(ILogger logger, JobKey job, string by, string reason);

    [LoggerMessage(LogLevel.Information, "Job {Job} was resumed by {By}")]
    public static partial void Resumed(ILogger logger, JobKey job, string by);

    [LoggerMessage(LogLevel.Information, "Job {Job} was deleted")]
    public static partial void Deleted(ILogger logger, JobKey job);

    [LoggerMessage(LogLevel.Warning, "Job {Job} dropped {Count} due instants from {From} to {Until} as {Verdict}")]
    public static partial void Dropped(ILogger logger, JobKey job, long count, string from, string until, Verdict verdict);

    [LoggerMessage(LogLevel.Error, "Schedule {Index} of job {Job} cannot be asked when it is due: {Problem}")]
    public static partial void Broken(ILogger logger, int index, JobKey job, string problem);

    [LoggerMessage(LogLevel.Warning, "Job {Job} keeps the definition of version {Stored}; this process has the older {Own}")]
    public static partial void OlderVersion(ILogger logger, JobKey job, string stored, string own);

    [LoggerMessage(LogLevel.Debug, "Another writer changed job {Job} after version {Version}; deciding anew")]
    public static partial void Overtaken(ILogger logger, JobKey job, long version);

    [LoggerMessage(LogLevel.Warning, "Due jobs could not be decided; trying again in {Delay}")]
    public static partial void SweepFailed(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Start-up job {Job} was not started: an earlier run has not ended")]
    public static partial void StartSkipped(ILogger logger, JobKey job);

    /// <summary>Writes an instant for a log line.</summary>
    public static string Time(DateTimeOffset? instant, TimeZoneInfo zone) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture)
        : "none";
}
