using Silos.Audit;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Audit;

internal sealed class SqliteAuditStore(SqliteStore store) : IAuditStore
{
    public async ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => await store.Database.WriteAsync(
        connection => connection.Prepare(SqlText.Audit.Append)
            .Bind(entry.At).Bind(entry.Tenant.Value).Bind(entry.Actor).Bind(entry.Action).Bind(entry.TargetKind).Bind(entry.TargetName)
            .Bind(entry.Reason).Bind(entry.Detail)
            .Execute(),
        cancellationToken);

    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Audit.List)
                .Bind(query.Tenant.Value).Bind(query.TargetKind).Bind(query.TargetName).Bind(query.Actor).Bind(query.Action)
                .Bind(query.Since).Bind(query.Until).Bind(query.Before).Bind(query.Limit)
                .ReadAll(Read),
            cancellationToken);

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Audit.Prune).Bind(before).Bind(limit).Execute(), cancellationToken);

    private static AuditEntry Read(Statement row) => new()
    {
        Id = row.Long(0),
        At = row.Instant(1),
        Tenant = TenantId.Parse(row.Text(2)),
        Actor = row.Text(3),
        Action = row.Text(4),
        TargetKind = row.Text(5),
        TargetName = row.Text(6),
        Reason = row.TextOrNull(7),
        Detail = row.JsonOrNull(8),
    };
}
