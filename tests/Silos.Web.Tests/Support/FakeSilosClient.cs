using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Web.Tests.Support;

/// <summary>A client over the store in memory: it stores and checks what the engine would, and runs nothing.</summary>
internal sealed class FakeSilosClient(InMemoryStore store, TestClock clock) : ISilosClient
{
    private readonly Dictionary<int, PartitionEpoch> _owned = [];
    private long _token = 1;

    public static readonly string[] Handlers = ["noop", "email", "http"];

    public List<RunRequest> Requests { get; } = [];

    public List<string> Calls { get; } = [];

    /// <summary>Gets the names of the requests for backfills, dry ones too.</summary>
    public List<string?> BackfillRequests { get; } = [];

    /// <summary>Gets or sets how many of the two runs of a backfill are made.</summary>
    public int Backfilled { get; set; } = 2;

    /// <summary>Gets or sets what is awaited before a job is paused.</summary>
    public Func<CancellationToken, Task>? BeforePause { get; set; }

    public HashSet<JobName> Busy { get; } = [];

    public Exception? Throws { get; set; }

    /// <summary>Gets or sets whether what reading throws is thrown for a trigger, too.</summary>
    public bool FailsTriggers { get; set; }

    public TaskCompletionSource<Run>? Ending { get; set; }

    public IReadOnlyList<QueueView> Queues { get; set; } = [];

    public async Task<Job> RegisterAsync(
        TenantId tenant, JobDefinition definition, string source, string? by, CancellationToken cancellationToken)
    {
        Check(definition.Handler);
        var problems = new List<FieldProblem>();
        for (var i = 0; i < definition.Schedules.Count; i++)
        {
            if (!CompiledSchedule.TryCompile(definition.Schedules[i], ScheduleEnvironment.Empty, definition.Name.Value, out _, out var problem))
            {
                problems.Add(new FieldProblem($"schedules[{i}].{problem.Field}", definition.Schedules[i].Expression, problem.Message, problem.Position));
            }
        }

        if (problems.Count > 0)
        {
            throw new InvalidException(problems);
        }

        var key = new JobKey(tenant, definition.Name);
        var now = clock.GetUtcNow();
        var job = await store.Jobs.FindAsync(key, cancellationToken)
            ?? new Job { Key = key, Definition = definition, Source = source, CreatedAt = now, UpdatedAt = now, Cursor = now };
        return await SaveAsync(job with { Definition = definition, Source = source, UpdatedAt = now }, by ?? "w1");
    }

    public Task<ApplyResult> ApplyAsync(
        TenantId tenant, IReadOnlyList<JobDefinition> definitions, string source, string? by, bool prune, bool dryRun,
        CancellationToken cancellationToken)
    {
        Calls.Add($"apply {tenant} {string.Join(',', definitions.Select(d => d.Name.Value))} {source} {by} {prune} {dryRun}");
        return Task.FromResult(new ApplyResult(
            [.. definitions.Select(d => d.Name)], [new JobChange(JobName.Parse("changed"), ["priority: 0 → 5"])], [JobName.Parse("gone")], 3));
    }

    public async Task DeleteAsync(JobKey job, CancellationToken cancellationToken) =>
        await store.Jobs.TryDeleteAsync(job, (await FindAsync(job)).Version, cancellationToken);

    public async Task<JobView> GetAsync(JobKey job, CancellationToken cancellationToken)
    {
        Throw();
        return View(await FindAsync(job));
    }

