using Npgsql;
using NpgsqlTypes;
using Silos.Audit;
using Silos.Stores;

namespace Silos.Postgres.Audit;

/// <summary>The audit log. What is not UTF-8 text for PostgreSQL is taken out.</summary>
internal sealed class PostgresAuditStore(Database database) : IAuditStore
{
    private static readonly string AppendAudit = SqlText.Get("Audit/append_audit");
    private static readonly string ListAudit = SqlText.Get("Audit/list_audit");
    private static readonly string PruneAudit = SqlText.Get("Audit/prune_audit");

    public async ValueTask AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var batch = new SqlBatch();
        batch.Add(
            AppendAudit,
            SqlBatch.Instant(entry.At),
            SqlBatch.Text(Text.Clean(entry.Tenant.Value)),
            SqlBatch.Text(Text.Clean(entry.Actor)),
            SqlBatch.Text(entry.Action),
            SqlBatch.Text(entry.TargetKind),
            SqlBatch.Text(Text.Clean(entry.TargetName)),
            SqlBatch.Text(Text.Clean(entry.Reason)),
            SqlBatch.Text(entry.Detail?.Text));
        await batch.RunAsync(database.Writes, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var entries = new List<AuditEntry>();
        var batch = new SqlBatch();
        batch.AddRows(
            ListAudit,
            row => entries.Add(Read(row)),
            SqlBatch.Text(Text.Clean(query.Tenant.Value)),
            SqlBatch.Text(query.TargetKind),
            SqlBatch.Text(Text.Clean(query.TargetName)),
            SqlBatch.Text(Text.Clean(query.Actor)),
            SqlBatch.Text(Text.Clean(query.Action)),
            SqlBatch.Instant(query.Since),
            SqlBatch.Instant(query.Until),
            new NpgsqlParameter { Value = query.Before ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            SqlBatch.P(query.Limit));
        await batch.RunAsync(database.Reads, cancellationToken);
        return entries;
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        var count = 0;
        var batch = new SqlBatch();
        batch.AddRows(PruneAudit, _ => count++, SqlBatch.Instant(before), SqlBatch.P(limit));
        await batch.RunAsync(database.Writes, cancellationToken);
        return count;
    }

    private static AuditEntry Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        At = row.GetFieldValue<DateTimeOffset>(1),
        Tenant = TenantId.Parse(row.GetString(2)),
        Actor = row.GetString(3),
        Action = row.GetString(4),
        TargetKind = row.GetString(5),
        TargetName = row.GetString(6),
        Reason = row.IsDBNull(7) ? null : row.GetString(7),
        Detail = row.IsDBNull(8) ? null : JsonText.Trusted(row.GetString(8)),
    };
}
