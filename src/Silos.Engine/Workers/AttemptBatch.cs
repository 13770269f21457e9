using System.Diagnostics;

namespace Silos.Engine.Workers;

/// <summary>
/// Attempts that start together. A few pool threads pull them one after another, so that starting a thousand short ones costs a few
/// work items; if a handler blocks its thread, the guard sends more threads, so that none waits long for another.
/// </summary>
internal sealed class AttemptBatch(Worker worker, List<AttemptContext> attempts) : IThreadPoolWorkItem
{
    // What ended is passed on at the latest after this long, so that short handlers are passed on together.
    private static readonly long PassOnAfter = Stopwatch.Frequency / 2_000;

    private readonly Lock _lock = new();
    private List<AttemptContext>? _ended;
    private int _threads;
    private int _next = -1;
    private int _seen = -1;

    /// <summary>Gets whether attempts are left that nobody has begun.</summary>
    public bool HasWaiting => Volatile.Read(ref _next) < attempts.Count - 1;

    /// <summary>Gets how many threads it takes at first.</summary>
    public static int Threads(int attempts) => Math.Min(attempts, Math.Max(2, Environment.ProcessorCount));

    /// <summary>Tells whether nothing was begun since the last time it was asked, although attempts are left.</summary>
    public bool IsStuck()
    {
        var next = Volatile.Read(ref _next);
        var stuck = next < attempts.Count - 1 && next == _seen;
        _seen = next;
        return stuck;
    }

    /// <summary>Gets whether a thread may have ended attempts that it has not passed on.</summary>
    public bool IsBusy => Volatile.Read(ref _threads) > 0;

    /// <summary>
    /// Passes on what has ended and was not passed on yet: its thread may be blocked in the next handler, for as long as that likes.
    /// </summary>
    public void PassOnEnded()
    {
        List<AttemptContext>? ended;
        lock (_lock)
        {
            ended = _ended;
            _ended = null;
        }

        if (ended is not null)
        {
            worker.PassOn(ended);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        Interlocked.Increment(ref _threads);
        var context = ExecutionContext.Capture();
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var index = Interlocked.Increment(ref _next);
            if (index >= attempts.Count)
            {
                break;
            }

            var attempt = attempts[index];
            if (attempt.Execute())
            {
                lock (_lock)
                {
                    (_ended ??= new List<AttemptContext>(attempts.Count - index)).Add(attempt);
                }
            }

            // What a handler left on the thread must not reach the next one.
            if (context is not null)
            {
                ExecutionContext.Restore(context);
            }

            if (SynchronizationContext.Current is not null)
            {
                SynchronizationContext.SetSynchronizationContext(null);
            }

            if (Stopwatch.GetTimestamp() - since > PassOnAfter)
            {
                PassOnEnded();
                since = Stopwatch.GetTimestamp();
            }
        }

        PassOnEnded();
        Interlocked.Decrement(ref _threads);
    }
}
