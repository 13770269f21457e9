namespace Silos.Jobs;

/// <summary>How often and how soon a failed attempt is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Three attempts, from 1 second doubling up to 60 seconds, full jitter.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>Gets the number of attempts in all, the first included. 1 means no retry. Default: 3.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Gets the longest wait before the second attempt. Default: 1 second.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets by how much the wait grows from attempt to attempt; at least 1. Default: 2.</summary>
    public double Coefficient { get; init; } = 2.0;

    /// <summary>Gets the longest wait. Default: 60 seconds.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets whether the wait is drawn evenly between zero and its full length ("full jitter"), so that runs that failed
    /// together do not come back together. Default: true.
    /// </summary>
    public bool Jitter { get; init; } = true;

    /// <summary>Gets error types (full or short CLR names of exceptions) that are never tried again. Default: none.</summary>
    public IReadOnlyList<string> NonRetryableErrors { get; init; } = [];

    /// <summary>Computes the wait after a failed attempt.</summary>
    /// <param name="failedAttempts">How many attempts have failed so far; at least 1.</param>
    /// <param name="draw">A random number in [0, 1), used when <see cref="Jitter"/> is on.</param>
    public TimeSpan DelayAfter(int failedAttempts, double draw)
    {
        // In doubles, so that a large exponent saturates instead of overflowing.
        var full = InitialInterval.TotalMilliseconds * Math.Pow(Coefficient, Math.Max(0, failedAttempts - 1));
        var capped = Math.Min(full, MaxInterval.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Round(Jitter ? capped * draw : capped));
    }

    /// <inheritdoc/>
    public bool Equals(RetryPolicy? other) => other is not null
        && MaxAttempts == other.MaxAttempts
        && InitialInterval == other.InitialInterval
        && Coefficient.Equals(other.Coefficient)
        && MaxInterval == other.MaxInterval
        && Jitter == other.Jitter
        && NonRetryableErrors.SequenceEqual(other.NonRetryableErrors);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxAttempts, InitialInterval, Coefficient, MaxInterval, Jitter);
}
