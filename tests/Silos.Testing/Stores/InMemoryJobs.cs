using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

internal sealed partial class InMemoryJobs(InMemoryStore store) : IJobStore
{
    public ValueTask<Job?> FindAsync(JobKey key, CancellationToken cancellationToken) =>
        store.DoAsync("jobs.find", db => db.Jobs.GetValueOrDefault(key), cancellationToken);

    public ValueTask<IReadOnlyList<Job>> ReadAsync(IReadOnlyList<JobKey> keys, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>>(
            "jobs.read",
            db => [.. keys.Distinct().Select(key => db.Jobs.GetValueOrDefault(key)).OfType<Job>()],
            cancellationToken);

    public ValueTask<IReadOnlyList<Job>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>>(
            "jobs.list",
            db =>
            [
                .. db.Jobs.Values
                    .Where(job => job.Key.Tenant == query.Tenant
                        && (query.After is not { } after || job.Key.Name.CompareTo(after) > 0)
                        && (query.Search is null || job.Key.Name.Value.Contains(query.Search, StringComparison.OrdinalIgnoreCase))
                        && (query.Source is null || job.Source == query.Source)
                        && (query.Tag is null || job.Definition.Tags.Contains(query.Tag)))
                    .OrderBy(job => job.Key.Name)
                    .Take(query.Limit),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<TenantId>> ListTenantsAsync(CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<TenantId>>(
            "jobs.tenants", db => [.. db.Jobs.Keys.Select(key => key.Tenant).Distinct().OrderBy(tenant => tenant.Value, StringComparer.Ordinal)], cancellationToken);

    public ValueTask<int> CountAsync(TenantId tenant, CancellationToken cancellationToken) =>
        store.DoAsync("jobs.count", db => db.Jobs.Keys.Count(key => key.Tenant == tenant), cancellationToken);

    public ValueTask<Job?> TrySaveAsync(Job job, string? definedBy, CancellationToken cancellationToken) =>
        store.DoAsync("jobs.save", db => Save(db, job, definedBy), cancellationToken);

    public ValueTask<IReadOnlyList<Job?>> TrySaveManyAsync(IReadOnlyList<Job> jobs, string? definedBy, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job?>>("jobs.save_many", db => [.. jobs.Select(job => Save(db, job, definedBy))], cancellationToken);

    public ValueTask<IReadOnlyList<Job>?> TryChangeManyAsync(
        IReadOnlyList<JobKey> keys, Func<IReadOnlyList<Job>, JobChanges?> decide, string? definedBy, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>?>(
            "jobs.save_many",
            db =>
            {
                if (decide([.. keys.Distinct().Select(key => db.Jobs.GetValueOrDefault(key)).OfType<Job>()]) is not { } changes
                    || changes.Saved.Concat(changes.Deleted).Any(job => (db.Jobs.GetValueOrDefault(job.Key)?.Version ?? 0) != job.Version))
                {
                    return null;
                }

                foreach (var job in changes.Deleted)
                {
                    Delete(db, job.Key);
                }

                return [.. changes.Saved.Select(job => Save(db, job, definedBy)!)];
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<DefinitionVersion>> ListDefinitionsAsync(DefinitionQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<DefinitionVersion>>(
            "jobs.list_definitions",
            db =>
            [
                .. (db.Definitions.GetValueOrDefault(query.Job) ?? []).AsEnumerable().Reverse()
                    .Where(version => query.Before is null || version.Number < query.Before)
                    .Take(query.Limit),
            ],
            cancellationToken);

    public ValueTask<bool> TryDeleteAsync(JobKey key, long version, CancellationToken cancellationToken) =>
        store.DoAsync(
            "jobs.delete",
            db =>
            {
                if (db.Jobs.GetValueOrDefault(key)?.Version != version)
                {
                    return false;
                }

                Delete(db, key);
                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<JobPlanOutcome>> PlanAsync(IReadOnlyList<JobPlan> plans, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<JobPlanOutcome>>("jobs.plan", db => [.. plans.Select(plan => Plan(db, plan))], cancellationToken);

    public ValueTask<IReadOnlyList<Job>> ReadDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Job>>(
            "jobs.read_due",
            db =>
            [
                .. db.Jobs.Values
                    .Where(job => job.IsActive && Alarm(job) <= until)
                    .OrderBy(Alarm).ThenBy(job => job.Key.ToString(), StringComparer.Ordinal)
                    .Take(limit),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<JobAlarm>> ReadAlarmsAsync(
        DateTimeOffset after, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<JobAlarm>>(
            "jobs.read_alarms",
            db =>
            [
                .. db.Jobs.Values
                    .Where(job => job.IsActive && Alarm(job) > after && Alarm(job) <= until)
                    .OrderBy(Alarm).ThenBy(job => job.Key.ToString(), StringComparer.Ordinal)
                    .Take(limit)
                    .Select(job => new JobAlarm(job.Key, Alarm(job)!.Value)),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<Occurrence>> ListOccurrencesAsync(OccurrenceQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Occurrence>>(
            "jobs.list_occurrences",
            db =>
            [
                .. LedgerOf(db, query.Job).Values.Reverse()
                    .Where(row => (query.Before is null || row.DueAt < query.Before) && (query.Since is null || row.DueAt >= query.Since))
                    .Take(query.Limit),
            ],
            cancellationToken);

    public ValueTask<int> CountLiveRunsAsync(JobKey key, CancellationToken cancellationToken) =>
        store.DoAsync("jobs.count_live", db => db.CountLive(key), cancellationToken);

    public ValueTask<int> PruneOccurrencesAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        store.DoAsync(
            "jobs.prune",
            db =>
            {
                var rows = db.Ledger.Values.SelectMany(ledger => ledger.Values)
                    .Where(row => (row.Until ?? row.DueAt) < before && (row.Until ?? row.DueAt) < db.Jobs[row.Job].Cursor)
                    .OrderBy(row => row.DueAt)
                    .Take(limit)
                    .ToList();
                rows.ForEach(row => db.Ledger[row.Job].Remove(row.DueAt));
                return rows.Count;
            },
            cancellationToken);

    private static DateTimeOffset? Alarm(Job job) => (job.NextDue, job.WakeAt) switch
    {
        ({ } due, { } wake) => due < wake ? due : wake,
        var (due, wake) => due ?? wake,
    };

    private static SortedDictionary<DateTimeOffset, Occurrence> LedgerOf(InMemoryDatabase db, JobKey key)
    {
        if (!db.Ledger.TryGetValue(key, out var ledger))
        {
            ledger = [];
            if (db.Jobs.ContainsKey(key))
            {
                db.Ledger.Add(key, ledger);
            }
        }

        return ledger;
    }

    private static void Delete(InMemoryDatabase db, JobKey key)
    {
        db.Jobs.Remove(key);
        db.Ledger.Remove(key);
        db.Definitions.Remove(key);
    }

    private static Job? Save(InMemoryDatabase db, Job job, string? definedBy)
    {
        var current = db.Jobs.GetValueOrDefault(job.Key);
        if ((current?.Version ?? 0) != job.Version)
        {
            return null;
        }

        if (definedBy is not null)
        {
            Define(db, current, job, definedBy);
        }

        // A wake-up is only ever cleared by the plan that has seen it.
        var wakeAt = (job.WakeAt, current?.WakeAt) switch
        {
            ({ } wanted, { } stored) => wanted > stored ? wanted : stored,
            var (wanted, stored) => wanted ?? stored,
        };
        return db.Jobs[job.Key] = job with
        {
            WakeAt = wakeAt,
            LastRun = current?.LastRun,
            LastEndedAt = current?.LastEndedAt,
            ConsecutiveFailures = current is { Pause: not null } && job.Pause is null ? 0 : current?.ConsecutiveFailures ?? 0,
            Version = job.Version + 1,
        };
    }

    private static void Define(InMemoryDatabase db, Job? current, Job job, string by)
    {
        if (current?.Definition.Equals(job.Definition) == true)
        {
            return;
        }

        if (!db.Definitions.TryGetValue(job.Key, out var versions))
        {
            db.Definitions.Add(job.Key, versions = []);
        }

        if (current is not null && versions.LastOrDefault()?.Definition.Equals(current.Definition) != true)
        {
            Add(current, null);
        }

        Add(job, by);
        versions.RemoveRange(0, Math.Max(0, versions.Count - DefinitionVersion.Kept));

        void Add(Job row, string? writer) => versions.Add(new DefinitionVersion
        {
            Number = (versions.LastOrDefault()?.Number ?? 0) + 1,
            At = row.UpdatedAt,
            By = writer,
            Source = row.Source,
            DeploymentVersion = row.DeploymentVersion,
            Definition = row.Definition,
        });
    }

    private static JobPlanOutcome Plan(InMemoryDatabase db, JobPlan plan)
    {
        if (db.Jobs.GetValueOrDefault(plan.Key) is not { } job || job.Version != plan.Version)
        {
            return JobPlanOutcome.Overtaken;
        }

        if (plan.CancelLive is { } wish && db.LiveByJob.TryGetValue(plan.Key, out var live))
        {
            foreach (var run in live)
            {
                db.Live[run].Wish(wish);
            }
        }

        List<RunId> letIn = [], known = [];
        var ledger = LedgerOf(db, plan.Key);
        var last = job.LastDecision;
        foreach (var planned in plan.Occurrences)
        {
            var decided = IsDecided(ledger, planned.DueAt);
            if (decided && planned.Run is not { EvenIfDecided: true })
            {
                continue;
            }

            var made = planned.Run is { } run && LetIn(db, plan.Key, run, letIn, known) ? planned.Run.Run.Id : (RunId?)null;
            if (!decided)
            {
                var verdict = planned.Run is not null && made is null ? Verdict.SkippedOverlap : planned.Verdict;
                ledger.Add(
                    planned.DueAt,
                    new Occurrence(plan.Key, planned.DueAt, verdict, plan.Now, made, planned.Until, planned.Count));
                var end = planned.Until ?? planned.DueAt;
                last = last is null || end >= last.DueAt ? new LastDecision(end, verdict) : last;
            }
        }

        foreach (var trigger in plan.Triggers)
        {
            LetIn(db, plan.Key, trigger, letIn, known);
        }

        db.Jobs[plan.Key] = job with
        {
            Cursor = plan.Cursor,
            NextDue = plan.NextDue,
            WakeAt = job.WakeAt <= plan.SeenWakeAt ? null : job.WakeAt,
            Pause = plan.Pause ?? job.Pause,
            UpdatedAt = plan.Pause is null ? job.UpdatedAt : plan.Now,
            Counts = plan.Counts.Count == 0 ? job.Counts : plan.Counts,
            RebootMark = plan.RebootMark ?? job.RebootMark,
            LastDecision = last,
            Version = job.Version + 1,
        };
        return new JobPlanOutcome(true, job.Version + 1, letIn) { Known = known };
    }

    /// <summary>Whether an instant has a row of its own or lies inside the range that begins before it.</summary>
    private static bool IsDecided(SortedDictionary<DateTimeOffset, Occurrence> ledger, DateTimeOffset dueAt) =>
        ledger.ContainsKey(dueAt) || ledger.Values.Any(row => row.DueAt < dueAt && row.Until >= dueAt);

    private static bool LetIn(InMemoryDatabase db, JobKey job, PlannedRun planned, List<RunId> letIn, List<RunId> known)
    {
        // The same id again is the same run: the caller is repeating a plan whose answer it did not get.
        if (db.Knows(planned.Run.Id))
        {
            known.Add(planned.Run.Id);
        }
        else
        {
            if (db.CountLive(job) >= planned.MaxLive)
            {
                return false;
            }

            db.Add(new LiveRow(planned.Run, planned.Run.State, 0), inbox: true);
        }

        letIn.Add(planned.Run.Id);
        return true;
    }
}
