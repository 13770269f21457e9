using Silos.Keys;
using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemoryKeys(InMemoryStore store) : IKeyStore
{
    public ValueTask<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken) =>
        store.DoAsync("keys.add", db => db.ApiKeys.TryAdd(key.Id, key), cancellationToken);

    public ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        store.DoAsync("keys.find", db => db.ApiKeys.GetValueOrDefault(id), cancellationToken);

    public ValueTask<IReadOnlyList<ApiKey>> ListAsync(KeyQuery query, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<ApiKey>>(
            "keys.list",
            db =>
            [
                .. db.ApiKeys.Values
                    .Where(key => key.Kind == KeyKind.Key && (query.Tenant is null || key.Scope.Text == query.Tenant.Value.Value))
                    .OrderByDescending(key => key.IsUsable(query.Now)).ThenByDescending(key => key.CreatedAt).ThenByDescending(key => key.Id, StringComparer.Ordinal)
                    .Skip(query.Offset).Take(query.Limit),
            ],
            cancellationToken);

    public ValueTask<bool> RevokeAsync(string id, string by, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.DoAsync(
            "keys.revoke",
            db =>
            {
                if (!db.ApiKeys.TryGetValue(id, out var key) || key.RevokedAt is not null)
                {
                    return false;
                }

                db.ApiKeys[id] = key with { RevokedAt = at, RevokedBy = by };
                return true;
            },
            cancellationToken);

    public async ValueTask TouchAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) => await store.DoAsync(
        "keys.touch",
        db => db.ApiKeys.TryGetValue(id, out var key) && !(key.LastUsedAt >= at)
            ? db.ApiKeys[id] = key with { LastUsedAt = at }
            : key,
        cancellationToken);

    public ValueTask<int> PruneSessionsAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        store.DoAsync(
            "keys.prune",
            db => db.ApiKeys.Values
                .Where(key => key.Kind == KeyKind.Session && (key.ExpiresAt < before || key.RevokedAt < before))
                .Take(limit).ToList().Count(key => db.ApiKeys.Remove(key.Id)),
            cancellationToken);
}
