namespace Silos.Testing;

/// <summary>What goes wrong with one call of a store.</summary>
public enum FaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The store is away: nothing is written, and the caller gets a <see cref="StoreFaultException"/>.</summary>
    Away,

    /// <summary>Everything is written, and the caller gets a <see cref="StoreFaultException"/> all the same.</summary>
    Unconfirmed,
}

/// <summary>Stands between a store and its database, so that a test can delay, refuse or fail any call.</summary>
public interface IStoreFaults
{
    /// <summary>
    /// Awaited before a call touches anything. A deterministic scheduler interleaves here; what it throws reaches the caller and
    /// nothing is done.
    /// </summary>
    /// <param name="site">The call, as <c>port.method</c>: <c>runs.commit</c>. Those that write are <see cref="InMemoryStore.WriteSites"/>.</param>
    /// <param name="cancellationToken">The caller's.</param>
    ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken);

    /// <summary>Awaited after a call has done its work and before the caller learns of it. What it throws reaches the caller.</summary>
    /// <param name="site">The call.</param>
    /// <param name="cancellationToken">The caller's.</param>
    ValueTask AfterAsync(string site, CancellationToken cancellationToken);
}

/// <summary>Thrown for a fault that a test asked for.</summary>
public sealed class StoreFaultException(string site, FaultKind kind)
    : Exception(kind == FaultKind.Away ? $"The store is away ({site})." : $"The connection broke while waiting for the answer ({site}).")
{
    /// <summary>Gets the call.</summary>
    public string Site { get; } = site;

    /// <summary>Gets what went wrong.</summary>
    public FaultKind Kind { get; } = kind;
}
