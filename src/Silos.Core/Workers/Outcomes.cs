namespace Silos.Workers;

/// <summary>Thrown by a handler whose error no retry can mend: the run ends as <c>failed</c> at once.</summary>
public sealed class NonRetryableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Thrown by a handler that was told when to come back (an HTTP <c>Retry-After</c>): the attempt failed, the wait is given.</summary>
public sealed class RetryAfterException(TimeSpan delay, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Gets how long to wait; replaces the back-off.</summary>
    public TimeSpan Delay { get; } = delay;
}

/// <summary>Thrown by a handler that wants to be run again later without having failed: burns no attempt.</summary>
public sealed class SnoozeException(TimeSpan delay) : Exception($"Snoozed for {delay}.")
{
    /// <summary>Gets how long to wait.</summary>
    public TimeSpan Delay { get; } = delay;
}

/// <summary>Thrown by a handler that finds nothing to do: the run ends as <c>skipped</c>, with the message as its result.</summary>
public sealed class SkipRunException(string reason) : Exception(reason);
