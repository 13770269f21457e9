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

    /// <inheritdoc/>
    public void Execute()
    {
        var context = ExecutionContext.Capture();
        List<AttemptContext>? ended = null;
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
                (ended ??= new List<AttemptContext>(attempts.Count - index)).Add(attempt);
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

            if (ended is { Count: > 0 } && Stopwatch.GetTimestamp() - since > PassOnAfter)
            {
                worker.PassOn(ended);
                ended.Clear();
                since = Stopwatch.GetTimestamp();
            }
        }

        if (ended is { Count: > 0 })
        {
            worker.PassOn(ended);
        }
    }
}
