namespace Silos.Runs;

/// <summary>What happens to an enqueue whose idempotency key is taken.</summary>
public enum DuplicateMode
{
    /// <summary>The caller is given the id of the run that has the key; nothing is made. The default.</summary>
    ReturnExisting,

    /// <summary>The caller is told that the key is taken: a conflict.</summary>
    Reject,

    /// <summary>
    /// Debounce: a run with the key that waits in the same queue and has not started takes the new payload and due time, and the
    /// window begins anew. One that has started, ended, is wanted cancelled or waits elsewhere is left alone and a new run is made;
    /// the same for one that only its partition's owner may touch, because it is queued already and the caller is not the owner.
    /// </summary>
    Replace,

    /// <summary>Throttle: like <see cref="ReturnExisting"/>, and the window is never extended.</summary>
    Throttle,
}

/// <summary>One run per key within a window.</summary>
/// <param name="Key">The idempotency key, unique in the tenant; 1 to 200 characters.</param>
/// <param name="Until">When the key is free again.</param>
/// <param name="Mode">What happens to a second enqueue.</param>
public sealed record Uniqueness(string Key, DateTimeOffset Until, DuplicateMode Mode = DuplicateMode.ReturnExisting);
