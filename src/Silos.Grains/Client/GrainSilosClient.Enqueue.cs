using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Grains;

/// <summary>Asking for runs.</summary>
internal sealed partial class GrainSilosClient
{
    private const int CharactersPerWeight = 1_024;

    /// <summary>The ways on which callers share calls. One a partition: one that is moving holds up nobody but its own.</summary>
    private readonly ConcurrentDictionary<(TenantId Tenant, int Partition), SharedCalls<Ask, Asked<EnqueueOutcome>>> _lanes = [];

    /// <inheritdoc/>
    public async Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var ask = Named(request);
        var way = (request.Tenant, Partitions.Of(new QueueKey(request.Tenant, request.Queue)));
        var asked = await _lanes.GetOrAdd(way, LaneOf).SendAsync(ask).WaitAsync(cancellationToken);
        var outcome = asked.Failure is { } failure
            ? (await PostAsync([ask.Request], failure, cancellationToken))[0]
            : asked.Reply!.Get();
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

        List<Ask> asks = [.. requests.Select(Named)];
        var asked = await AskManyAsync(asks, cancellationToken);
        return asked.Failure is { } failure
            ? await PostAsync([.. asks.Select(ask => ask.Request)], failure, cancellationToken)
            : EnqueueBlock.ReadOutcomes(asked.Reply!.Get());
    }

    /// <summary>Gives a request its id, and the trace that the caller samples, because it may cross together with those of others.</summary>
    private Ask Named(RunRequest request)
    {
        var trace = TraceOf(request.TraceParent);
        return new Ask(
            request.Id is not null && trace == request.TraceParent
                ? request
                : request with { Id = request.Id ?? RunId.New(_clock.GetUtcNow()), TraceParent = trace },
            request.Id is not null);
    }

    private SharedCalls<Ask, Asked<EnqueueOutcome>> LaneOf((TenantId Tenant, int Partition) way) => new(
        SendAsync, ask => 1 + ((ask.Request.Payload?.Text.Length ?? 0) / CharactersPerWeight));

    /// <summary>Asks for what goes together. A call has its own bounds of time; who stops waiting for it does not stop it for the others.</summary>
    private async Task<IReadOnlyList<Asked<EnqueueOutcome>>> SendAsync(List<Ask> asks)
    {
        if (asks.Count == 1)
        {
            return [await AskOneAsync(asks[0])];
        }

        var asked = await AskManyAsync(asks, CancellationToken.None);
        if (asked.Failure is { } failure)
        {
            return [.. asks.Select(_ => new Asked<EnqueueOutcome>(null, failure))];
        }

        return asked.Reply!.Error switch
        {
            null => [.. EnqueueBlock.ReadOutcomes(asked.Reply.Get()).Select(outcome => new Asked<EnqueueOutcome>(new Reply<EnqueueOutcome> { Value = outcome }, null))],
            { Kind: ReplyErrorKind.Unavailable } error => [.. asks.Select(_ => new Asked<EnqueueOutcome>(new Reply<EnqueueOutcome> { Error = error }, null))],

            // Together they are refused for the fault of one. Alone each learns about its own, and what has none is taken.
            _ => await Task.WhenAll(asks.Select(AskOneAsync)),
        };
    }

    private Task<Asked<EnqueueOutcome>> AskOneAsync(Ask ask) =>
        AskAsync((again, c) => Tenant(ask.Request.Tenant).EnqueueAsync(ask.Request, again || ask.MayRepeat, c), CancellationToken.None);

    private Task<Asked<byte[]>> AskManyAsync(List<Ask> asks, CancellationToken cancellationToken)
    {
        var block = EnqueueBlock.Write(asks.ConvertAll(ask => ask.Request));
        var mayRepeat = asks.Exists(ask => ask.MayRepeat);
        return AskAsync((again, c) => Tenant(asks[0].Request.Tenant).EnqueueManyAsync(block, again || mayRepeat, c), cancellationToken);
    }

    /// <summary>Asks the silos; if none serves and there is a fallback, tells why instead.</summary>
    private async Task<Asked<T>> AskAsync<T>(Func<bool, CancellationToken, Task<Reply<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _calls.RepeatAsync(call, cancellationToken);
            return _fallback is not null && reply.Error is { Kind: ReplyErrorKind.Unavailable } error
                ? new Asked<T>(null, error.ToException())
                : new Asked<T>(reply, null);
        }
        catch (UnavailableException exception) when (_fallback is not null)
        {
            return new Asked<T>(null, exception);
        }
    }

    private async Task<IReadOnlyList<EnqueueOutcome>> PostAsync(
        IReadOnlyList<RunRequest> requests, Exception failure, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow().ToInstant();
        var runs = new NewRun[requests.Count];
        for (var i = 0; i < runs.Length; i++)
        {
            runs[i] = FallbackRun.Make(requests[i], now, _options.MaxPayloadBytes, requests.Count > 1 ? $"runs[{i}]." : string.Empty);
        }

        var outcomes = await _fallback!.PostAsync(runs, cancellationToken);
        LogPosted(runs.Length, failure.Message);
        return [.. outcomes.Select(outcome => outcome with { Posted = true })];
    }

    [LoggerMessage(LogLevel.Warning, "{Count} run(s) were put into the inbox from here because no silo serves: {Problem}")]
    private partial void LogPosted(int count, string problem);

    /// <summary>A request with an id.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="MayRepeat">Whether the id was given, so that it may have been used before.</param>
    private sealed record Ask(RunRequest Request, bool MayRepeat);

    /// <summary>What the silos said, or why nobody did although there is another way.</summary>
    private sealed record Asked<T>(Reply<T>? Reply, Exception? Failure);
}
