namespace Silos.Grains;

/// <summary>
/// Who asks, beside a call of a grain: where a call has no place for it that silos of every version know, it travels in the context of the request, which
/// those that do not look for it pass over.
/// </summary>
internal static class Asker
{
    private const string Key = "silos.by";

    /// <summary>Gets who asks in the call that is being answered; null if nobody is named.</summary>
    public static string? Named => RequestContext.Get(Key) as string;

    /// <summary>Names who asks in the calls that the rest of this method makes.</summary>
    public static void Name(string? by)
    {
        if (by is null)
        {
            RequestContext.Remove(Key);
        }
        else
        {
            RequestContext.Set(Key, by);
        }
    }
}
