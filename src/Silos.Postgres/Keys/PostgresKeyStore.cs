using Npgsql;
using Silos.Keys;
using Silos.Stores;

namespace Silos.Postgres.Keys;

/// <summary>Keys and sessions. No write asks whether the store is held: a key may be made while another process works on it.</summary>
internal sealed class PostgresKeyStore(Database database) : IKeyStore
{
    private static readonly string AddKey = SqlText.Get("Keys/add_key");
    private static readonly string FindKey = SqlText.Get("Keys/find_key");
    private static readonly string ListKeys = SqlText.Get("Keys/list_keys");
    private static readonly string RevokeKey = SqlText.Get("Keys/revoke_key");
    private static readonly string TouchKey = SqlText.Get("Keys/touch_key");
    private static readonly string PruneSessions = SqlText.Get("Keys/prune_sessions");

    public async ValueTask<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await CountAsync(
            AddKey,
            cancellationToken,
            SqlBatch.Text(key.Id),
            SqlBatch.Text(key.Kind == KeyKind.Session ? "session" : "key"),
            SqlBatch.Text(Text.Clean(key.Name)),
            SqlBatch.Text(Text.Clean(key.Scope.Text)),
            SqlBatch.Text(key.Role.ToText()),
            SqlBatch.Text(key.Hash),
            SqlBatch.Instant(key.CreatedAt),
            SqlBatch.Text(Text.Clean(key.CreatedBy)),
            SqlBatch.Instant(key.ExpiresAt),
            SqlBatch.Instant(key.LastUsedAt),
            SqlBatch.Instant(key.RevokedAt),
            SqlBatch.Text(Text.Clean(key.RevokedBy)),
            SqlBatch.Text(key.Parent)) > 0;
    }

    public async ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        ApiKey? key = null;
        var batch = new SqlBatch();
        batch.AddRows(FindKey, row => key = Read(row), SqlBatch.Text(Text.Clean(id)));
        await batch.RunAsync(database.Writes, cancellationToken);
        return key;
    }

    public async ValueTask<IReadOnlyList<ApiKey>> ListAsync(KeyQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var keys = new List<ApiKey>();
        var batch = new SqlBatch();
        batch.AddRows(
            ListKeys,
            row => keys.Add(Read(row)),
            SqlBatch.Text(Text.Clean(query.Tenant?.Value)),
            SqlBatch.Instant(query.Now),
            SqlBatch.P(query.Limit),
            SqlBatch.P(query.Offset));
        await batch.RunAsync(database.Reads, cancellationToken);
        return keys;
    }

    public async ValueTask<bool> RevokeAsync(string id, string by, DateTimeOffset at, CancellationToken cancellationToken) =>
        await CountAsync(RevokeKey, cancellationToken, SqlBatch.Text(Text.Clean(id)), SqlBatch.Text(Text.Clean(by)), SqlBatch.Instant(at)) > 0;

    public async ValueTask TouchAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var batch = new SqlBatch();
        batch.Add(TouchKey, SqlBatch.Text(Text.Clean(id)), SqlBatch.Instant(at));
        await batch.RunAsync(database.Writes, cancellationToken);
    }

    public ValueTask<int> PruneSessionsAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        CountAsync(PruneSessions, cancellationToken, SqlBatch.Instant(before), SqlBatch.P(limit));

    private async ValueTask<int> CountAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var count = 0;
        var batch = new SqlBatch();
        batch.AddRows(sql, _ => count++, parameters);
        await batch.RunAsync(database.Writes, cancellationToken);
        return count;
    }

    private static ApiKey Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1) == "session" ? KeyKind.Session : KeyKind.Key,
        Name = row.GetString(2),
        Scope = TenantScope.Parse(row.GetString(3)),
        Role = Roles.TryParse(row.GetString(4), out var role) ? role : Role.Viewer,
        Hash = row.GetString(5),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(6),
        CreatedBy = row.GetString(7),
        ExpiresAt = Instant(row, 8),
        LastUsedAt = Instant(row, 9),
        RevokedAt = Instant(row, 10),
        RevokedBy = row.IsDBNull(11) ? null : row.GetString(11),
        Parent = row.IsDBNull(12) ? null : row.GetString(12),
    };

    private static DateTimeOffset? Instant(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
