namespace Silos.Engine.Jobs;

/// <summary>Wakes one loop: when somebody rings, or when a time has passed on the clock.</summary>
internal sealed class Bell : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Bell(TimeProvider clock) =>
        _timer = clock.CreateTimer(static bell => ((Bell)bell!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Wakes the loop, or keeps it from falling asleep.</summary>
    public void Ring()
    {
        lock (_lock)
        {
            _rung.TrySetResult();
        }
    }

    /// <summary>Sleeps until somebody rings, or for so long.</summary>
    public async Task WaitAsync(TimeSpan longest)
    {
        Task rung;
        lock (_lock)
        {
            rung = _rung.Task;
        }

        if (!rung.IsCompleted)
        {
            // A whole millisecond at least: timers are no finer, and none would spin.
            _timer.Change(longest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : longest, Timeout.InfiniteTimeSpan);
            await rung;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        lock (_lock)
        {
            _rung = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Dispose() => _timer.Dispose();
}
