using Silos.Audit;

namespace Silos.Stores;

/// <summary>Where it is kept who did what. Entries are added and, when they are old, deleted; never changed.</summary>
/// <remarks>Implementations prove themselves with <c>AuditStoreConformance</c>.</remarks>
public interface IAuditStore
{
    /// <summary>Adds an entry; durable when the call returns.</summary>
    ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Lists entries, latest first.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes entries from before an instant, the oldest first; returns how many.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);
}
