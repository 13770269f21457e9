using System.Globalization;
using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>What an operator wants to read about jobs. Times are RFC 3339 with the offset of the job's zone.</summary>
internal static partial class JobLog
{
    [LoggerMessage(LogLevel.Information, "Starting job {Job} nextRun={NextRun}")]
    public static partial void Starting(ILogger logger, JobKey job, string nextRun);

    [LoggerMessage(LogLevel.Information, "Executing job {Job}")]
    public static partial void Executing(ILogger logger, JobKey job);

    [LoggerMessage(LogLevel.Information, "Job completed successfully {Job} in {Duration} ms")]
    public static partial void Completed(ILogger logger, JobKey job, long duration);

    [LoggerMessage(LogLevel.Error, "Job execution {Job} error={Error}")]
    public static partial void Failed(ILogger logger, JobKey job, string error);

    [LoggerMessage(LogLevel.Information, "Next run scheduled {Job} nextRun={NextRun}")]
    public static partial void NextRun(ILogger logger, JobKey job, string nextRun);

    [LoggerMessage(LogLevel.Information, "Job {Job} was registered by {Source}: {Change}")]
    public static partial void Registered(ILogger logger, JobKey job, string source, string change);

    [LoggerMessage(LogLevel.Information, "Job {Job} was paused by {By}: {Reason}")]
    public static partial void Paused(ILogger logger, JobKey job, string by, string reason);

    [LoggerMessage(LogLevel.Information, "Job {Job} was resumed by {By}")]
    public static partial void Resumed(ILogger logger, JobKey job, string by);

    [LoggerMessage(LogLevel.Information, "Job {Job} came from {Before}, which is not loaded here; it belongs to {Source} now")]
    public static partial void TakenOver(ILogger logger, JobKey job, string before, string source);

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

    /// <summary>A run of a job ended.</summary>
    public static void Ended(ILogger logger, JobKey job, FinishedRun end)
    {
        if (end.State is RunState.Completed or RunState.Skipped)
        {
            Completed(logger, job, end.StartedAt is { } started ? (long)(end.EndedAt - started).TotalMilliseconds : 0);
        }
        else if (end.State.IsFailure())
        {
            Failed(logger, job, end.Error is { } error ? $"{error.Type}: {error.Message}" : "unknown");
        }
    }

    /// <summary>An attempt failed and will be repeated.</summary>
    public static void Again(ILogger logger, JobKey? job, RequeuedRun attempt)
    {
        if (job is { } key && attempt is { Outcome: "retry" or "timeout", Error: { } error })
        {
            Failed(logger, key, $"{error.Type}: {error.Message}");
        }
    }

    /// <summary>Writes an instant for a log line.</summary>
    public static string Time(DateTimeOffset? instant, TimeZoneInfo zone) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture)
        : "none";
}
