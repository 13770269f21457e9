using Silos.Engine.Telemetry;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine;

/// <summary>Runs.</summary>
internal sealed partial class EngineClient
{
    private const int LargestBatch = 10_000;

    /// <inheritdoc/>
    public Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken) =>
        EnqueueAsync(request, request?.Id is not null, cancellationToken);

    /// <inheritdoc cref="ISilosClient.EnqueueAsync"/>
    /// <param name="request">What is asked for.</param>
    /// <param name="mayRepeat">Whether its id may have been used before, which costs a look into the history.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<EnqueueOutcome> EnqueueAsync(RunRequest request, bool mayRepeat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var asking = SilosTracing.Ask(request.Handler, request.Tenant, request.TraceParent);
        var run = completion.Make(WithContext(request, asking), clock.Now());
        SilosTracing.Describe(asking, run.Id, run.Queue.Value);
        var outcome = (await queues.Value.EnqueueAsync([run], mayRepeat, cancellationToken))[0];
        return outcome.Kind == EnqueueKind.Rejected
            ? throw new ConflictException(
                $"The idempotency key '{FieldProblem.Shorten(request.IdempotencyKey)}' is taken by run {outcome.Id}.", "duplicate")
            : outcome;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EnqueueOutcome>> EnqueueManyAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return EnqueueManyAsync(requests, requests.Any(request => request?.Id is not null), cancellationToken);
    }

    /// <inheritdoc cref="ISilosClient.EnqueueManyAsync"/>
    /// <param name="requests">What is asked for.</param>
    /// <param name="mayRepeat">Whether their ids may have been used before, which costs a look into the history.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<IReadOnlyList<EnqueueOutcome>> EnqueueManyAsync(
        IReadOnlyList<RunRequest> requests, bool mayRepeat, CancellationToken cancellationToken)
    {
        if (requests.Count is 0 or > LargestBatch)
        {
            throw new InvalidException("runs", requests.Count, $"must be 1 to {LargestBatch}");
        }

        // One span for all of them.
        using var asking = SilosTracing.Ask("many", requests[0]?.Tenant ?? TenantId.Default, given: null);
        asking?.SetTag("messaging.batch.message_count", requests.Count);
        var now = clock.Now();
        var runs = new NewRun[requests.Count];
        var problems = new List<FieldProblem>();
        for (var i = 0; i < runs.Length; i++)
        {
            try
            {
                runs[i] = completion.Make(WithContext(requests[i], asking), now, $"runs[{i}].");
            }
            catch (InvalidException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count > 0 ? throw new InvalidException(problems) : await queues.Value.EnqueueAsync(runs, mayRepeat, cancellationToken);
    }

    /// <summary>Lets a run keep the trace context of whoever asks for it.</summary>
    private static RunRequest WithContext(RunRequest request, System.Diagnostics.Activity? asking)
    {
        var context = SilosTracing.Context(asking, request.TraceParent);
        return context == request.TraceParent ? request : request with { TraceParent = context };
    }

    /// <inheritdoc/>
    public Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        GuardAsync(() => queues.Value.WaitAsync(tenant, run, cancellationToken));

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Who(request.By, request.Reason);

        // The wish is durable before anybody is told, so that the next owner honours it too.
        var wish = request with { At = request.At.ToInstant() };
        if (await GuardAsync(() => store.Runs.RequestCancelAsync(tenant, run, wish, cancellationToken).AsTask()) is { } queue)
        {
            queues.Value.HintCancel(queue, run);
            return true;
        }

        await FindRunAsync(tenant, run, cancellationToken);
        return false;
    }

    /// <inheritdoc/>
    public Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, CancellationToken cancellationToken) =>
        RetryAsync(tenant, run, by, traceParent: null, cancellationToken);

    /// <inheritdoc cref="ISilosClient.RetryAsync"/>
    /// <param name="tenant">Whose.</param>
    /// <param name="run">The run to repeat.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="traceParent">The trace context that came with the request, if one did.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, string? traceParent, CancellationToken cancellationToken)
    {
        Who(by, null);
        var ended = (await FindRunAsync(tenant, run, cancellationToken)).Run;
        if (!ended.State.IsFinal())
        {
            throw new ConflictException(
                $"Run {run} is {ended.State.ToText()} and cannot be run again before it has ended. Cancel it first, or wait.", "not_ended");
        }

        var now = clock.Now();
        using var asking = SilosTracing.Ask(ended.Handler, tenant, traceParent, ended.Options.TraceParent);
        var again = Again(ended, RunId.New(now), by, now, SilosTracing.Context(asking, traceParent));
        SilosTracing.Describe(asking, again.Id, again.Queue.Value);
        return (await queues.Value.EnqueueAsync([again], false, cancellationToken))[0].Id;
    }

    /// <summary>Makes the run that repeats one that has ended; it belongs to the trace of whoever asks for it, not to the first one's.</summary>
    internal static NewRun Again(Run ended, RunId id, string by, DateTimeOffset now, string? traceParent) => new()
    {
        Id = id,
        Tenant = ended.Tenant,
        Handler = ended.Handler,
        Queue = ended.Queue,
        Priority = ended.Priority,
        Payload = ended.Payload,
        DueAt = now,
        EnqueuedAt = now,
        Job = ended.Job,
        OccurrenceAt = ended.OccurrenceAt,
        MaxAttempts = ended.MaxAttempts,
        Options = ended.Options with { ReplayOf = ended.Id, TraceParent = traceParent },
        RequestedBy = by,
    };

    /// <inheritdoc/>
    public Task<RunDetails> GetRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        FindRunAsync(tenant, run, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        Page(query.Limit);
        return query.Offset < 0
            ? throw new InvalidException("offset", query.Offset, "must not be negative")
            : GuardAsync(() => store.Reader.ListAsync(query, cancellationToken).AsTask());
    }

    private async Task<RunDetails> FindRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        await GuardAsync(() => store.Reader.FindAsync(tenant, run, cancellationToken).AsTask())
        ?? throw new NotFoundException("run", run.ToString());
}
