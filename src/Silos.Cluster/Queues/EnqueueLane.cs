namespace Silos.Cluster.Queues;

/// <summary>
/// The way of enqueues to a partition that lives on another silo. What comes while calls are under way goes together in the next one,
/// so that many callers cost one message where the owner makes one commit.
/// </summary>
internal sealed class EnqueueLane(Func<List<EnqueueMessage>, Task<IReadOnlyList<EnqueueAnswer>>> send)
{
    /// <summary>How many calls are under way: while one is being committed, the next one is on its way.</summary>
    private const int Calls = 2;
    private const int LongestCall = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _calls;

    /// <summary>Makes the way to a partition's grain.</summary>
    public static EnqueueLane To(IGrainFactory grains, int partition) => new(async messages =>
    {
        var owner = grains.GetGrain<IQueuePartitionGrain>(partition);
        return messages.Count == 1
            ? [await owner.EnqueueAsync(messages[0])]
            : (await owner.EnqueueEachAsync(new EnqueueMessages(messages))).Answers;
    });

    /// <summary>Sends a message to the owner, alone or with others; the answer is its own.</summary>
    public Task<EnqueueAnswer> SendAsync(EnqueueMessage message)
    {
        var waiting = new Waiting(message);
        lock (_lock)
        {
            _waiting.Enqueue(waiting);
            if (_calls == Calls)
            {
                return waiting.Answer;
            }

            _calls++;
        }

        _ = PumpAsync();
        return waiting.Answer;
    }

    private async Task PumpAsync()
    {
        while (Next() is { } call)
        {
            try
            {
                var answers = await send(call.ConvertAll(waiting => waiting.Message));
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
            var runs = 0;
            while (_waiting.TryPeek(out var next) && (call.Count == 0 || runs + next.Message.Runs.Count <= LongestCall))
            {
                call.Add(_waiting.Dequeue());
                runs += next.Message.Runs.Count;
            }

            return call;
        }
    }

    private sealed class Waiting(EnqueueMessage message)
    {
        private readonly TaskCompletionSource<EnqueueAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EnqueueMessage Message { get; } = message;

        public Task<EnqueueAnswer> Answer => _answer.Task;

        public void Give(EnqueueAnswer answer) => _answer.TrySetResult(answer);

        public void Fail(Exception exception) => _answer.TrySetException(exception);
    }
}
