using Microsoft.Extensions.Logging;

namespace Silos.Engine.Duties;

/// <summary>Something that is done again and again in the background: small batches, a line in the log only when it matters, errors reported once until it works again.</summary>
internal abstract partial class BackgroundDuty(TimeProvider clock, EngineScheduler scheduler, StoreWatch watch, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _hint = NewHint();
    private Task _loop = Task.CompletedTask;
    private bool _failing;

    /// <summary>Gets how long it rests after having done what there was to do.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>Does one bounded batch.</summary>
    /// <returns>Whether there is more to do right now.</returns>
    public abstract Task<bool> RunOnceAsync(CancellationToken cancellationToken);

    /// <summary>Starts to do it; first at once, or after a part of the interval drawn by chance so that processes do not march in step.</summary>
    public void Start(bool atOnce) =>
        _loop = scheduler.Run(() => LoopAsync(atOnce ? TimeSpan.Zero : Interval * scheduler.Draw()));

    /// <summary>Says that there is something to do before the interval is over.</summary>
    public void Hint()
    {
        lock (_lock)
        {
            _hint.TrySetResult();
        }
    }

    /// <summary>Stops; a batch under way is given up.</summary>
    public async Task StopAsync()
    {
        _stop.Cancel();
        await _loop;
    }

    /// <summary>Stops without waiting. The source itself needs no disposal, and the loop may still look at it.</summary>
    public void Dispose() => _stop.Cancel();

    private static TaskCompletionSource NewHint() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LoopAsync(TimeSpan first)
    {
        if (first > TimeSpan.Zero)
        {
            await RestAsync(first);
        }

        while (!_stop.IsCancellationRequested)
        {
            lock (_lock)
            {
                _hint = _hint.Task.IsCompleted ? NewHint() : _hint;
            }

            var more = false;
            var mark = watch.Mark();
            try
            {
                more = await RunOnceAsync(_stop.Token);
                _failing = false;
            }
            catch (Exception exception) when (StoreWatch.IsAway(exception) && !_stop.IsCancellationRequested)
            {
                watch.Failed(mark, exception, GetType().Name);
            }
            catch (Exception exception)
            {
                if (!_failing && !_stop.IsCancellationRequested)
                {
                    LogFailed(exception, GetType().Name);
                }

                _failing = true;
            }

            if (!more)
            {
                await RestAsync(Interval);
            }
        }
    }

    private async Task RestAsync(TimeSpan rest)
    {
        // One task that a hint, the clock or the stop completes: the wait stays on the engine's scheduler.
        Task woken;
        TaskCompletionSource hint;
        lock (_lock)
        {
            hint = _hint;
            woken = hint.Task;
        }

        await using var timer = clock.CreateTimer(
            static state => ((TaskCompletionSource)state!).TrySetResult(), hint, rest, Timeout.InfiniteTimeSpan);
        await using var stop = _stop.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), hint);
        await woken;
    }

    [LoggerMessage(LogLevel.Warning, "{Duty} failed; it is tried again, and reported again only after it has worked")]
    private partial void LogFailed(Exception exception, string duty);
}
