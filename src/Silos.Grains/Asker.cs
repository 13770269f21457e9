namespace Silos.Grains;

/// <summary>
/// Who asks, beside a call of a grain: where a call has no place for it that silos of every version know, it travels in the context of the request, which
/// those that do not look for it pass over.
/// </summary>
internal static class Asker
{
    private const string Key = "silos.by";
    private const string TraceKey = "silos.trace";

    /// <summary>Gets who asks in the call that is being answered; null if nobody is named.</summary>
    public static string? Named => RequestContext.Get(Key) as string;

    /// <summary>
    /// Gets the trace context in which the call that is being answered was made; null if none is told. A trigger has a place for it of its own: there it tells
    /// that whoever asks has begun the span of asking already.
    /// </summary>
    public static string? Trace => RequestContext.Get(TraceKey) as string;

    /// <summary>Names who asks in the calls that the rest of this method makes.</summary>
    public static void Name(string? by) => Set(Key, by);

    /// <summary>Tells the trace context in which the calls are made that the rest of this method makes.</summary>
    public static void Within(string? trace) => Set(TraceKey, trace);

    private static void Set(string key, string? value)
    {
        if (value is null)
        {
            RequestContext.Remove(key);
        }
        else
        {
            RequestContext.Set(key, value);
        }
    }
}
