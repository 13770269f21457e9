namespace Silos.Engine.Workers;

/// <summary>One timer for all attempts that may take only so long. Looks at those that have a deadline; there are never more than slots.</summary>
internal sealed class Deadlines : IDisposable
{
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _clock;
    private readonly Action<AttemptContext> _onDeadline;
    private readonly Lock _lock = new();
    private readonly List<AttemptContext> _attempts = [];
    private readonly ITimer _timer;
    private long _next = long.MaxValue;

    public Deadlines(TimeProvider clock, Action<AttemptContext> onDeadline)
    {
        _clock = clock;
        _onDeadline = onDeadline;
        _timer = clock.CreateTimer(
            static state => ((Deadlines)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets deadlines for attempts that begin now, each after its own timeout; those without one are left alone.</summary>
    public void Begin(List<AttemptContext> attempts)
    {
        var now = _clock.GetTimestamp();
        var earliest = long.MaxValue;
        lock (_lock)
        {
            foreach (var attempt in attempts)
            {
                if (attempt.Timeout is { } timeout && !attempt.IsOver)
                {
                    earliest = Math.Min(earliest, Put(attempt, now, timeout));
                }
            }
        }

        Hurry(now, earliest);
    }

    /// <summary>Sets or replaces the deadline of an attempt.</summary>
    public void Set(AttemptContext attempt, TimeSpan after)
    {
        var now = _clock.GetTimestamp();
        long at;
        lock (_lock)
        {
            at = Put(attempt, now, after);
        }

        Hurry(now, at);
    }

    /// <summary>Forgets the deadline of an attempt that has ended.</summary>
    public void Remove(AttemptContext attempt)
    {
        // Attempts without a deadline are the common case and cost no lock.
        if (attempt.DeadlineIndex < 0)
        {
            return;
        }

        lock (_lock)
        {
            Take(attempt);
        }
    }

    public void Dispose() => _timer.Dispose();

    private long Put(AttemptContext attempt, long now, TimeSpan after)
    {
        attempt.Deadline = now + (long)(Math.Min(after.TotalSeconds, 1e9) * _clock.TimestampFrequency);
        if (attempt.DeadlineIndex < 0)
        {
            attempt.DeadlineIndex = _attempts.Count;
            _attempts.Add(attempt);
        }

        return attempt.Deadline;
    }

    private void Take(AttemptContext attempt)
    {
        var index = attempt.DeadlineIndex;
        if (index < 0)
        {
            return;
        }

        var last = _attempts[^1];
        _attempts[index] = last;
        last.DeadlineIndex = index;
        _attempts.RemoveAt(_attempts.Count - 1);
        attempt.DeadlineIndex = -1;
    }

    private void Hurry(long now, long at)
    {
        lock (_lock)
        {
            if (at >= _next)
            {
                return;
            }

            _next = at;
        }

        Arm(now, at);
    }

    private void Arm(long now, long at)
    {
        var wait = TimeSpan.FromSeconds(Math.Max(0, at - now) / (double)_clock.TimestampFrequency);
        _timer.Change(
            wait < Finest ? Finest : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        List<AttemptContext>? due = null;
        var now = _clock.GetTimestamp();
        lock (_lock)
        {
            for (var i = _attempts.Count - 1; i >= 0; i--)
            {
                if (_attempts[i].Deadline <= now)
                {
                    (due ??= []).Add(_attempts[i]);
                    Take(_attempts[i]);
                }
            }

            _next = long.MaxValue;
            foreach (var attempt in _attempts)
            {
                _next = Math.Min(_next, attempt.Deadline);
            }

            if (_next != long.MaxValue)
            {
                Arm(now, _next);
            }
        }

        if (due is not null)
        {
            due.Sort(static (a, b) => a.Deadline != b.Deadline
                ? a.Deadline.CompareTo(b.Deadline)
                : a.FencingToken.CompareTo(b.FencingToken));
            foreach (var attempt in due)
            {
                _onDeadline(attempt);
            }
        }
    }
}
