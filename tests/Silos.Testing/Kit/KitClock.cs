namespace Silos.Testing;

/// <summary>The test's clock as handlers get it: a timer that a handler sets counts as waiting for the test.</summary>
internal sealed class KitClock(ManualTimeProvider clock) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        KitAttempts.Current is { } attempt
            ? new WatchedTimer(clock, attempt, callback, state, dueTime, period)
            : clock.CreateTimer(callback, state, dueTime, period);

    private sealed class WatchedTimer : ITimer
    {
        private readonly KitAttempt _attempt;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private bool _periodic;
        private int _waits;

        public WatchedTimer(
            ManualTimeProvider clock, KitAttempt attempt, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _attempt = attempt;
            _callback = callback;
            _state = state;
            _periodic = period > TimeSpan.Zero;
            Begin();
            _timer = clock.CreateTimer(static timer => ((WatchedTimer)timer!).Fire(), this, dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _periodic = period > TimeSpan.Zero;
            if (dueTime >= TimeSpan.Zero)
            {
                Begin();
            }

            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            _timer.Dispose();
            End();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Fire()
        {
            if (!_periodic)
            {
                End();
            }

            _callback(_state);
        }

        private void Begin()
        {
            if (Interlocked.Exchange(ref _waits, 1) == 0)
            {
                _attempt.BeginWait();
            }
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _waits, 0) == 1)
            {
                _attempt.EndWait();
            }
        }
    }
}
