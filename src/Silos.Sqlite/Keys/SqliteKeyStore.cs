using Silos.Keys;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Keys;

internal sealed class SqliteKeyStore(SqliteStore store) : IKeyStore
{
    public async ValueTask<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken) => await store.Database.WriteAsync(
        connection => connection.Prepare(SqlText.Keys.Add)
            .Bind(key.Id).Bind(key.Kind == KeyKind.Session ? "session" : "key").Bind(key.Name).Bind(key.Scope.Text).Bind(key.Role.ToText())
            .Bind(key.Hash).Bind(key.CreatedAt).Bind(key.CreatedBy).Bind(key.ExpiresAt).Bind(key.LastUsedAt).Bind(key.RevokedAt)
            .Bind(key.RevokedBy).Bind(key.Parent)
            .Execute() > 0,
        cancellationToken);

    public async ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellationToken) => await store.Database.ReadAsync(
        connection => connection.Prepare(SqlText.Keys.Find).Bind(id).ReadFirst(Read), cancellationToken);

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(KeyQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Keys.List)
                .Bind(query.Tenant?.Value).Bind(query.Now).Bind(query.Limit).Bind(query.Offset)
                .ReadAll(Read),
            cancellationToken);

    public async ValueTask<bool> RevokeAsync(string id, string by, DateTimeOffset at, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Keys.Revoke).Bind(id).Bind(by).Bind(at).Execute() > 0, cancellationToken);

    public async ValueTask TouchAsync(string id, DateTimeOffset at, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Keys.Touch).Bind(id).Bind(at).Execute(), cancellationToken);

    public async ValueTask<int> PruneSessionsAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Keys.Prune).Bind(before).Bind(limit).Execute(), cancellationToken);

    private static ApiKey Read(Statement row) => new()
    {
        Id = row.Text(0),
        Kind = row.Text(1) == "session" ? KeyKind.Session : KeyKind.Key,
        Name = row.Text(2),
        Scope = TenantScope.Parse(row.Text(3)),
        Role = Roles.TryParse(row.Text(4), out var role) ? role : Role.Viewer,
        Hash = row.Text(5),
        CreatedAt = row.Instant(6),
        CreatedBy = row.Text(7),
        ExpiresAt = row.InstantOrNull(8),
        LastUsedAt = row.InstantOrNull(9),
        RevokedAt = row.InstantOrNull(10),
        RevokedBy = row.TextOrNull(11),
        Parent = row.TextOrNull(12),
    };
}
