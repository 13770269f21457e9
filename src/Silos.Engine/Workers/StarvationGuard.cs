namespace Silos.Engine.Workers;

/// <summary>
/// Looks, from a thread of its own, whether the thread pool still does anything. If handlers block its threads, it sends more
/// threads to batches that are stuck and raises the pool's minimum, so that a pool of blocked handlers does not stop the process;
/// and what ended on a thread before the next handler blocked it is passed on.
/// </summary>
internal sealed class StarvationGuard : IThreadPoolWorkItem, IDisposable
{
    private const int LookEveryMs = 25;

    private readonly Lock _lock = new();
    private readonly List<AttemptBatch> _batches = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly int _most;
    private long _completed;
    private int _probing;
    private int _step = 1;

    /// <summary>Starts to look.</summary>
    /// <param name="slots">How many handlers may block at once.</param>
    public StarvationGuard(int slots)
    {
        _most = Math.Min(slots, 2_000) + Environment.ProcessorCount + 16;
        var thread = new Thread(Look) { IsBackground = true, Name = "silos starvation guard" };
        thread.UnsafeStart();
    }

    /// <summary>Watches a batch until everything in it has begun and no thread works on it.</summary>
    public void Watch(AttemptBatch batch)
    {
        lock (_lock)
        {
            _batches.Add(batch);
        }
    }

    /// <summary>The probe: the pool has got to it.</summary>
    public void Execute() => Volatile.Write(ref _probing, 0);

    public void Dispose() => _stop.Set();

    private void Look()
    {
        while (!_stop.Wait(LookEveryMs))
        {
            // A pool that gets things done is busy, not blocked: more threads would only make it slower.
            var completed = ThreadPool.CompletedWorkItemCount;
            var idle = completed - _completed < 100;
            _completed = completed;
            var stuck = false;
            lock (_lock)
            {
                _batches.RemoveAll(static batch => !batch.HasWaiting && !batch.IsBusy);
                foreach (var batch in _batches)
                {
                    batch.PassOnEnded();
                    if (batch.IsStuck())
                    {
                        stuck = true;
                        for (var i = 0; i < _step; i++)
                        {
                            ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
                        }
                    }
                }
            }

            if (Interlocked.Exchange(ref _probing, 1) == 1)
            {
                stuck |= idle;
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            _step = stuck ? Math.Min(_step * 2, 64) : 1;
            if (stuck)
            {
                Raise(_step);
            }
        }
    }

    private void Raise(int by)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.GetMaxThreads(out var most, out _);
        var busy = ThreadPool.ThreadCount;
        var wanted = Math.Min(Math.Min(_most, most), Math.Max(workers, busy + by));
        if (wanted > workers)
        {
            ThreadPool.SetMinThreads(wanted, ports);
        }
    }
}
