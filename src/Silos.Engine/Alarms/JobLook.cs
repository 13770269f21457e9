using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Silos.Alarms;
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
    private const int MostRunning = 5_000;
    private const int MostRows = 1_000;
    private const int RowsOfPage = 100;

    // What is remembered spares questions to the store; it is no more than that, and forgotten when it is too much.
    private const int MostRemembered = 20_000;

    private readonly Dictionary<JobKey, (RunId? After, DateTimeOffset Success)> _successes = [];
    private readonly Dictionary<JobKey, (RunId Run, TimeSpan? Longest)> _longest = [];
    private readonly Dictionary<JobKey, (LastDecision After, AlarmRules.Finding? Finding)> _skipping = [];

    /// <summary>Finds the runs, of all tenants, that have been executing for long enough to be asked about.</summary>
    public async Task<Running> RunningAsync(CancellationToken cancellationToken)
    {
        var byJob = new Dictionary<JobKey, ExecutingRun>();
        foreach (var run in await store.Reader.ExecutingSinceAsync(clock.Now() - options.Value.SlowMinimum, MostRunning, cancellationToken))
        {
            // The oldest is the one to worry about.
            byJob.TryAdd(run.Job, run);
        }

        return new(byJob);
    }

    /// <summary>Looks at a job; null if the store was asked enough for now.</summary>
    /// <param name="job">The job.</param>
    /// <param name="running">The long runs that execute.</param>
    /// <param name="budget">How often the store may still be asked.</param>
    /// <param name="lasting">Finds the alarm about a job that lasts already.</param>
    /// <param name="suspended">Whether the job's tenant, or everything, is paused.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<Found?> AtAsync(
        Job job, Running running, Budget budget, Func<JobKey, AlarmKind, Alarm?> lasting, bool suspended, CancellationToken cancellationToken)
    {
        if (_successes.Count + _longest.Count + _skipping.Count > MostRemembered)
        {
            _successes.Clear();
            _longest.Clear();
            _skipping.Clear();
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
            await SilentAsync(job, lasting(job.Key, AlarmKind.Silent), now, budget, cancellationToken),
            await SlowAsync(job, lasting(job.Key, AlarmKind.Slow), running, now, budget, cancellationToken),
            await SkippingAsync(job, lasting(job.Key, AlarmKind.Skipping), budget, cancellationToken));
    }

    private async Task<AlarmRules.Finding?> SilentAsync(Job job, Alarm? lasting, DateTimeOffset now, Budget budget, CancellationToken cancellationToken)
    {
        if (job.Definition.Schedules.Count == 0 || AlarmRules.Grace(job.Definition, options.Value) is not { } grace)
        {
            return null;
        }

        var undecided = job.NextDue is { } next && next + grace <= now;
        var since = job.UpdatedAt > job.CreatedAt ? job.UpdatedAt : job.CreatedAt;
        var end = job.LastRun is { State: RunState.Completed or RunState.Skipped } last ? last.EndedAt : (DateTimeOffset?)null;
        if ((end ?? (lasting is null ? since : null)) + grace > now && !undecided)
        {
            _successes.Remove(job.Key);
            return null;
        }

        var success = end ?? await LastSuccessAsync(job, budget, cancellationToken);
        if (lasting is not null && !(success > lasting.DueAt))
        {
            // Whatever else was changed since, nothing has succeeded.
            return await IsExpectedAsync(job, lasting.DueAt, grace, now, budget, cancellationToken) ? new(lasting.DueAt, lasting.Text) : null;
        }

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

    /// <summary>Tells whether what an alarm began with is still expected: of this job, over by now, and not excused when it was decided at last.</summary>
    private async Task<bool> IsExpectedAsync(
        Job job, DateTimeOffset due, TimeSpan grace, DateTimeOffset now, Budget budget, CancellationToken cancellationToken)
    {
        if (due < job.CreatedAt || due + grace > now)
        {
            return false;
        }

        budget.Spend();
        var decided = await store.Jobs.ListOccurrencesAsync(
            new OccurrenceQuery(job.Key, Before: due.AddMilliseconds(1), Since: due, Limit: 1), cancellationToken);
        return decided.Count == 0 || !AlarmRules.IsExcused(decided[0].Verdict);
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

    private async Task<AlarmRules.Finding?> SlowAsync(
        Job job, Alarm? lasting, Running running, DateTimeOffset now, Budget budget, CancellationToken cancellationToken)
    {
        if (running.Of(job.Key) is { } live)
        {
            return AlarmRules.Slow(
                job.Key.Name, live.DueAt, now - live.StartedAt, running: true, await LongestAsync(job.Key, live.Run, budget, cancellationToken));
        }

        if (job.LastRun is not { State: RunState.Completed, StartedAt: { } began } last || last.EndedAt - began <= options.Value.SlowMinimum)
        {
            return null;
        }

        var took = last.EndedAt - began;
        var longest = await LongestAsync(job.Key, last.Id, budget, cancellationToken);
        if (!(took > longest))
        {
            return null;
        }

        // The last decision may be about another run: the run itself says what it was due at.
        var due = lasting?.DueAt ?? await DueOfAsync(job.Key.Tenant, last.Id, budget, cancellationToken) ?? began;
        return AlarmRules.Slow(job.Key.Name, due, took, running: false, longest);
    }

    private async Task<DateTimeOffset?> DueOfAsync(TenantId tenant, RunId id, Budget budget, CancellationToken cancellationToken)
    {
        budget.Spend();
        return (await store.Reader.FindAsync(tenant, id, cancellationToken))?.Run is { } run ? run.OccurrenceAt ?? run.DueAt : null;
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

    private async Task<AlarmRules.Finding?> SkippingAsync(Job job, Alarm? lasting, Budget budget, CancellationToken cancellationToken)
    {
        if (job.LastDecision is not { } last || AlarmRules.IsRun(last.Verdict))
        {
            _skipping.Remove(job.Key);
            return null;
        }

        if (_skipping.TryGetValue(job.Key, out var known) && known.After == last)
        {
            return known.Finding;
        }

        var rows = new List<Occurrence>();
        AlarmRules.Finding? finding = null;
        var more = true;
        while (more && finding is null)
        {
            if (rows.Count >= MostRows)
            {
                // So much was excused that what came before is not looked for: what lasts, lasts.
                finding = lasting is null ? null : new(lasting.DueAt, lasting.Text);
                break;
            }

            budget.Spend();
            var page = await store.Jobs.ListOccurrencesAsync(
                new OccurrenceQuery(job.Key, Before: rows.Count > 0 ? rows[^1].DueAt : null, Limit: RowsOfPage), cancellationToken);
            rows.AddRange(page);
            finding = AlarmRules.Skipping(job, rows, options.Value);
            more = page.Count == RowsOfPage && !page.Any(static row => AlarmRules.IsRun(row.Verdict));
        }

        _skipping[job.Key] = (last, finding);
        return finding;
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

    /// <summary>The long runs of jobs that execute, of all tenants.</summary>
    public sealed class Running(IReadOnlyDictionary<JobKey, ExecutingRun> byJob)
    {
        public ExecutingRun? Of(JobKey job) => byJob.GetValueOrDefault(job);
    }

    /// <summary>How often one look may ask the store about single jobs.</summary>
    public sealed class Budget
    {
        private int _left = 50;

        public bool IsSpent => _left <= 0;

        public void Spend() => _left--;
    }
}
