using Npgsql;
using Silos.Testing;

namespace Silos.Postgres.Tests;

public sealed class MigrationTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_migration_can_run_again()
    {
        var schema = Postgres.NewSchema();
        await OpenAndCloseAsync(schema);
        await SqlAsync($"delete from {schema}.migration");

        await OpenAndCloseAsync(schema);

        Assert.Equal(
            string.Join(',', SqlText.MigrationFiles.Select(file => $"{file.Version} {file.Name}")),
            await SqlAsync($"select string_agg(version || ' ' || name, ',' order by version) from {schema}.migration"));
    }

    [Fact]
    public async Task A_schema_of_a_newer_version_is_refused_and_left_alone()
    {
        var schema = Postgres.NewSchema();
        await OpenAndCloseAsync(schema);
        await SqlAsync($"insert into {schema}.migration (version, name) values (999, 'from the future')");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => OpenAndCloseAsync(schema));

        Assert.Contains($"Schema '{schema}' is at version 999, but this version of Silos knows only up to {Migrator.NewestVersion}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_that_start_together_migrate_once()
    {
        var schema = Postgres.NewSchema();
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Postgres.StoreAsync(schema)));

        await Task.WhenAll(stores.Select(store => store.OpenAsync(exclusive: false, Cancelled).AsTask()));

        Assert.Equal($"{SqlText.MigrationFiles.Count}", await SqlAsync($"select count(*) from {schema}.migration"));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_schema_is_the_one_that_is_checked_in()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync(Cancelled);
        await using (var store = await Postgres.StoreAsync("silos", connectionString: database))
        {
            await store.OpenAsync(exclusive: true, Cancelled);
        }

        var dump = await server.DumpSchemaAsync(database, "silos", Cancelled);
        await server.DropDatabaseAsync(database, Cancelled);
        var schema = Normalize(dump);
        var file = Path.Combine(ProjectFolder(), "schema.sql");
        if (Environment.GetEnvironmentVariable("SILOS_UPDATE_SCHEMA") == "1")
        {
            await File.WriteAllTextAsync(file, schema, Cancelled);
        }

        Assert.True(
            schema == await File.ReadAllTextAsync(file, Cancelled),
            "The migrations make another schema than src/Silos.Postgres/schema.sql says. If that is meant, run this test with SILOS_UPDATE_SCHEMA=1.");
    }

    private static async Task OpenAndCloseAsync(string schema)
    {
        await using var store = await Postgres.StoreAsync(schema);
        await store.OpenAsync(exclusive: true, Cancelled);
    }

    private static async Task<string?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync());
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancelled))?.ToString();
    }

    /// <summary>Leaves out what differs between versions of pg_dump.</summary>
    private static string Normalize(string dump) => string.Join(
        '\n',
        dump.Split('\n')
            .Where(line => line.Length > 0
                && !line.StartsWith("--", StringComparison.Ordinal)
                && !line.StartsWith("SET ", StringComparison.Ordinal)
                && !line.StartsWith('\\')
                && !line.StartsWith("SELECT pg_catalog.set_config", StringComparison.Ordinal))) + "\n";

    private static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Silos.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(Assert.IsType<DirectoryInfo>(folder).FullName, "src", "Silos.Postgres");
    }
}
