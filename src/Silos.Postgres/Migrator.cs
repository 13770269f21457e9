using Npgsql;
using Silos.Stores;

namespace Silos.Postgres;

/// <summary>Brings the schema up to date, one process at a time, in one transaction.</summary>
internal static class Migrator
{
    /// <summary>The first half of the keys of all advisory locks of Silos: "SILO".</summary>
    public const int LockClass = 0x53494C4F;

    /// <summary>The second half of the key of the lock on migrations.</summary>
    private const int MigrationLock = 1;

    /// <summary>What the store's own tables are called where several sets are told apart.</summary>
    private const string OwnSet = "silos";

    private static readonly Migration[] Own = [.. SqlText.MigrationFiles.Select(file => new Migration(file.Version, file.Name, file.Text))];

    /// <summary>The newest migration that this version knows.</summary>
    public static int NewestVersion => Own[^1].Version;

    /// <summary>Applies what is missing and returns what each set of tables is at now, the store's own first.</summary>
    /// <exception cref="StartupException">The server or the schema cannot serve this version.</exception>
    public static async Task<IReadOnlyList<MigrationOutcome>> RunAsync(
        NpgsqlConnection connection, string schema, IReadOnlyList<MigrationSet> sets, CancellationToken cancellationToken)
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

        List<MigrationOutcome> outcomes = [await ApplyAsync(connection, schema, null, Own, cancellationToken)];
        if (sets.Count > 0)
        {
            await ExecuteAsync(connection, SqlText.Get("Store/create_sets"), cancellationToken);
            foreach (var set in sets)
            {
                outcomes.Add(await ApplyAsync(connection, schema, set.Name, set.Migrations, cancellationToken));
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return outcomes;
    }

    private static async Task<MigrationOutcome> ApplyAsync(
        NpgsqlConnection connection, string schema, string? set, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] which = set is null ? [] : [SqlBatch.Text(set)];
        var version = 0;
        var read = new SqlBatch();
        read.AddRows(SqlText.Get(set is null ? "Store/read_version" : "Store/read_set_version"), row => version = row.GetInt32(0), which);
        await read.RunAsync(connection, cancellationToken);
        var newest = migrations[^1].Version;
        if (version > newest)
        {
            var what = set is null ? $"Schema '{schema}' is" : $"The tables '{set}' in schema '{schema}' are";
            throw new StartupException(
                $"{what} at version {version}, but this version of Silos knows only up to {newest}: a newer one has worked here. Start the newer version, or restore a backup from before the upgrade.");
        }

        var missing = migrations.Where(migration => migration.Version > version).ToList();
        foreach (var migration in missing)
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken);
            var save = new SqlBatch();
            save.Add(
                SqlText.Get(set is null ? "Store/save_version" : "Store/save_set_version"),
                [SqlBatch.P(migration.Version), SqlBatch.Text(migration.Name), .. set is null ? [] : new[] { SqlBatch.Text(set) }]);
            await save.RunAsync(connection, cancellationToken);
        }

        return new MigrationOutcome(set ?? OwnSet, newest, missing.Count);
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
