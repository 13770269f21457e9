using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Grains;

/// <summary>Runs: asking for them, waiting for them.</summary>
internal sealed partial class GrainSilosClient
{
    /// <inheritdoc/>
    public async Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var named = Named(request);
        var reply = await AskAsync((again, c) => Tenant(named.Tenant).EnqueueAsync(named, again || request.Id is not null, c), cancellationToken);
        if (reply.Reply is { } answer)
        {
            return answer.Get();
        }

        var outcome = (await PostAsync([named], reply.Failure!, cancellationToken))[0];
        return outcome.Kind == EnqueueKind.Rejected
            ? throw new ConflictException(
                $"The idempotency key '{FieldProblem.Shorten(request.IdempotencyKey)}' is taken by run {outcome.Id}.", "duplicate")
            : outcome;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EnqueueOutcome>> EnqueueManyAsync(IReadOnlyList<RunRequest> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count == 0)
        {
            throw new InvalidException("runs", 0, "must be 1 to 10000");
        }

        var named = requests.Select(Named).ToArray();
        var block = EnqueueBlock.Write(named);
        var given = requests.Any(request => request.Id is not null);
        var reply = await AskAsync((again, c) => Tenant(named[0].Tenant).EnqueueManyAsync(block, again || given, c), cancellationToken);
        return reply.Reply is { } answer
            ? EnqueueBlock.ReadOutcomes(answer.Get())
            : await PostAsync(named, reply.Failure!, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> WaitAsync(TenantId tenant, RunId run, CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((await _calls.RepeatAsync(c => Run(tenant, run).WaitAsync(c), cancellationToken)).Get() is { } ended)
            {
                return ended;
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(TenantId tenant, RunId run, CancelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RepeatAsync(c => Run(tenant, run).CancelAsync(request, c), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunId> RetryAsync(TenantId tenant, RunId run, string by, CancellationToken cancellationToken) =>
        (await _calls.OnceAsync(c => Run(tenant, run).RetryAsync(by, c), cancellationToken)).Get();

    /// <inheritdoc/>
    public Task<RunDetails> GetRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        RepeatAsync(c => Run(tenant, run).GetAsync(c), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return RepeatAsync(c => Tenant(query.Tenant).ListRunsAsync(query, c), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Blocker>> ExplainRunAsync(TenantId tenant, RunId run, CancellationToken cancellationToken) =>
        RepeatAsync(c => Run(tenant, run).ExplainAsync(c), cancellationToken);

    private RunRequest Named(RunRequest request) => request.Id is null ? request with { Id = RunId.New(_clock.GetUtcNow()) } : request;

    /// <summary>Asks the silos; if none serves and there is a fallback, tells why instead.</summary>
    private async Task<(Reply<T>? Reply, Exception? Failure)> AskAsync<T>(
        Func<bool, CancellationToken, Task<Reply<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _calls.RepeatAsync(call, cancellationToken);
            return _fallback is not null && reply.Error is { Kind: ReplyErrorKind.Unavailable } error ? (null, error.ToException()) : (reply, null);
        }
        catch (UnavailableException exception) when (_fallback is not null)
        {
            return (null, exception);
        }
    }

    private async Task<IReadOnlyList<EnqueueOutcome>> PostAsync(
        RunRequest[] requests, Exception failure, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow().ToInstant();
        var runs = new NewRun[requests.Length];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = FallbackRun.Make(requests[i], now, _options.MaxPayloadBytes, requests.Length > 1 ? $"runs[{i}]." : string.Empty);
        }

        var outcomes = await _fallback!.PostAsync(runs, cancellationToken);
        LogPosted(runs.Length, failure.Message);
        return [.. outcomes.Select(outcome => outcome with { Posted = true })];
    }

    [LoggerMessage(LogLevel.Warning, "{Count} run(s) were put into the inbox from here because no silo serves: {Problem}")]
    private partial void LogPosted(int count, string problem);
}
