namespace Silos.Grains;

/// <summary>
/// Many callers on one way. What comes while calls are under way goes together in the next one, so that many callers cost one
/// message, and who is alone does not wait for others.
/// </summary>
/// <param name="send">Sends what goes together; an answer for each, in the same order.</param>
/// <param name="weigh">How much of a call one takes, of <see cref="Fullest"/>.</param>
internal sealed class SharedCalls<TAsk, TAnswer>(Func<List<TAsk>, Task<IReadOnlyList<TAnswer>>> send, Func<TAsk, int> weigh)
{
    /// <summary>What goes into one call; the first one goes whatever it weighs.</summary>
    public const int Fullest = 1_000;

    /// <summary>How many calls are under way: while one is being committed, the next one is on its way.</summary>
    private const int Calls = 2;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _calls;

    /// <summary>Sends one, alone or with others; the answer, or the failure, is its own.</summary>
    public Task<TAnswer> SendAsync(TAsk ask)
    {
        var waiting = new Waiting(ask);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_calls == Calls)
            {
                return waiting.Answer;
            }

            _calls++;
        }

        // Later calls are of others: what this caller carries along (its trace, what it put into the context of Orleans' requests) goes with its own call alone.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = PumpAsync();
        }
        else
        {
            using (ExecutionContext.SuppressFlow())
            {
                _ = PumpAsync();
            }
        }

        return waiting.Answer;
    }

    private async Task PumpAsync()
    {
        while (Next() is { } call)
        {
            try
            {
                var answers = await send(call.ConvertAll(waiting => waiting.Ask));
                for (var i = 0; i < call.Count; i++)
                {
                    call[i].Give(answers[i]);
                }
            }
            catch (Exception exception)
            {
                // Nothing is known about any of them; each caller decides whether to try again.
                call.ForEach(waiting => waiting.Fail(exception));
            }
        }
    }

    private List<Waiting>? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _calls--;
                return null;
            }

            var call = new List<Waiting>(_waiting.Count);
            var weight = 0;
            while (_waiting.TryPeek(out var next) && (call.Count == 0 || weight + weigh(next.Ask) <= Fullest))
            {
                call.Add(_waiting.Dequeue());
                weight += weigh(next.Ask);
            }

            return call;
        }
    }

    private sealed class Waiting(TAsk ask)
    {
        private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TAsk Ask { get; } = ask;

        public Task<TAnswer> Answer => _answer.Task;

        public void Give(TAnswer answer) => _answer.TrySetResult(answer);

        public void Fail(Exception exception) => _answer.TrySetException(exception);
    }
}
