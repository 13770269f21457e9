using Microsoft.Extensions.Options;
using Silos.Engine.Jobs;
using Silos.Engine.Runs;
using Silos.Engine.Telemetry;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Everything one can ask, answered in this process. What a store throws becomes <see cref="UnavailableException"/>.</summary>
internal sealed partial class EngineClient(
    ISilosStore store,
    IJobCommands jobs,
    Lazy<IQueueHost> queues,
    RunRequestValidation completion,
    JobValidation validation,
    PauseBoard pauses,
    JobPlanner planner,
    IOptions<EngineOptions> options,
    TimeProvider clock) : ISilosClient
{
    private const int LargestPage = 1_000;

    private bool IsScheduler => options.Value.Roles.HasFlag(SilosRoles.Scheduler);

    /// <inheritdoc/>
    public Task<Job> RegisterAsync(
        TenantId tenant, JobDefinition definition, string source, string? by, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        Named(by);
        validation.Check(definition);
        return GuardAsync(() => jobs.RegisterAsync(new JobKey(tenant, definition.Name), definition, source, by, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        Named(by);
        return GuardAsync(() => jobs.ApplyAsync(tenant, definitions, source, by, prune, dryRun, cancellationToken));
    }

    /// <inheritdoc/>
    public Task DeleteAsync(JobKey job, CancellationToken cancellationToken) =>
        GuardAsync(() => jobs.DeleteAsync(job, cancellationToken));

    /// <inheritdoc/>
    public async Task<JobView> GetAsync(JobKey job, CancellationToken cancellationToken) =>
        (await ViewsAsync([await FindJobAsync(job, cancellationToken)], cancellationToken))[0];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobView>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Page(query.Limit);
        var rows = await GuardAsync(() => store.Jobs.ListAsync(query, cancellationToken).AsTask());
        return await ViewsAsync(rows, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TracedAsync(job, options, traced => TriggerTracedAsync(job, traced, cancellationToken));
    }

    /// <summary>Triggers without a span of its own: another process, which was asked first, has begun it.</summary>
    internal Task<RunId> TriggerTracedAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken) =>
        GuardAsync(() => jobs.TriggerAsync(job, options, cancellationToken));

    /// <inheritdoc/>
    public Task<Run> TriggerAndWaitAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var id = options.Id ?? RunId.New(clock.Now());
        return GuardAsync(() => queues.Value.AskAndWaitAsync(
            job.Tenant,
            id,
            () => TracedAsync(job, options with { Id = id }, traced => jobs.TriggerAsync(job, traced, cancellationToken)),
            cancellationToken));
    }

    /// <summary>Triggers within a span of its own, whose context the run keeps.</summary>
    private static async Task<RunId> TracedAsync(JobKey job, TriggerOptions options, Func<TriggerOptions, Task<RunId>> trigger)
    {
        using var asking = SilosTracing.Ask(job.Name.Value, job.Tenant, options.TraceParent);
        asking?.SetTag("silos.job", job.Name.Value);
        var context = SilosTracing.Context(asking, options.TraceParent);
        var run = await trigger(context == options.TraceParent ? options : options with { TraceParent = context });
        SilosTracing.Describe(asking, run, queue: null);
        return run;
    }

    /// <inheritdoc/>
    public Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken)
    {
        Who(by, reason);
        return GuardAsync(() => jobs.PauseAsync(job, by, reason, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken)
    {
        Who(by, reason);
        return GuardAsync(() => jobs.ResumeAsync(job, by, reason, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PreviewedOccurrence>> PreviewAsync(
        JobKey job, DateTimeOffset? from, int count, CancellationToken cancellationToken)
    {
        if (count is < 1 or > LargestPage)
        {
            throw new InvalidException("count", count, $"must be between 1 and {LargestPage}");
        }

        var row = await FindJobAsync(job, cancellationToken);
        var start = from ?? clock.Now();
        var anchor = new ScheduleAnchor(row.CreatedAt, row.LastEndedAt);
        var shown = new SortedDictionary<DateTimeOffset, PreviewedOccurrence>();
        var schedules = planner.World.Compile(row.Definition);
        for (var i = 0; i < schedules.Length; i++)
        {
            var left = schedules[i]?.Spec.MaxOccurrences is { } most ? most - (i < row.Counts.Count ? row.Counts[i] : 0) : count;
            foreach (var due in Ahead(schedules[i], start, (int)Math.Clamp(left, 0, count), anchor))
            {
                // Schedules due at the same instant share it; it runs if one of them wants it.
                if (!shown.TryGetValue(due.Instant, out var other) || other.Marks.HasFlag(PreviewMarks.Excluded))
                {
                    shown[due.Instant] = due;
                }
            }
        }

        return [.. shown.Values.Take(count)];
    }

    /// <inheritdoc/>
    public Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken)
    {
        Who(by, null);
        var check = new FieldCheck();
        check.Text("request", request, 200);
        check.Throw();

        // Made once, so that what has to be tried anew is still one request.
        request ??= RunId.New(clock.Now()).ToString();
        return GuardAsync(() => jobs.BackfillAsync(job, from.ToInstant(), to.ToInstant(), dryRun, by, request, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (!IsScheduler || jobs.IsScheduling) && await store.IsReachableAsync(cancellationToken);
        }
        catch (Exception)
        {
            // Whatever went wrong, the answer to "are you well?" is no.
            return false;
        }
    }

    private static List<PreviewedOccurrence> Ahead(CompiledSchedule? schedule, DateTimeOffset from, int count, ScheduleAnchor anchor)
    {
        if (schedule is null || count == 0)
        {
            return [];
        }

        var ahead = new List<PreviewedOccurrence>(count);
        try
        {
            ahead.AddRange(schedule.Preview(from, count, anchor));
        }
        catch (ScheduleFunctionException)
        {
            // Explain tells why a function cannot be asked; the job's other schedules are shown all the same.
            return [];
        }

        return ahead;
    }

    private static void Who(string by, string? reason)
    {
        var check = new FieldCheck();
        if (string.IsNullOrWhiteSpace(by))
        {
            check.Add("by", by, "must say who");
        }

        check.Text("by", by, 200);
        check.Text("reason", reason, 1_000);
        check.Throw();
    }

    private static void Named(string? by)
    {
        if (by is not null)
        {
            Who(by, null);
        }
    }

    private static void Page(int limit)
    {
        if (limit is < 1 or > LargestPage)
        {
            throw new InvalidException("limit", limit, $"must be between 1 and {LargestPage}");
        }
    }

    private static async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is not (SilosException or OperationCanceledException or ArgumentException))
        {
            throw new UnavailableException("The store does not answer; nothing can be told about what was asked. Try again.", exception);
        }
    }

    private static Task<bool> GuardAsync(Func<Task> call) => GuardAsync(async () =>
    {
        await call();
        return true;
    });

    private async Task<Job> FindJobAsync(JobKey job, CancellationToken cancellationToken) =>
        await GuardAsync(() => store.Jobs.FindAsync(job, cancellationToken).AsTask())
        ?? throw new NotFoundException("job", job.Name.Value);
}
