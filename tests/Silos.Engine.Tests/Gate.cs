using Silos.Workers;

namespace Silos.Engine.Tests;

/// <summary>A handler that waits until the test lets it go on.</summary>
internal sealed class Gate
{
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _free;

    public int Entered { get; private set; }

    public int Inside { get; private set; }

    public int Most { get; private set; }

    public List<string> Names { get; } = [];

    public async Task Wait(JobContext context, CancellationToken cancellationToken)
    {
        Entered++;
        Inside++;
        Most = Math.Max(Most, Inside);
        Names.Add(context.Job?.Value ?? context.Queue.Value);
        try
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(source);
            await using var registration = cancellationToken.Register(() => source.TrySetCanceled(cancellationToken));
            await source.Task;
        }
        finally
        {
            Inside--;
            Names.Remove(context.Job?.Value ?? context.Queue.Value);
        }
    }

    public void Let(int count)
    {
        for (; count > 0 && _waiting.TryDequeue(out var source); count--)
        {
            source.TrySetResult();
        }

        _free = count;
    }
}
