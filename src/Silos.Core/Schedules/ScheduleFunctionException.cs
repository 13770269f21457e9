namespace Silos.Schedules;

/// <summary>A C# function that computes due instants failed, or did not move forward.</summary>
public sealed class ScheduleFunctionException : Exception
{
    private ScheduleFunctionException(string message, string key, DateTimeOffset after, DateTimeOffset? result, Exception? inner)
        : base(message, inner)
    {
        Key = key;
        After = after;
        Result = result;
    }

    /// <summary>Gets the key that the function is registered under.</summary>
    public string Key { get; }

    /// <summary>Gets the instant that the function was asked about.</summary>
    public DateTimeOffset After { get; }

    /// <summary>Gets what it returned; null when it threw (see <see cref="Exception.InnerException"/>).</summary>
    public DateTimeOffset? Result { get; }

    internal static ScheduleFunctionException NotForward(string key, DateTimeOffset after, DateTimeOffset result) =>
        new($"The schedule function '{key}' returned {result:O} when asked for the first due instant after {after:O}; "
            + "it must return a later instant, or null for none.", key, after, result, null);

    internal static ScheduleFunctionException Threw(string key, DateTimeOffset after, Exception exception) =>
        new($"The schedule function '{key}' threw {exception.GetType().Name} when asked for the first due instant after "
            + $"{after:O}: {exception.Message}", key, after, null, exception);
}
