using Silos.Audit;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryAudit(InMemoryStore store) : IAuditStore
{
    public async ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => await store.DoAsync(
        "audit.append",
        db =>
        {
            db.Audit.Add(entry with { Id = ++db.AuditSequence });
            return db.AuditSequence;
        },
        cancellationToken);

    public ValueTask<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<AuditEntry>>(
            "audit.list",
            db => [.. db.Audit.Where(entry => Matches(query, entry)).OrderByDescending(entry => entry.Id).Take(query.Limit)],
            cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => store.DoAsync(
        "audit.prune",
        db => db.Audit.Where(entry => entry.At < before).OrderBy(entry => entry.At).Take(limit).ToList().Count(db.Audit.Remove),
        cancellationToken);

    private static bool Matches(AuditQuery query, AuditEntry entry) =>
        entry.Tenant == query.Tenant
        && (query.TargetKind is null || entry.TargetKind == query.TargetKind)
        && (query.TargetName is null || entry.TargetName == query.TargetName)
        && (query.Actor is null || entry.Actor == query.Actor)
        && (query.Action is null || entry.Action == query.Action
            || (query.Action.EndsWith('.') && entry.Action.StartsWith(query.Action, StringComparison.Ordinal)))
        && (query.Since is null || entry.At >= query.Since)
        && (query.Until is null || entry.At < query.Until)
        && (query.Before is null || entry.Id < query.Before);
}
