using Npgsql;

namespace Silos.Postgres;

/// <summary>Brings the schema up to date, one process at a time, in one transaction.</summary>
internal static class Migrator
{
    /// <summary>The first half of the keys of all advisory locks of Silos: "SILO".</summary>
    public const int LockClass = 0x53494C4F;

    /// <summary>The second half of the key of the lock on migrations.</summary>
    private const int MigrationLock = 1;

    /// <summary>The newest migration that this version knows.</summary>
    public static int NewestVersion => SqlText.MigrationFiles[^1].Version;

    /// <summary>Applies what is missing and returns how many migrations that were.</summary>
    /// <exception cref="StartupException">The server or the schema cannot serve this version.</exception>
    public static async Task<int> RunAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await AssertServerAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var exists = false;
        var look = new SqlBatch();
        look.AddCheck(SqlText.Get("Store/migration_lock"), SqlBatch.P(LockClass), SqlBatch.P(MigrationLock));
        look.AddRows(SqlText.Get("Store/has_migrations"), row => exists = row.GetBoolean(0), SqlBatch.Text(schema));
        await look.RunAsync(connection, cancellationToken);
        if (!exists)
        {
            // A schema's name cannot be a parameter; it is checked to be a plain identifier.
            await ExecuteAsync(
                connection,
                SqlText.Get("Store/create_schema").Replace("/*schema*/silos", schema, StringComparison.Ordinal),
                cancellationToken);
        }

        var version = 0;
        var read = new SqlBatch();
        read.AddRows(SqlText.Get("Store/read_version"), row => version = row.GetInt32(0));
        await read.RunAsync(connection, cancellationToken);
        if (version > NewestVersion)
        {
            throw new StartupException(
                $"Schema '{schema}' is at version {version}, but this version of Silos knows only up to {NewestVersion}: a newer one has worked here. Start the newer version, or restore a backup from before the upgrade.");
        }

        var missing = SqlText.MigrationFiles.Where(file => file.Version > version).ToList();
        foreach (var file in missing)
        {
            await ExecuteAsync(connection, file.Text, cancellationToken);
            var save = new SqlBatch();
            save.Add(SqlText.Get("Store/save_version"), SqlBatch.P(file.Version), SqlBatch.Text(file.Name));
            await save.RunAsync(connection, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return missing.Count;
    }

    private static async Task AssertServerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var encoding = string.Empty;
        var number = 0;
        var facts = new SqlBatch();
        facts.AddRows(
            SqlText.Get("Store/server_facts"),
            row =>
            {
                encoding = row.GetString(0);
                number = row.GetInt32(1);
            });
        await facts.RunAsync(connection, cancellationToken);
        if (number < 130000)
        {
            throw new StartupException($"PostgreSQL {number / 10000} is too old: version 13 or newer is needed.");
        }

        if (encoding != "UTF8")
        {
            throw new StartupException($"The database is encoded as {encoding}; Silos needs UTF8. Create one with: createdb --encoding=UTF8 --template=template0");
        }
    }

    /// <summary>Runs a file of several statements, however long that takes: a table may be large.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
