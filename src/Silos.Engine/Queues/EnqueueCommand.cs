using Silos.Runs;

namespace Silos.Engine.Queues;

/// <summary>A caller who waits until runs are stored.</summary>
/// <param name="runs">What is to be stored.</param>
/// <param name="mayRepeat">Whether the ids may be in the store already.</param>
/// <param name="pool">Whether answers go through the thread pool; otherwise through the scheduler on which the caller waits.</param>
internal sealed class EnqueueCommand(IReadOnlyList<NewRun> runs, bool mayRepeat, bool pool)
    : TaskCompletionSource<IReadOnlyList<EnqueueOutcome>>(pool ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadPoolWorkItem
{
    private IReadOnlyList<EnqueueOutcome>? _outcomes;
    private Exception? _exception;

    public IReadOnlyList<NewRun> Runs { get; } = runs;

    /// <summary>Gets or sets whether the ids may be in the store already.</summary>
    public bool MayRepeat { get; set; } = mayRepeat;

    /// <summary>Answers; the caller goes on elsewhere.</summary>
    public void Answer(IReadOnlyList<EnqueueOutcome> outcomes)
    {
        _outcomes = outcomes;
        Go();
    }

    /// <summary>Answers that it failed; the caller goes on elsewhere.</summary>
    public void Fail(Exception exception)
    {
        _exception = exception;
        Go();
    }

    /// <summary>Answers; the caller goes on right here, so nothing may be left to do.</summary>
    public void AnswerHere(IReadOnlyList<EnqueueOutcome> outcomes)
    {
        _outcomes = outcomes;
        Execute();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        if (_exception is { } exception)
        {
            TrySetException(exception);
        }
        else
        {
            TrySetResult(_outcomes!);
        }
    }

    private void Go()
    {
        if (pool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
        else
        {
            Execute();
        }
    }
}
