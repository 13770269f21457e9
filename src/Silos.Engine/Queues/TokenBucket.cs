using Silos.Queues;

namespace Silos.Engine.Queues;

/// <summary>A rate: so many starts per interval on average, so many at once at most.</summary>
/// <param name="limits">Limits with a rate.</param>
/// <param name="now">The current instant; the bucket begins full.</param>
internal sealed class TokenBucket(QueueLimits limits, DateTimeOffset now)
{
    private readonly double _burst = Math.Max(1, limits.Burst ?? limits.Rate ?? 1);
    private readonly double _perMillisecond = Math.Max(1, limits.Rate ?? 1) / Math.Max(1, limits.RateInterval.TotalMilliseconds);
    private double _tokens = Math.Max(1, limits.Burst ?? limits.Rate ?? 1);
    private DateTimeOffset _filledAt = now;

    /// <summary>Fills up for the time that has passed.</summary>
    public void Fill(DateTimeOffset now)
    {
        // A clock that jumps back gives nothing and takes nothing: counting goes on from the new time.
        var passed = (now - _filledAt).TotalMilliseconds;
        _filledAt = now;
        if (passed > 0)
        {
            _tokens = Math.Min(_burst, _tokens + (passed * _perMillisecond));
        }
    }

    /// <summary>Gets whether a start is allowed.</summary>
    public bool Allows => _tokens >= 0.999_999;

    /// <summary>Counts a start.</summary>
    public void Take() => _tokens--;

    /// <summary>Takes a start back that did not happen.</summary>
    public void Return() => _tokens = Math.Min(_burst, _tokens + 1);

    /// <summary>Gets when the next start is allowed.</summary>
    public DateTimeOffset NextAt =>
        Allows ? _filledAt : _filledAt.AddMilliseconds(Math.Ceiling((1 - _tokens) / _perMillisecond));
}
