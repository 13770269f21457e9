namespace Silos.Testing;

/// <summary>
/// Runs tasks one at a time on the thread that asks, choosing the next one by chance from a seed: the same seed is the same
/// interleaving. What is started on it stays on it, also after an await.
/// </summary>
public sealed class DeterministicScheduler : TaskScheduler
{
    private readonly Lock _lock = new();
    private readonly List<Task> _ready = [];
    private readonly Random _random;

    /// <summary>A scheduler.</summary>
    /// <param name="seed">The seed; print it when a test fails.</param>
    public DeterministicScheduler(int seed)
    {
        Seed = seed;
        _random = new Random(seed);
    }

    /// <summary>Gets the seed.</summary>
    public int Seed { get; }

    /// <summary>Gets how many tasks have run.</summary>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Draws from the seed, in [0, 1).</summary>
    public double Draw()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }

    /// <summary>Draws a whole number from the seed, below a bound.</summary>
    public int Draw(int below)
    {
        lock (_lock)
        {
            return _random.Next(below);
        }
    }

    /// <summary>Starts something on this scheduler.</summary>
    public Task Run(Func<Task> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Runs one task; false if none is ready.</summary>
    public bool RunOne()
    {
        Task next;
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                return false;
            }

            var at = _random.Next(_ready.Count);
            next = _ready[at];
            _ready.RemoveAt(at);
        }

        Steps++;

        // A test runner's context would catch every continuation and run it elsewhere.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            TryExecuteTask(next);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return true;
    }

    /// <summary>Runs until nothing is ready.</summary>
    /// <param name="most">How many tasks at most.</param>
    /// <exception cref="InvalidOperationException">Tasks keep coming: something spins.</exception>
    public void RunUntilIdle(int most = 1_000_000)
    {
        while (RunOne())
        {
            if (--most < 0)
            {
                throw new InvalidOperationException($"The engine does not come to rest (seed {Seed}).");
            }
        }
    }

    /// <summary>Runs until a task has ended and returns nothing but its exception; other tasks run in between.</summary>
    public void RunUntil(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        while (!task.IsCompleted)
        {
            if (!RunOne())
            {
                throw new InvalidOperationException($"Nothing can run and the task has not ended (seed {Seed}).");
            }
        }

        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            _ready.Add(task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock)
        {
            return [.. _ready];
        }
    }
}
