using Silos.Keys;

namespace Silos.Stores;

/// <summary>Where keys and sessions live. They work for whoever shares the database, whoever made them.</summary>
/// <remarks>Implementations prove themselves with <c>KeyStoreConformance</c>.</remarks>
public interface IKeyStore
{
    /// <summary>Stores a new credential; false when the id is taken.</summary>
    ValueTask<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken);

    /// <summary>Reads a credential, revoked and expired ones included; null when there is none.</summary>
    ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lists keys (not sessions): those that open something first, and of each the latest first.</summary>
    ValueTask<IReadOnlyList<ApiKey>> ListAsync(KeyQuery query, CancellationToken cancellationToken);

    /// <summary>Revokes a credential; false when there is none or it was revoked before, whose author and time stay.</summary>
    ValueTask<bool> RevokeAsync(string id, string by, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Notes that a credential was used. An earlier instant than the stored one changes nothing.</summary>
    ValueTask TouchAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Deletes sessions that expired, or were revoked, before an instant; returns how many. Keys stay.</summary>
    ValueTask<int> PruneSessionsAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
