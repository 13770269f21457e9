using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;

namespace Silos.Engine.Jobs;

/// <summary>Runs that people ask for.</summary>
internal sealed partial class JobActor
{
    private const int BackfillChunk = 1_000;
    private const int LongestBackfill = 100_000;

    /// <summary>Runs the job now.</summary>
    /// <exception cref="ConflictException">Overlap forbids it, the job is switched off, or something else has the id.</exception>
    public Task<RunId> TriggerAsync(TriggerOptions options, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            // The id is made once, so that a trigger that has to be decided anew is still one run.
            options = options with { Id = options.Id ?? RunId.New(services.Now) };
            for (var tries = 0; tries < Tries; tries++)
            {
                var job = await FindAsync(cancellationToken);
                var plan = Trigger(job, options);
                var outcome = await services.Writer.WriteAsync(plan, cancellationToken);
                if (outcome.Applied)
                {
                    if (outcome.Known.Contains(options.Id.Value))
                    {
                        await ThrowIfOfAnotherAsync(options.Id.Value, cancellationToken);
                    }

                    return outcome.LetIn.Contains(options.Id.Value)
                        ? options.Id.Value
                        : throw await AlreadyRunningAsync(job, options, cancellationToken);
                }
            }

            throw TooBusy();
        },
        cancellationToken);

    /// <summary>
    /// Makes runs for the due instants of a range, oldest first, in chunks; each chunk is one transaction. Once begun it is carried
    /// through; if the store goes away in between, the answer has fewer runs than due instants, and the same request again makes the rest.
    /// </summary>
    public Task<BackfillResult> BackfillAsync(
        DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string request, CancellationToken cancellationToken) => DoAsync(
        async () =>
        {
            var job = await FindAsync(cancellationToken);
            var due = DueIn(job, from, to);
            if (dryRun)
            {
                return new BackfillResult(due.Count, []);
            }

            // From here on it is carried through: who gives up while the first are written does not keep them from being made.
            cancellationToken.ThrowIfCancellationRequested();
            var made = new List<RunId>(due.Count);
            var ids = new BackfillIds(Key, from, to, request);
            foreach (var chunk in due.Chunk(BackfillChunk))
            {
                try
                {
                    made.AddRange(await BackfillAsync(chunk, ids, by, CancellationToken.None));
                }
                catch (Exception exception) when (made.Count > 0)
                {
                    JobLog.PartlyBackfilled(Logger, Key, made.Count, due.Count, request, exception);
                    break;
                }
            }

            return new BackfillResult(due.Count, made);
        },
        cancellationToken);

    /// <summary>A known id is this trigger, repeated, only if its run is one of this job.</summary>
    private async Task ThrowIfOfAnotherAsync(RunId id, CancellationToken cancellationToken)
    {
        if (await services.Store.Reader.FindAsync(Key.Tenant, id, cancellationToken) is not { } found || found.Run.Job != Key.Name)
        {
            throw new ConflictException($"The id {id} is taken; make another.", "id_taken");
        }
    }

    private JobPlan Trigger(Job job, TriggerOptions options)
    {
        if (!job.Definition.Enabled)
        {
            throw new ConflictException($"Job '{Key.Name}' is switched off in its definition. Enable it there to run it.", "job_disabled");
        }

        var check = new FieldCheck();

        // A registered job had its handler once. In a cluster a silo that has it may come again, and explain says until then what the run waits for.
        if (!services.Planner.Handlers.OthersMayCome)
        {
            check.Handler(services.Planner.Handlers, job.Definition.Handler);
        }

        services.Validation.Payload(check, options.Payload ?? job.Definition.Payload, job.Definition.Handler);
        check.Throw();

        var now = services.Now;
        var overlap = options.Overlap is { } mode ? job.Definition.Overlap with { Mode = mode } : job.Definition.Overlap;
        var run = services.Planner.Template(job, services.Planner.World.Compile(job.Definition)).ForTrigger(options, now);
        return JobPlanner.Unchanged(job, now) with
        {
            Triggers = [new PlannedRun(run, Math.Max(1, overlap.MaxLive))],
            CancelLive = JobRunTemplate.Cancel(overlap.Mode, now),
        };
    }

    private async Task<ConflictException> AlreadyRunningAsync(Job job, TriggerOptions options, CancellationToken cancellationToken)
    {
        var live = await Store.CountLiveRunsAsync(Key, cancellationToken);
        var mode = options.Overlap ?? job.Definition.Overlap.Mode;
        return new ConflictException(
            $"job already running: '{Key.Name}' has {live} {(live == 1 ? "run" : "runs")} that did not end yet, and its overlap policy is "
            + $"{Words(mode)}. Wait, cancel, or trigger it with another overlap policy.",
            ConflictException.JobAlreadyRunning);
    }

    private static string Words(OverlapMode mode) => mode switch
    {
        OverlapMode.Skip => "skip",
        OverlapMode.QueueOne => "queue_one",
        OverlapMode.Allow => "allow",
        OverlapMode.CancelRunning => "cancel_running",
        OverlapMode.TerminateRunning => "terminate_running",
        _ => "queue_all",
    };

    private async Task<IReadOnlyList<RunId>> BackfillAsync(DateTimeOffset[] due, BackfillIds ids, string by, CancellationToken cancellationToken)
    {
        List<PlannedOccurrence>? rows = null;
        for (var tries = 0; tries < Tries; tries++)
        {
            var job = await FindAsync(cancellationToken);
            var now = services.Now;
            var template = services.Planner.Template(job, services.Planner.World.Compile(job.Definition));

            // They wait one behind the other: overlap limits how many execute, not how many there are.
            rows ??= [.. due.Select(at => new PlannedOccurrence(
                at, Verdict.CaughtUp, new PlannedRun(template.ForBackfill(ids.Of(at), at, by, now), int.MaxValue, EvenIfDecided: true)))];
            var outcome = await services.Writer.WriteAsync(
                JobPlanner.Unchanged(job, now) with { Occurrences = rows }, cancellationToken);
            if (outcome.Applied)
            {
                return outcome.LetIn;
            }
        }

        throw TooBusy();
    }

    private List<DateTimeOffset> DueIn(Job job, DateTimeOffset from, DateTimeOffset to)
    {
        var now = services.Now;
        if (to < from)
        {
            throw new InvalidException("to", to, $"must not be before from ({FieldProblem.Shorten(from)})");
        }

        if (to > now)
        {
            throw new InvalidException("to", to, $"must not be in the future (it is {FieldProblem.Shorten(now)})");
        }

        var due = new SortedSet<DateTimeOffset>();
        var anchor = new ScheduleAnchor(job.CreatedAt, job.LastEndedAt);
        foreach (var schedule in services.Planner.World.Compile(job.Definition))
        {
            // What depends on when runs ended was never due in a past that had no runs.
            if (schedule is null or { IsReboot: true } or { DependsOnRunEnd: true })
            {
                continue;
            }

            for (var at = Next(schedule, from.AddMilliseconds(-1), anchor); at <= to; at = Next(schedule, at.Value, anchor))
            {
                if (!schedule.IsExcluded(at.Value) && due.Add(at.Value) && due.Count > LongestBackfill)
                {
                    throw new InvalidException("from", from, $"is too early: up to {FieldProblem.Shorten(to)} there are more than {LongestBackfill} due instants; ask for less at once");
                }
            }
        }

        return [.. due];
    }

    private static DateTimeOffset? Next(CompiledSchedule schedule, DateTimeOffset after, ScheduleAnchor anchor)
    {
        try
        {
            return schedule.Next(after, anchor);
        }
        catch (ScheduleFunctionException exception)
        {
            throw new ConflictException($"A schedule cannot be asked when it was due: {exception.Message}", "schedule_broken");
        }
    }
}
