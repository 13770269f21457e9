using System.Globalization;
using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Jobs;

/// <summary>What an operator wants to read about jobs. Times are RFC 3339 with the offset of the job's zone.</summary>
internal static partial class JobLog
{
    /// <summary>A job was registered, or found at start.</summary>
    public static void Starting(ILogger logger, JobKey job, string nextRun) => LogStarting(logger, Text(job), nextRun);

    /// <summary>An attempt at a run of a job begins.</summary>
    public static void Executing(ILogger logger, JobKey job) => LogExecuting(logger, Text(job));

    /// <summary>A due instant was decided.</summary>
    public static void NextRun(ILogger logger, JobKey job, string nextRun) => LogNextRun(logger, Text(job), nextRun);

    [LoggerMessage(LogLevel.Information, "Job {Job} was registered by {Source}: {Change}")]
    public static partial void Registered(ILogger logger, JobKey job, string source, string change);

    [LoggerMessage(LogLevel.Information, "Job {Job} was paused by {By}: {Reason}")]
    public static partial void Paused(ILogger logger, JobKey job, string by, string reason);

    [LoggerMessage(LogLevel.Information, "Job {Job} was resumed by {By}: {Reason}")]
    public static partial void Resumed(ILogger logger, JobKey job, string by, string reason);

    [LoggerMessage(LogLevel.Information, "Job {Job} came from {Before}, which is not loaded here; it belongs to {Source} now")]
    public static partial void TakenOver(ILogger logger, JobKey job, string before, string source);

    [LoggerMessage(LogLevel.Information, "Job {Job} was deleted")]
    public static partial void Deleted(ILogger logger, JobKey job);

    [LoggerMessage(LogLevel.Warning, "Job {Job} was deleted; that it ran at start is still noted, which is harmless")]
    public static partial void NotForgotten(ILogger logger, JobKey job, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Of the backfill {Request} of job {Job} {Made} of {Count} runs were made; the same request again makes the rest")]
    public static partial void PartlyBackfilled(ILogger logger, JobKey job, int made, int count, string request, Exception exception);

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

    /// <summary>A run ended. Of one-off runs only failures are told: there may be thousands a second.</summary>
    public static void Ended(ILogger logger, PendingRun run, FinishedRun end)
    {
        if (end.State.IsFailure())
        {
            Failed(logger, run, end.Error);
        }
        else if (end.Job is { } job && end.State is RunState.Completed or RunState.Skipped)
        {
            LogCompleted(logger, Text(job), end.StartedAt is { } started ? (long)(end.EndedAt - started).TotalMilliseconds : 0);
        }
    }

    /// <summary>An attempt failed and will be repeated.</summary>
    public static void Again(ILogger logger, PendingRun run, RequeuedRun attempt)
    {
        if (attempt is { Outcome: "retry" or "timeout", Error: { } error })
        {
            Failed(logger, run, error);
        }
    }

    /// <summary>Writes an instant for a log line.</summary>
    public static string Time(DateTimeOffset? instant, TimeZoneInfo zone) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture)
        : "none";

    private static void Failed(ILogger logger, PendingRun run, RunError? error)
    {
        var text = error is null ? "unknown" : $"{error.Type}: {error.Message}";
        if (run.Job is { } job)
        {
            LogFailed(logger, Text(job), text);
        }
        else
        {
            LogOneOffFailed(logger, run.Request.Handler, run.Id, text);
        }
    }

    // The name alone, as operators know it, where there are no tenants.
    private static string Text(JobKey job) => job.Tenant == TenantId.Default ? job.Name.Value : job.ToString();

    [LoggerMessage(LogLevel.Information, "Starting job job={Job} nextRun={NextRun}")]
    private static partial void LogStarting(ILogger logger, string job, string nextRun);

    [LoggerMessage(LogLevel.Information, "Executing job job={Job}")]
    private static partial void LogExecuting(ILogger logger, string job);

    [LoggerMessage(LogLevel.Information, "Job completed successfully job={Job} durationMs={Duration}")]
    private static partial void LogCompleted(ILogger logger, string job, long duration);

    [LoggerMessage(LogLevel.Error, "Job execution job={Job} error={Error}")]
    private static partial void LogFailed(ILogger logger, string job, string error);

    [LoggerMessage(LogLevel.Error, "Job execution job={Handler} run={Run} error={Error}")]
    private static partial void LogOneOffFailed(ILogger logger, string handler, RunId run, string error);

    [LoggerMessage(LogLevel.Information, "Next run scheduled job={Job} nextRun={NextRun}")]
    private static partial void LogNextRun(ILogger logger, string job, string nextRun);
}
