using System.Globalization;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Why is it not running? Every reason as a sentence: who, since when, what to do.</summary>
internal sealed partial class EngineClient
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<Blocker>> ExplainAsync(JobKey job, CancellationToken cancellationToken)
    {
        if (!await IsReachableAsync(cancellationToken))
        {
            return [StoreAway()];
        }

        await ReloadPausesAsync(cancellationToken);
        var row = await FindJobAsync(job, cancellationToken);
        var schedules = planner.World.Compile(row.Definition);
        var blockers = new List<Blocker>();
        var zone = planner.World.ZoneOf(schedules);
        Process(blockers);
        Pauses(blockers, job.Tenant, zone);
        if (!row.Definition.Enabled)
        {
            blockers.Add(new Blocker("job_disabled", $"Job '{job.Name}' is switched off in its definition (source: {row.Source}). Set enabled to true there."));
        }

        if (row.Pause is { } pause)
        {
            blockers.Add(new Blocker("job_paused", $"Job '{job.Name}' is paused {Who(pause, zone)}. Resume it to go on."));
        }

        Handler(blockers, row.Definition.Handler);
        await LiveAsync(blockers, row, zone, cancellationToken);
        Times(blockers, row, schedules, zone);
        return blockers;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Blocker>> ExplainRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        if (!await IsReachableAsync(cancellationToken))
        {
            return [StoreAway()];
        }

        await ReloadPausesAsync(cancellationToken);
        return await ExplainAsync((await FindRunAsync(tenant, run, cancellationToken)).Run, null, cancellationToken);
    }

    private static Blocker StoreAway() =>
        new("store_away", "The store does not answer, so nothing can start or be recorded. Bring the database back; everything goes on by itself.");

    private static string At(DateTimeOffset? instant, TimeZoneInfo zone) => instant is { } at
        ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFzzz", CultureInfo.InvariantCulture)
        : "never";

    private static string Who(Pause pause, TimeZoneInfo zone) =>
        $"by {pause.By} since {At(pause.At, zone)}{(string.IsNullOrEmpty(pause.Reason) ? string.Empty : $" ({pause.Reason})")}";

    private async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.IsReachableAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>A process that schedules knows the pauses; another one asks.</summary>
    private Task<bool> ReloadPausesAsync(CancellationToken cancellationToken) =>
        GuardAsync(() => IsScheduler ? Task.CompletedTask : pauses.ReloadAsync(cancellationToken));

    private void Process(List<Blocker> blockers)
    {
        if (!IsScheduler)
        {
            blockers.Add(new Blocker(
                "no_scheduler",
                $"This process has no role 'scheduler' ({EngineOptions.Section}:{nameof(EngineOptions.Roles)}), so it decides no due instants and owns no queues. Start a process that has it."));
        }
        else if (!jobs.IsScheduling)
        {
            blockers.Add(new Blocker("draining", "The process is starting or stopping and decides no due instants; they are decided after the start."));
        }
    }

    private void Pauses(List<Blocker> blockers, TenantId tenant, TimeZoneInfo zone)
    {
        if (pauses.All is { } all)
        {
            blockers.Add(new Blocker("all_paused", $"Everything is paused {Who(all, zone)}. Resume everything to go on."));
        }

        if (pauses.Of(tenant) is { } one)
        {
            blockers.Add(new Blocker("tenant_paused", $"Tenant '{tenant}' is paused {Who(one, zone)}. Resume it to go on."));
        }
    }

    private void Handler(List<Blocker> blockers, string key)
    {
        var handler = planner.Handlers.Find(key);
        if (handler is null)
        {
            blockers.Add(new Blocker("no_handler", planner.Handlers.Advice(key)));
        }
        else if (!handler.Enabled)
        {
            blockers.Add(new Blocker("handler_disabled", $"Handler '{key}' is switched off. Enable it in its registration or in the settings."));
        }
    }

    /// <summary>A run that did not end yet: it runs, or what keeps it from running keeps the job from running.</summary>
    private async Task LiveAsync(List<Blocker> blockers, Job row, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var live = await GuardAsync(() => store.Reader.ListAsync(
            new RunQuery(row.Key.Tenant, LiveRuns([row.Key.Name.Value]), Limit: 100), cancellationToken).AsTask());
        if (live.Count == 0)
        {
            return;
        }

        var oldest = live[^1];
        foreach (var run in live.Where(run => run.State == RunState.Running))
        {
            blockers.Add(new Blocker("running", $"Run {run.Id} of the job is executing since {At(run.StartedAt, zone)} on {run.Worker}."));
        }

        if (oldest.State != RunState.Running)
        {
            var others = await ExplainAsync(oldest, zone, cancellationToken);
            blockers.AddRange(others.Where(b => blockers.TrueForAll(known => known.Code != b.Code)));
        }

        if (live.Count >= row.Definition.Overlap.MaxLive)
        {
            blockers.Add(new Blocker(
                "overlap",
                $"{live.Count} {(live.Count == 1 ? "run" : "runs")} of the job did not end yet (the oldest is {oldest.Id}, asked for at {At(oldest.EnqueuedAt, zone)}), "
                + "and its overlap policy lets no more in: what falls due now is skipped. Wait, cancel it, or change the policy."));
        }
    }

    private void Times(List<Blocker> blockers, Job row, CompiledSchedule?[] schedules, TimeZoneInfo zone)
    {
        if (schedules.Length == 0)
        {
            blockers.Add(new Blocker("no_schedule", $"Job '{row.Key.Name}' has no schedule; it runs only when somebody triggers it."));
            return;
        }

        for (var i = 0; i < schedules.Length; i++)
        {
            if (schedules[i] is null
                && !CompiledSchedule.TryCompile(row.Definition.Schedules[i], planner.World.Environment, row.Key.Name.Value, out _, out var problem))
            {
                blockers.Add(Broken(i, problem.Message));
            }
        }

        // Asked as if nothing were paused: pauses are told above.
        var awake = row with { Pause = null, Definition = row.Definition with { Enabled = true } };
        var now = clock.Now();
        var plan = FireTimes.Plan(awake, schedules, new FireFacts { Now = row.Cursor, HasLiveRun = blockers.Exists(b => b.Code is "running" or "overlap") });
        blockers.AddRange(plan.Broken.Select(broken => Broken(broken.Index, broken.Problem)));
        if (plan.NextDue is { } next)
        {
            if (next > now)
            {
                blockers.Add(new Blocker("not_due", $"It is due next at {At(next, zone)}. Trigger it to run it before.", next));
            }
        }
        else if (plan.Broken.Count == 0 && Array.TrueForAll(schedules, s => s is { IsReboot: false, DependsOnRunEnd: false }))
        {
            blockers.Add(new Blocker(
                "schedule_ended",
                $"None of its schedules is due again: their dates, bounds or maximum occurrences are used up (the last decision was about {At(row.LastDecision?.DueAt, zone)}). Give it a new schedule, or trigger it."));
        }
        else if (Array.Exists(schedules, s => s is { IsReboot: true }))
        {
            blockers.Add(new Blocker("not_due", "It is due when the process starts the next time. Trigger it to run it before."));
        }
    }

    private static Blocker Broken(int index, string problem) =>
        new("schedule_broken", $"schedules[{index}] cannot be asked when it is due: {problem} Mend it and register the job again.");

    private async Task<List<Blocker>> ExplainAsync(Run run, TimeZoneInfo? zone, CancellationToken cancellationToken)
    {
        zone ??= planner.World.Environment.DefaultTimeZone;
        if (run.State.IsFinal())
        {
            return [new Blocker("ended", $"The run ended as {run.State.ToText()} at {At(run.EndedAt, zone)}{Reason(run)}. Retry it to run it again.")];
        }

        if (run.State == RunState.Running)
        {
            return [new Blocker("running", $"The run is executing since {At(run.StartedAt, zone)} on {run.Worker} (attempt {run.Attempt} of {run.MaxAttempts}).")];
        }

        var blockers = new List<Blocker>();
        Process(blockers);
        Pauses(blockers, run.Tenant, zone);
        if (run.DueAt > clock.Now())
        {
            blockers.Add(run.Attempt > 0
                ? new Blocker("waiting_retry", $"Attempt {run.Attempt} of {run.MaxAttempts} failed{Reason(run)}; the next one starts at {At(run.DueAt, zone)}.", run.DueAt)
                : new Blocker("delayed", $"It was asked for with a start at {At(run.DueAt, zone)}.", run.DueAt));
        }

        foreach (var blocker in await queues.Value.ExplainAsync(Pending(run), cancellationToken))
        {
            if (!blockers.Exists(known => known.Code == blocker.Code))
            {
                blockers.Add(blocker);
            }
        }

        return blockers;
    }

    private static string Reason(Run run) => (run.Error, run.Cancel) switch
    {
        ({ } error, _) => $" with {error.Type}: {error.Message}",
        (_, { } cancel) => $", cancelled by {cancel.By}{(string.IsNullOrEmpty(cancel.Reason) ? string.Empty : $" ({cancel.Reason})")}",
        _ => string.Empty,
    };

    private static PendingRun Pending(Run run) => new()
    {
        Request = new NewRun
        {
            Id = run.Id,
            Tenant = run.Tenant,
            Handler = run.Handler,
            Queue = run.Queue,
            Priority = run.Priority,
            Payload = run.Payload,
            DueAt = run.DueAt,
            EnqueuedAt = run.EnqueuedAt,
            Job = run.Job,
            OccurrenceAt = run.OccurrenceAt,
            MaxAttempts = run.MaxAttempts,
            Options = run.Options,
            RequestedBy = run.RequestedBy,
        },
        State = run.State,
        Attempts = run.Attempt,
        Losses = run.Losses,
        Cancel = run.Cancel,
    };
}
