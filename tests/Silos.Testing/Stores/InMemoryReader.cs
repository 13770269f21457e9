using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryReader(InMemoryStore store) : IRunReader
{
    public ValueTask<RunDetails?> FindAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        store.DoAsync(
            "reader.find",
            db =>
            {
                IReadOnlyList<RunStep> steps = db.Steps.TryGetValue(run, out var stored) ? [.. stored] : [];
                if (db.Live.TryGetValue(run, out var row) && row.Request.Tenant == tenant)
                {
                    return new RunDetails(ToRun(row, db.OpenAttempt(row)?.Claim), [.. row.Closed], steps);
                }

                return db.Finished.TryGetValue(run, out var finished) && finished.Run.Tenant == tenant
                    ? new RunDetails(finished.Run, [.. finished.Attempts], steps)
                    : null;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<Run>> ListAsync(RunQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Run>>(
            "reader.list",
            db =>
            {
                var left = query.MaxText;
                return
                [
                    .. All(db, query.Tenant)
                        .Where(run => (query.Before is not { } before || run.Id.CompareTo(before) < 0) && RunFilter.Matches(run, query.Filter))
                        .OrderByDescending(run => run.Id)
                        .Skip(query.Offset)
                        .Take(query.Limit)
                        .TakeWhile(run =>
                        {
                            var more = left > 0;
                            left -= RunQuery.TextOf(run);
                            return more;
                        }),
                ];
            },
            cancellationToken);

    public ValueTask<RunId?> FindBackAsync(TenantId tenant, Filter? within, RunId? before, int runs, CancellationToken cancellationToken) =>
        store.DoAsync<RunId?>(
            "reader.back",
            db =>
            {
                var newer = All(db, tenant)
                    .Where(run => (before is not { } bound || run.Id.CompareTo(bound) < 0) && RunFilter.Matches(run, within))
                    .OrderByDescending(run => run.Id)
                    .Take(runs)
                    .ToList();
                return newer.Count == runs ? newer[^1].Id : null;
            },
            cancellationToken);

    public ValueTask<long> CountAsync(TenantId tenant, Filter? filter, CancellationToken cancellationToken) =>
        store.DoAsync("reader.count", db => All(db, tenant).LongCount(run => RunFilter.Matches(run, filter)), cancellationToken);

    public ValueTask<RunStatistics> StatisticsAsync(TenantId tenant, CancellationToken cancellationToken) =>
        store.DoAsync(
            "reader.statistics",
            db =>
            {
                var runs = All(db, tenant).ToList();
                return new RunStatistics(
                    runs.Count,
                    runs.Count(run => run.State is RunState.Completed or RunState.Skipped),
                    runs.Count(run => run.State.IsFailure() || run.State == RunState.Cancelled),
                    runs.GroupBy(run => run.Job?.Value ?? run.Handler, StringComparer.Ordinal).ToDictionary(
                        group => group.Key,
                        group => new JobStatistics(group.Count(), group.Count(run => run.State.IsFailure() || run.State == RunState.Cancelled)),
                        StringComparer.Ordinal));
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<QueueDepth>> QueueDepthsAsync(TenantId? tenant, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<QueueDepth>>(
            "reader.depths",
            db =>
            [
                .. All(db, tenant).Where(run => !run.State.IsFinal())
                    .GroupBy(run => new QueueKey(run.Tenant, run.Queue))
                    .OrderBy(group => group.Key.Tenant.Value, StringComparer.Ordinal).ThenBy(group => group.Key.Name)
                    .Select(group => new QueueDepth(
                        group.Key,
                        group.Count(run => run.State == RunState.Queued),
                        group.Count(run => run.State == RunState.Scheduled),
                        group.Count(run => run.State == RunState.Running),
                        group.Where(run => run.State == RunState.Queued)
                            .Min(run => (DateTimeOffset?)(run.DueAt > run.EnqueuedAt ? run.DueAt : run.EnqueuedAt)))),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<ExecutingRun>> ExecutingSinceAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<ExecutingRun>>(
            "reader.executing",
            db =>
            [
                .. All(db, null)
                    .Where(run => run is { State: RunState.Running, Job: not null } && run.StartedAt < before)
                    .OrderBy(run => run.StartedAt).ThenBy(run => run.Id)
                    .Take(limit)
                    .Select(run => new ExecutingRun(
                        new JobKey(run.Tenant, run.Job!.Value), run.Id, run.OccurrenceAt ?? run.DueAt, run.StartedAt!.Value)),
            ],
            cancellationToken);

    public ValueTask<IReadOnlyList<RunLogLine>> ReadLogAsync(
        TenantId tenant, RunId run, long afterSequence, int limit, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<RunLogLine>>(
            "reader.log",
            db => Belongs(db, tenant, run) && db.Logs.TryGetValue(run, out var lines)
                ? [.. lines.Values.Where(line => line.Sequence > afterSequence).Take(limit)]
                : [],
            cancellationToken);

    public ValueTask<int> PruneAsync(PruneRule rule, int limit, CancellationToken cancellationToken) =>
        store.DoAsync(
            "reader.prune",
            db =>
            {
                var runs = db.Finished.Values.Select(row => row.Run).Where(run => IsOf(run, rule));
                runs = rule is { KeepNewest: { } keep, Job: not null }
                    ? runs.OrderByDescending(run => run.Id).Skip(keep).Reverse()
                    : runs.Where(run => run.EndedAt < rule.Before && run.State.IsFailure() == rule.Failures).OrderBy(run => run.EndedAt);
                var doomed = runs.Take(limit).Select(run => run.Id).ToList();
                doomed.ForEach(db.Forget);
                return doomed.Count;
            },
            cancellationToken);

    public ValueTask<int> PruneKeysAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        store.DoAsync(
            "reader.prune_keys",
            db =>
            {
                var free = db.Keys.Where(key => key.Value.Until <= now).OrderBy(key => key.Value.Until).Take(limit).ToList();
                free.ForEach(key => db.Keys.Remove(key.Key));
                return free.Count;
            },
            cancellationToken);

    /// <summary>Composes what people see of a run that has not ended.</summary>
    internal static Run ToRun(LiveRow row, Claim? open)
    {
        var request = row.Request;
        var last = row.Closed.Count > 0 ? row.Closed[^1] : null;
        return new Run
        {
            Id = request.Id,
            Tenant = request.Tenant,
            Job = request.Job,
            OccurrenceAt = request.OccurrenceAt,
            Handler = request.Handler,
            Queue = request.Queue,
            Priority = request.Priority,
            State = open is null ? row.State : RunState.Running,
            Payload = request.Payload,
            DueAt = request.DueAt,
            EnqueuedAt = request.EnqueuedAt,
            StartedAt = open?.StartedAt ?? last?.StartedAt,
            Attempt = row.Attempts + (open is null ? 0 : 1),
            MaxAttempts = request.MaxAttempts,
            Losses = row.Losses,
            Error = last?.Error,
            Progress = row.Progress,
            ProgressMessage = row.ProgressMessage,
            Worker = open?.Worker ?? last?.Worker,
            RequestedBy = request.RequestedBy,
            Cancel = row.Cancel,
            Options = request.Options,
        };
    }

    private static IEnumerable<Run> All(InMemoryDatabase db, TenantId? tenant)
    {
        var open = new Dictionary<RunId, (Claim Claim, long Token)>();
        foreach (var claim in db.Partitions.SelectMany(partition => partition.Claims.Values))
        {
            for (var i = 0; i < claim.Runs.Count; i++)
            {
                if (!open.TryGetValue(claim.Runs[i], out var other) || other.Token < claim.Tokens[i])
                {
                    open[claim.Runs[i]] = (claim, claim.Tokens[i]);
                }
            }
        }

        return db.Live.Values
            .Where(row => tenant is null || row.Request.Tenant == tenant)
            .Select(row => ToRun(row, open.TryGetValue(row.Request.Id, out var found) && found.Token > row.Token ? found.Claim : null))
            .Concat(db.Finished.Values.Select(row => row.Run).Where(run => tenant is null || run.Tenant == tenant));
    }

    private static bool Belongs(InMemoryDatabase db, TenantId tenant, RunId run) =>
        (db.Live.TryGetValue(run, out var row) && row.Request.Tenant == tenant)
        || (db.Finished.TryGetValue(run, out var finished) && finished.Run.Tenant == tenant);

    private static bool IsOf(Run run, PruneRule rule) => rule.Job is { } job
        ? run.Tenant == job.Tenant && run.Job == job.Name
        : rule.ExceptJobs is null || run.Job is not { } name || !rule.ExceptJobs.Contains(new(run.Tenant, name));
}
