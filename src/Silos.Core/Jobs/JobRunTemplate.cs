using Silos.Runs;
using Silos.Schedules;
using Silos.Workers;

namespace Silos.Jobs;

/// <summary>What the runs of a job have in common. The same for every run of one definition, so that thousands of runs share one set of options.</summary>
/// <remarks>
/// The timeout is the job's, else its handler's, else none. The retry policy is the job's, or its handler's where the
/// job leaves it at the default, or the host's; how many attempts there are a job may say alone. A run wakes its job when it ends if somebody waits for that: <c>@after</c>, or the count of failures.
/// </remarks>
public sealed class JobRunTemplate
{
    private readonly Job _job;
    private readonly RunOptions _options;
    private readonly int _maxAttempts;

    /// <summary>Prepares the runs of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="schedules">Its schedules, compiled; null for one that cannot be compiled here.</param>
    /// <param name="handler">Its handler, if it is known here.</param>
    /// <param name="host">The retry policy of the host, for jobs and handlers that have none; null for the default.</param>
    public JobRunTemplate(
        Job job, IReadOnlyList<CompiledSchedule?> schedules, HandlerRegistration? handler, RetryPolicy? host = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(schedules);
        _job = job;
        var definition = job.Definition;
        var retry = definition.RetryOver(handler?.Retry ?? host);
        var timeout = definition.Timeout ?? handler?.Timeout;
        _maxAttempts = retry.MaxAttempts;
        _options = new RunOptions
        {
            Timeout = timeout == System.Threading.Timeout.InfiniteTimeSpan ? null : timeout,
            Retry = retry.Equals(handler?.Retry ?? host ?? RetryPolicy.Default) && retry.Equals(RetryPolicy.Default) ? null : retry,
            ConcurrencyKey = definition.ConcurrencyKey,
            ConcurrencyLimit = definition.ConcurrencyLimit,
            JobLimit = Limit(definition.Overlap),
            DeleteOnSuccess = definition.Keep.DeleteOnSuccess,
            WakeJob = definition.PauseAfterFailures is not null || AnyAfter(schedules),
            Tags = definition.Tags,
        };
    }

    /// <summary>Makes the run of an occurrence.</summary>
    /// <param name="due">The due instant.</param>
    /// <param name="now">The current instant.</param>
    public NewRun ForOccurrence(DateTimeOffset due, DateTimeOffset now) => Make(RunId.New(now), now) with
    {
        DueAt = due,
        OccurrenceAt = due,
    };

    /// <summary>Makes the run of a backfill: it stands for an instant of the past, and waits behind what is due today.</summary>
    public NewRun ForBackfill(RunId id, DateTimeOffset due, string by, DateTimeOffset now) => Make(id, now) with
    {
        OccurrenceAt = due,
        RequestedBy = by,
    };

    /// <summary>Makes the run that somebody asks for.</summary>
    public NewRun ForTrigger(TriggerOptions trigger, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        var options = trigger.Overlap is { } mode
            ? _options with { JobLimit = Limit(_job.Definition.Overlap with { Mode = mode }) }
            : _options;
        return Make(trigger.Id ?? RunId.New(now), now) with
        {
            Payload = trigger.Payload ?? _job.Definition.Payload,
            RequestedBy = trigger.By,
            Options = trigger.TraceParent is null ? options : options with { TraceParent = trigger.TraceParent },
        };
    }

    /// <summary>Turns decisions into what a store writes.</summary>
    /// <param name="plan">The decisions.</param>
    /// <param name="now">The current instant.</param>
    public JobPlan ToJobPlan(FirePlan plan, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var occurrences = new PlannedOccurrence[plan.Decisions.Count];
        CancelRequest? cancel = null;
        for (var i = 0; i < occurrences.Length; i++)
        {
            var decision = plan.Decisions[i];
            var run = decision.IsRun ? new PlannedRun(ForOccurrence(decision.DueAt, now), decision.MaxLive) : null;
            occurrences[i] = new PlannedOccurrence(decision.DueAt, decision.Verdict, run, decision.Until, decision.Count);
            cancel ??= run is null ? null : Cancel(_job.Definition.Overlap.Mode, now);
        }

        return new JobPlan
        {
            Key = _job.Key,
            Version = _job.Version,
            Cursor = plan.Cursor,
            NextDue = plan.NextDue,
            SeenWakeAt = _job.WakeAt,
            Counts = plan.Counts,
            RebootMark = plan.RebootMark,
            Occurrences = occurrences,
            CancelLive = cancel,
            Now = now,
        };
    }

    /// <summary>The wish to stop the live runs before a new one is let in, if the mode has it.</summary>
    public static CancelRequest? Cancel(OverlapMode mode, DateTimeOffset now) => mode switch
    {
        OverlapMode.CancelRunning => new CancelRequest("silos", "replaced by a newer run of the job", now),
        OverlapMode.TerminateRunning => new CancelRequest("silos", "replaced by a newer run of the job", now, Terminate: true),
        _ => null,
    };

    private static int Limit(OverlapPolicy overlap) => overlap.MaxRunning == int.MaxValue ? 0 : Math.Max(1, overlap.MaxRunning);

    private static bool AnyAfter(IReadOnlyList<CompiledSchedule?> schedules)
    {
        for (var i = 0; i < schedules.Count; i++)
        {
            if (schedules[i]?.DependsOnRunEnd == true)
            {
                return true;
            }
        }

        return false;
    }

    private NewRun Make(RunId id, DateTimeOffset now) => new()
    {
        Id = id,
        Tenant = _job.Key.Tenant,
        Handler = _job.Definition.Handler,
        Queue = _job.Definition.Queue,
        Priority = _job.Definition.Priority,
        Payload = _job.Definition.Payload,
        DueAt = now,
        EnqueuedAt = now,
        Job = _job.Key.Name,
        MaxAttempts = _maxAttempts,
        Options = _options,
    };
}
