using Silos.Client.Json;
using Silos.Jobs;
using Silos.Queues;
using Silos.Schedules;

namespace Silos.Client.Jobs;

/// <summary>From a definition to what a person would have written: what is at its default is left out.</summary>
internal static class JobDocumentWriter
{
    internal static JobDocument Write(JobDefinition definition) => new()
    {
        Name = definition.Name.Value,
        Description = definition.Description,
        Handler = definition.Handler,
        Schedules = [.. definition.Schedules.Select(Write)],
        Payload = definition.Payload,
        Timeout = Duration(definition.Timeout),
        Retry = WriteRetry(definition),
        Overlap = definition.Overlap == OverlapPolicy.Default ? null : new OverlapDocument
        {
            Mode = Words.Text(definition.Overlap.Mode),
            Limit = definition.Overlap.Limit == int.MaxValue ? null : definition.Overlap.Limit,
        },
        CatchUp = definition.CatchUp == CatchUpPolicy.Default ? null : new CatchUpDocument
        {
            Policy = Words.Text(definition.CatchUp.Mode),
            Window = DurationText.Format(definition.CatchUp.Window),
            Tolerance = definition.CatchUp.Tolerance == CatchUpPolicy.Default.Tolerance
                ? null
                : DurationText.Format(definition.CatchUp.Tolerance),
        },
        Queue = definition.Queue == QueueName.Default ? null : definition.Queue.Value,
        Priority = definition.Priority == 0 ? null : definition.Priority,
        Enabled = definition.Enabled ? null : false,
        Tags = definition.Tags.Count == 0 ? null : definition.Tags,
        PauseAfterFailures = definition.PauseAfterFailures,
        ConcurrencyKey = definition.ConcurrencyKey,
        ConcurrencyLimit = definition.ConcurrencyLimit == 1 ? null : definition.ConcurrencyLimit,
        LateAfter = definition.LateAfter == TimeSpan.FromSeconds(1) ? null : DurationText.Format(definition.LateAfter),
        ExpectSuccessWithin = definition.ExpectSuccessWithin == Timeout.InfiniteTimeSpan ? "never" : Duration(definition.ExpectSuccessWithin),
        Keep = definition.Keep == KeepPolicy.Default ? null : new KeepDocument
        {
            Completed = Duration(definition.Keep.Completed),
            Failed = Duration(definition.Keep.Failed),
            MaxRuns = definition.Keep.MaxRuns,
            DeleteOnSuccess = definition.Keep.DeleteOnSuccess ? true : null,
        },
        Startup = definition.Startup == StartupMode.None ? null : Words.Text(definition.Startup),
    };

    private static RetryDocument? WriteRetry(JobDefinition definition) => definition.MaxAttempts is { } attempts
        ? (Write(definition.Retry) ?? new RetryDocument()) with { MaxAttempts = attempts }
        : Write(definition.Retry);

    internal static RetryDocument? Write(RetryPolicy policy) => policy == RetryPolicy.Default ? null : new RetryDocument
    {
        MaxAttempts = policy.MaxAttempts,
        InitialInterval = DurationText.Format(policy.InitialInterval),
        Coefficient = policy.Coefficient,
        MaxInterval = DurationText.Format(policy.MaxInterval),
        Jitter = policy.Jitter ? null : false,
        NonRetryableErrors = policy.NonRetryableErrors.Count == 0 ? null : policy.NonRetryableErrors,
    };

    private static ScheduleDocument Write(ScheduleSpec spec) => new()
    {
        Expression = spec.Expression,
        TimeZone = spec.TimeZone,
        DaylightSaving = spec.DaylightSaving == DaylightSavingRule.Default ? null : Words.Text(spec.DaylightSaving),
        StartAt = spec.StartAt,
        EndAt = spec.EndAt,
        MaxOccurrences = spec.MaxOccurrences,
        Jitter = spec.Jitter == TimeSpan.Zero ? null : DurationText.Format(spec.Jitter),
        Calendars = spec.Calendars.Count == 0 ? null : spec.Calendars,
    };

    private static string? Duration(TimeSpan? duration) => duration is { } value ? DurationText.Format(value) : null;
}