    public async Task<IReadOnlyList<JobView>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        Throw();
        return [.. (await store.Jobs.ListAsync(query, cancellationToken)).Select(View)];
    }

    public async Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken) =>
        (await EnqueueManyAsync([request], cancellationToken))[0];

    public async Task<IReadOnlyList<EnqueueOutcome>> EnqueueManyAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        Throw();
        var outcomes = new List<EnqueueOutcome>();
        foreach (var request in requests)
        {
            Check(request.Handler);
        }

        foreach (var request in requests)
        {
            Requests.Add(request);
            outcomes.Add(await AddAsync(New(request), cancellationToken));
        }

        return outcomes;
    }

    public async Task<RunId> TriggerAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken)
    {
        if (FailsTriggers)
        {
            Throw();
        }

        var found = await FindAsync(job);
        if (Busy.Contains(job.Name) && (options.Overlap ?? found.Definition.Overlap.Mode) == OverlapMode.Skip)
        {
            throw new ConflictException($"The job already running: '{job.Name}' has overlap skip (job already running).", ConflictException.JobAlreadyRunning);
        }

        Calls.Add($"trigger {job} {options.Payload?.Text} {options.Overlap} {options.By}");
        var request = new RunRequest { Handler = found.Definition.Handler, Payload = options.Payload ?? found.Definition.Payload, Id = options.Id };
        return (await AddAsync(New(request) with { Job = job.Name }, cancellationToken)).Id;
    }

    public Task<Run> TriggerAndWaitAsync(JobKey job, TriggerOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The endpoints wait for themselves.");

    public async Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        await GetRunAsync(tenant, run, cancellationToken);
        Ending ??= new TaskCompletionSource<Run>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = await Ending.Task.WaitAsync(cancellationToken);
        return ended with { Id = run };
    }

    public async Task<Job> PauseAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken)
    {
        if (BeforePause is { } before)
        {
            await before(cancellationToken);
        }

        var found = await FindAsync(job);
        return await SaveAsync(found with { Pause = found.Pause ?? new Pause(by, reason, clock.GetUtcNow()) });
    }

    public async Task<Job> ResumeAsync(JobKey job, string by, string? reason, CancellationToken cancellationToken) =>
        await SaveAsync(await FindAsync(job) with { Pause = null });

    public async Task<bool> CancelAsync(TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken)
    {
        Calls.Add($"cancel {request.By} {request.Reason} {request.Terminate}");
        return !(await GetRunAsync(tenant, run, cancellationToken)).Run.State.IsFinal();
    }

    public async Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, CancellationToken cancellationToken)
    {
        var old = (await GetRunAsync(tenant, run, cancellationToken)).Run;
        return old.State.IsFinal()
            ? (await AddAsync(New(new RunRequest { Handler = old.Handler, Payload = old.Payload }), cancellationToken)).Id
            : throw new ConflictException($"Run {run} has not ended.");
    }

    public async Task<RunDetails> GetRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        Throw();
        return await store.Reader.FindAsync(tenant, run, cancellationToken) ?? throw new NotFoundException("run", run.ToString());
    }

    public async Task<IReadOnlyList<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        Throw();
        return await store.Reader.ListAsync(query, cancellationToken);
    }

    public async Task<IReadOnlyList<PreviewedOccurrence>> PreviewAsync(
        JobKey job, DateTimeOffset? from, int count, CancellationToken cancellationToken)
    {
        var found = await FindAsync(job);
        return [.. found.Definition.Schedules.SelectMany(spec => CompiledSchedule
            .Compile(spec, ScheduleEnvironment.Empty, job.Name.Value)
            .Preview(from ?? clock.GetUtcNow(), count, new ScheduleAnchor(found.CreatedAt)))];
    }

    public async Task<BackfillResult> BackfillAsync(
        JobKey job, DateTimeOffset from, DateTimeOffset to, bool dryRun, string by, string? request, CancellationToken cancellationToken)
    {
        await FindAsync(job);
        if (to > clock.GetUtcNow())
        {
            throw new InvalidException("to", to, "must not be in the future");
        }

        Calls.Add($"backfill {from:HH} {to:HH} {dryRun} {by}");
        BackfillRequests.Add(request);
        return new BackfillResult(2, dryRun ? [] : [.. Enumerable.Range(0, Backfilled).Select(_ => RunId.New(clock.GetUtcNow()))]);
    }

    public async Task<IReadOnlyList<Blocker>> ExplainAsync(JobKey job, CancellationToken cancellationToken)
    {
        var found = await FindAsync(job);
        return found.Pause is { } pause ? [new Blocker("job_paused", $"{pause.By} paused it.")] : [];
    }

    public async Task<IReadOnlyList<Blocker>> ExplainRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        await GetRunAsync(tenant, run, cancellationToken);
        return [new Blocker("no_slots", "All slots are taken.", clock.GetUtcNow())];
    }

    public Task<IReadOnlyList<QueueView>> ListQueuesAsync(TenantId tenant, CancellationToken cancellationToken) => Task.FromResult(Queues);

    public Task PauseQueueAsync(QueueKey queue, string by, string? reason, CancellationToken cancellationToken) =>
        Note($"pause queue {queue} {by} {reason}");

    public Task ResumeQueueAsync(QueueKey queue, string by, CancellationToken cancellationToken) => Note($"resume queue {queue} {by}");

    public Task SetQueueLimitsAsync(QueueKey queue, QueueLimits limits, CancellationToken cancellationToken) =>
        Note($"limits {queue} {limits.MaxConcurrency} {limits.Rate}/{limits.RateInterval.TotalSeconds} {limits.Burst} {limits.Weight}");

    public Task PauseAllAsync(TenantId? tenant, string by, string? reason, CancellationToken cancellationToken) =>
        Note($"pause {tenant?.Value ?? "*"} {by} {reason}");

    public Task ResumeAllAsync(TenantId? tenant, string by, CancellationToken cancellationToken) => Note($"resume {tenant?.Value ?? "*"} {by}");

    public Task<bool> IsHealthyAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Puts a run into the store as the engine would have left it.</summary>
    public async Task<RunId> SeedAsync(
        RunState state, string? job = null, string handler = "noop", string? error = null, Func<NewRun, NewRun>? change = null)
    {
        var run = New(new RunRequest { Handler = handler }) with { Job = job is null ? null : JobName.Parse(job) };
        run = change?.Invoke(run) ?? run;
        await AddAsync(run, default);
        if (state == RunState.Queued)
        {
            return run.Id;
        }

        await StartAsync(run, state, error);
        return run.Id;
    }

    /// <summary>Completes a run that waits.</summary>
    public async Task FinishAsync(RunId id)
    {
        var run = (await store.Reader.FindAsync(TenantId.Default, id, default))!.Run;
        await StartAsync(New(new RunRequest { Handler = run.Handler, Id = id }) with { Job = run.Job }, RunState.Completed, null);
    }

    private async Task StartAsync(NewRun run, RunState state, string? error)
    {
        var token = _token++;
        var claim = Guid.NewGuid();
        var start = clock.GetUtcNow();
        await CommitAsync(run, commit => commit with { Claims = [new Claim(claim, "w1", start, [run.Id], [token])] });
        if (state == RunState.Running)
        {
            return;
        }

        var finished = new FinishedRun
        {
            Run = run.Id,
            Token = token,
            State = state,
            Attempts = 1,
            StartedAt = start,
            EndedAt = start.AddMilliseconds(1_500),
            Worker = "w1",
            Outcome = state.ToText(),
            Job = run.Job is { } name ? new JobKey(run.Tenant, name) : null,
            Error = error is null ? null : new RunError("Boom", error),
        };
        await CommitAsync(run, commit => commit with { Finished = [finished], ClosedClaims = [claim] });
    }

    public async Task<Job> SeedJobAsync(string name, Func<Job, Job>? change = null)
    {
        var now = clock.GetUtcNow();
        var job = new Job
        {
            Key = new JobKey(TenantId.Default, JobName.Parse(name)),
            Definition = new JobDefinition { Name = JobName.Parse(name), Handler = "noop" },
            Source = "code",
            CreatedAt = now,
            UpdatedAt = now,
            Cursor = now,
        };
        return await SaveAsync(change?.Invoke(job) ?? job);
    }

    private JobView View(Job job) => new(job, Busy.Contains(job.Key.Name) ? 1 : 0, Busy.Contains(job.Key.Name) ? 1 : 0);

    private Task Note(string call)
    {
        Calls.Add(call);
        return Task.CompletedTask;
    }

    private void Throw()
    {
        if (Throws is { } exception)
        {
            throw exception;
        }
    }

    private static void Check(string handler)
    {
        if (!Handlers.Contains(handler))
        {
            throw new InvalidException("handler", handler, $"is not known: No handler registered for job: {handler}");
        }
    }

    private async Task<Job> FindAsync(JobKey key) =>
        await store.Jobs.FindAsync(key, default) ?? throw new NotFoundException("job", key.Name.Value);

    private async Task<Job> SaveAsync(Job job, string? definedBy = null) =>
        await store.Jobs.TrySaveAsync(job, definedBy, default) ?? throw new ConflictException("Somebody else was first.");

    private NewRun New(RunRequest request) => new()
    {
        Id = request.Id ?? RunId.New(clock.GetUtcNow()),
        Tenant = request.Tenant,
        Handler = request.Handler,
        Queue = request.Queue,
        Priority = request.Priority,
        Payload = request.Payload,
        DueAt = request.RunAt ?? clock.GetUtcNow() + (request.Delay ?? TimeSpan.Zero),
        EnqueuedAt = clock.GetUtcNow(),
        MaxAttempts = request.MaxAttempts ?? request.Retry?.MaxAttempts ?? 3,
        RequestedBy = request.RequestedBy,
        Unique = request.IdempotencyKey is { } key
            ? new Uniqueness(key, clock.GetUtcNow() + request.IdempotencyWindow, request.OnDuplicate)
            : null,
        Options = new RunOptions
        {
            Name = request.Name,
            Description = request.Description,
            Tags = request.Tags,
            Metadata = request.Metadata,
            Timeout = request.Timeout,
            TraceParent = request.TraceParent,
        },
    };

    private async Task<EnqueueOutcome> AddAsync(NewRun run, CancellationToken cancellationToken)
    {
        var owner = await OwnerAsync(run.Partition);
        var commit = new PartitionCommit { Owner = owner, Enqueues = [run], MayRepeat = true, Now = clock.GetUtcNow() };
        return (await store.Runs.CommitAsync(commit, cancellationToken)).Enqueues[0];
    }

    private async Task CommitAsync(NewRun run, Func<PartitionCommit, PartitionCommit> change)
    {
        var owner = await OwnerAsync(run.Partition);
        await store.Runs.CommitAsync(change(new PartitionCommit { Owner = owner, Now = clock.GetUtcNow() }), default);
    }

    private async Task<PartitionEpoch> OwnerAsync(int partition)
    {
        if (!_owned.TryGetValue(partition, out var owner))
        {
            var now = clock.GetUtcNow();
            var opening = await store.Runs.OpenPartitionAsync(partition, "w1", now, now.AddDays(1), exclusive: true, default);
            owner = new PartitionEpoch(partition, opening.Epoch);
            _owned[partition] = owner;
        }

        return owner;
    }
}
