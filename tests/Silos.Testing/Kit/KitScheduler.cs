namespace Silos.Testing;

/// <summary>
/// Runs the engine's loops and the handlers one at a time, in the order in which they became ready, on the thread pool.
/// What the test needs from it is the question whether anything is left to do.
/// </summary>
internal sealed class KitScheduler : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly Queue<Task> _ready = new();
    private TaskCompletionSource? _idle;
    private TaskCompletionSource _pulse = NewSource();
    private bool _pumping;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Starts something on this scheduler.</summary>
    public Task Run(Func<Task> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Gets a task that ends when something becomes ready, or <see cref="Pulse"/> is called, from now on.</summary>
    public Task NextPulse()
    {
        lock (_lock)
        {
            return _pulse.Task;
        }
    }

    /// <summary>Says that something has changed that whoever waits should look at.</summary>
    public void Pulse()
    {
        lock (_lock)
        {
            _pulse.TrySetResult();
            _pulse = NewSource();
        }
    }

    /// <summary>Ends when nothing runs and nothing is ready.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            return _pumping ? (_idle ??= NewSource()).Task : Task.CompletedTask;
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _ready.Enqueue(task);
            _pulse.TrySetResult();
            _pulse = NewSource();
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static scheduler => scheduler.Pump(), this, preferLocal: false);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _ready];
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Pump()
    {
        while (true)
        {
            Task? next;
            lock (_lock)
            {
                if (!_ready.TryDequeue(out next))
                {
                    _pumping = false;
                    _idle?.TrySetResult();
                    _idle = null;
                    return;
                }
            }

            TryExecuteTask(next);
        }
    }
}
