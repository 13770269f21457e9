namespace Silos.Engine.Workers;

/// <summary>Runs handlers on the thread pool, and blocking ones on threads of their own.</summary>
internal sealed class ThreadPoolAttemptRunner(Worker worker, StarvationGuard guard) : IAttemptRunner
{
    public void Start(List<AttemptContext> attempts)
    {
        var pooled = attempts;
        if (attempts.Exists(static attempt => attempt.Registration.Blocking))
        {
            pooled = attempts.FindAll(static attempt => !attempt.Registration.Blocking);
            foreach (var attempt in attempts)
            {
                if (attempt.Registration.Blocking)
                {
                    BlockingThread.Start(attempt);
                }
            }
        }

        if (pooled.Count == 0)
        {
            return;
        }

        var batch = new AttemptBatch(worker, pooled);
        if (pooled.Count > 1)
        {
            guard.Watch(batch);
        }

        for (var i = AttemptBatch.Threads(pooled.Count); i > 0; i--)
        {
            ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
        }
    }

    public void Cancel(CancellationTokenSource source) => _ = source.CancelAsync();
}
