using System.Collections.Concurrent;

namespace Silos.Engine.Workers;

/// <summary>A thread for one attempt of a handler that blocks: everything the handler does, also after an await, happens on it.</summary>
internal sealed class BlockingThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    private BlockingThread()
    {
    }

    /// <summary>Starts an attempt.</summary>
    public static void Start(AttemptContext attempt)
    {
        attempt.TrackEnd();
        var thread = new Thread(static state => Run((AttemptContext)state!))
        {
            IsBackground = true,
            Name = $"silos {attempt.Handler}",
        };
        try
        {
            thread.UnsafeStart(attempt);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The system gives no more threads: that is this attempt's failure, and it is tried again.
            attempt.Fail(exception);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _work.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The handler has ended and left something running; it goes on where such things usually run.
            ThreadPool.UnsafeQueueUserWorkItem(static item => item.Callback(item.State), (Callback: d, State: state), preferLocal: false);
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    private static void Run(AttemptContext attempt)
    {
        var context = new BlockingThread();
        SetSynchronizationContext(context);
        var end = attempt.ExecuteToEndAsync();
        end.ContinueWith(
            static (_, state) => ((BlockingThread)state!)._work.CompleteAdding(),
            context,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        foreach (var (callback, state) in context._work.GetConsumingEnumerable())
        {
            try
            {
                callback(state);
            }
            catch (Exception exception)
            {
                // An async void method of the handler: nobody can await it, and it must not end the process.
                attempt.Stray(exception);
            }
        }
    }
}
