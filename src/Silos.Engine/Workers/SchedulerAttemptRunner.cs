namespace Silos.Engine.Workers;

/// <summary>Runs handlers on the engine's scheduler, one task each: a simulation decides in which order.</summary>
internal sealed class SchedulerAttemptRunner(EngineScheduler scheduler, Worker worker) : IAttemptRunner
{
    public void Start(List<AttemptContext> attempts)
    {
        foreach (var attempt in attempts)
        {
            scheduler.Post(
                state =>
                {
                    if (((AttemptContext)state!).Execute())
                    {
                        worker.PassOn((AttemptContext)state);
                    }
                },
                attempt);
        }
    }

    public void Cancel(CancellationTokenSource source) => scheduler.Post(
        static state =>
        {
            try
            {
                ((CancellationTokenSource)state!).Cancel();
            }
            catch (AggregateException)
            {
                // A callback of the handler threw. Its own matter: the cancellation itself has happened.
            }
        },
        source);
}
