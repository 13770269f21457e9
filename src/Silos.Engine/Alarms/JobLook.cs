using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Engine.Jobs;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Engine.Alarms;

/// <summary>Gathers what has to be known about a job to tell whether it is an alarm. Of a job that does well its row is enough.</summary>
internal sealed class JobLook(
    ISilosStore store, ScheduleWorld world, IOptions<AlarmOptions> options, [FromKeyedServices(SilosClock.Key)] TimeProvider clock)
{
    private const int MostRunning = 200;
    private const int MostRows = 1_000;

    // What is remembered spares questions to the store; it is no more than that, and forgotten when it is too much.
    private const int MostRemembered = 20_000;

    private readonly Dictionary<JobKey, (RunId? After, DateTimeOffset Success)> _successes = [];
    private readonly Dictionary<JobKey, (RunId Run, TimeSpan? Longest)> _longest = [];

    /// <summary>Finds the runs of a tenant that have been executing for long enough to be asked about.</summary>
    public async Task<Running> RunningAsync(TenantId tenant, bool wanted, CancellationToken cancellationToken)
    {
        var byJob = new Dictionary<JobName, Run>();
        if (!wanted)
        {
            return new(byJob);
        }

        var since = clock.Now() - options.Value.SlowMinimum;
        var runs = await store.Reader.ListAsync(
            new RunQuery(
                tenant,
                new FilterGroup(All: true,
                [
                    new FilterCondition("state", FilterOperator.Equal, [RunState.Running]),
                    new FilterCondition("started_at", FilterOperator.Less, [since]),
                ]),
                Limit: MostRunning),
            cancellationToken);
        foreach (var run in runs)
        {
            if (run.Job is { } job)
            {
                // The oldest is the one to worry about.
                byJob[job] = run;
            }
        }

        return new(byJob);
    }

    /// <summary>Looks at a job; null if the store was asked enough for now.</summary>
    public async Task<Found?> AtAsync(Job job, Running running, Budget budget, bool suspended, CancellationToken cancellationToken)
    {
        if (_successes.Count + _longest.Count > MostRemembered)
        {
            _successes.Clear();
            _longest.Clear();
        }

        if (!job.IsActive || suspended)
        {
            return new(null, null, null);
        }

        if (budget.IsSpent)
        {
            return null;
        }

        var now = clock.Now();
        return new(
            await SilentAsync(job, now, budget, cancellationToken),
            await SlowAsync(job, running, now, budget, cancellationToken),
            await SkippingAsync(job, budget, cancellationToken));
    }

    private async Task<AlarmRules.Finding?> SilentAsync(Job job, DateTimeOffset now, Budget budget, CancellationToken cancellationToken)
    {
        if (job.Definition.Schedules.Count == 0 || AlarmRules.Grace(job.Definition, options.Value) is not { } grace)
        {
            return null;
        }

        var undecided = job.NextDue is { } next && next + grace <= now;
        var since = job.UpdatedAt > job.CreatedAt ? job.UpdatedAt : job.CreatedAt;
        var end = job.LastRun is { State: RunState.Completed or RunState.Skipped } last ? last.EndedAt : (DateTimeOffset?)null;
        if ((end ?? since) + grace > now && !undecided)
        {
            _successes.Remove(job.Key);
            return null;
        }

        var success = end ?? await LastSuccessAsync(job, budget, cancellationToken);
        var from = success > since ? success.Value : since;
        if (!undecided && !(FirstDue(job, from) + grace <= now))
        {
            return null;
        }

        budget.Spend();
        var decided = await store.Jobs.ListOccurrencesAsync(
            new OccurrenceQuery(job.Key, Before: (now - grace).AddMilliseconds(1), Since: from.AddMilliseconds(1), Limit: MostRows), cancellationToken);
        return AlarmRules.Silent(job, decided, grace, now);
    }

    private DateTimeOffset? FirstDue(Job job, DateTimeOffset from)
    {
        DateTimeOffset? first = null;
        foreach (var schedule in world.Compile(job.Definition))
        {
            if (schedule is null || schedule.IsReboot)
            {
                continue;
            }

            try
            {
                if (schedule.Next(from, new ScheduleAnchor(job.CreatedAt, job.LastEndedAt)) is { } due && !(due >= first))
                {
                    first = due;
                }
            }
            catch (ScheduleFunctionException)
            {
                // Told in the log by whoever decides the job; the ledger says what it was due at before.
                first = from;
            }
        }

        return first;
    }

    private async Task<DateTimeOffset?> LastSuccessAsync(Job job, Budget budget, CancellationToken cancellationToken)
    {
        if (_successes.TryGetValue(job.Key, out var known) && known.After == job.LastRun?.Id)
        {
            return known.Success;
        }

        budget.Spend();
        var completed = await OfJobAsync(job.Key, before: null, limit: 1, cancellationToken);
        if (completed.Count == 0 || completed[0].EndedAt is not { } success)
        {
            return null;
        }

        _successes[job.Key] = (job.LastRun?.Id, success);
        return success;
    }

    private async Task<AlarmRules.Finding?> SlowAsync(Job job, Running running, DateTimeOffset now, Budget budget, CancellationToken cancellationToken)
    {
        if (running.Of(job.Key.Name) is { StartedAt: { } started } live)
        {
            return AlarmRules.Slow(
                job.Key.Name, live.OccurrenceAt ?? live.DueAt, now - started, running: true, await LongestAsync(job.Key, live.Id, budget, cancellationToken));
        }

        return job.LastRun is { State: RunState.Completed, StartedAt: { } began } last && last.EndedAt - began is var took && took > options.Value.SlowMinimum
            ? AlarmRules.Slow(job.Key.Name, job.LastDecision?.DueAt ?? began, took, running: false, await LongestAsync(job.Key, last.Id, budget, cancellationToken))
            : null;
    }

    private async Task<TimeSpan?> LongestAsync(JobKey job, RunId run, Budget budget, CancellationToken cancellationToken)
    {
        if (_longest.TryGetValue(job, out var known) && known.Run == run)
        {
            return known.Longest;
        }

        budget.Spend();
        var history = await OfJobAsync(job, run, AlarmRules.HistoryLength, cancellationToken);
        var longest = AlarmRules.Longest(
            [.. history.Select(before => before.DurationMs).OfType<long>().Select(duration => TimeSpan.FromMilliseconds(duration))], options.Value);
        _longest[job] = (run, longest);
        return longest;
    }

    private async Task<AlarmRules.Finding?> SkippingAsync(Job job, Budget budget, CancellationToken cancellationToken)
    {
        if (job.LastDecision?.Verdict is not (Verdict.SkippedOverlap or Verdict.Missed))
        {
            return null;
        }

        budget.Spend();
        return AlarmRules.Skipping(
            job, await store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(job.Key, Limit: 2 * options.Value.SkipStreak), cancellationToken), options.Value);
    }

    private async Task<IReadOnlyList<Run>> OfJobAsync(JobKey job, RunId? before, int limit, CancellationToken cancellationToken) => await store.Reader.ListAsync(
        new RunQuery(
            job.Tenant,
            new FilterGroup(All: true,
            [
                new FilterCondition("job", FilterOperator.Equal, [job.Name.Value]),
                new FilterCondition("state", FilterOperator.Equal, [RunState.Completed]),
            ]),
            before,
            limit),
        cancellationToken);

    /// <summary>What was found about a job; null for nothing.</summary>
    public sealed record Found(AlarmRules.Finding? Silent, AlarmRules.Finding? Slow, AlarmRules.Finding? Skipping);

    /// <summary>The long runs of a tenant that execute.</summary>
    public sealed class Running(IReadOnlyDictionary<JobName, Run> byJob)
    {
        public Run? Of(JobName job) => byJob.GetValueOrDefault(job);
    }

    /// <summary>How often one look may ask the store about single jobs.</summary>
    public sealed class Budget
    {
        private int _left = 50;

        public bool IsSpent => _left <= 0;

        public void Spend() => _left--;
    }
}
