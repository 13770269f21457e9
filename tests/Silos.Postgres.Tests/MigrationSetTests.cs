using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Silos.Stores;

namespace Silos.Postgres.Tests;

/// <summary>Tables that somebody else needs in the same schema: Orleans', in a cluster.</summary>
public sealed class MigrationSetTests
{
    private static readonly Migration First = new(1, "guests", "create table guest (id integer primary key); insert into guest values (7);");
    private static readonly Migration Second = new(2, "rooms", "alter table guest add room text;");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_set_is_applied_after_our_own_tables_and_once()
    {
        var schema = Postgres.NewSchema();
        await using var store = await StoreAsync(schema, First);

        var first = await store.MigrateAsync(Cancelled);
        var again = await store.MigrateAsync(Cancelled);

        Assert.Equal([new("silos", Migrator.NewestVersion, Migrator.NewestVersion), new MigrationOutcome("guests", 1, 1)], first);
        Assert.Equal([new("silos", Migrator.NewestVersion, 0), new MigrationOutcome("guests", 1, 0)], again);
        Assert.Equal(7, await ScalarAsync($"select id from {schema}.guest"));
    }

    [Fact]
    public async Task A_newer_program_applies_only_what_is_missing_and_an_older_one_is_refused_from_then_on()
    {
        var schema = Postgres.NewSchema();
        await using var older = await StoreAsync(schema, First);
        await using var newer = await StoreAsync(schema, First, Second);
        await older.MigrateAsync(Cancelled);

        Assert.Equal(1, (await newer.MigrateAsync(Cancelled))[1].Applied);
        var refusal = await Assert.ThrowsAsync<StartupException>(() => older.OpenAsync(exclusive: false, Cancelled).AsTask());

        Assert.Contains($"The tables 'guests' in schema '{schema}' are at version 2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("only up to 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_for_another_kind_of_store_and_no_set_at_all_leave_nothing_behind()
    {
        var schema = Postgres.NewSchema();
        await using var store = await StoreAsync(schema, "sqlite", First);

        Assert.Equal("silos", Assert.Single(await store.MigrateAsync(Cancelled)).Set);
        Assert.Equal(DBNull.Value, await ScalarAsync($"select to_regclass('{schema}.migration_of')::text"));
    }

    [Fact]
    public async Task Processes_that_start_together_apply_a_set_once()
    {
        var schema = Postgres.NewSchema();
        var stores = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StoreAsync(schema, First, Second)));

        var outcomes = await Task.WhenAll(stores.Select(store => store.MigrateAsync(Cancelled).AsTask()));

        Assert.Equal(2, outcomes.Sum(outcome => outcome[1].Applied));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_clock_of_the_server_moves_on_inside_a_session()
    {
        await using var store = await StoreAsync(Postgres.NewSchema());

        var first = await store.ReadClockAsync(Cancelled);
        var second = await store.ReadClockAsync(Cancelled);

        Assert.True(second > first, $"{first:O} {second:O}");
        Assert.Equal(TimeSpan.Zero, first.Offset);
    }

    private static Task<PostgresStore> StoreAsync(string schema, params Migration[] migrations) => StoreAsync(schema, "postgres", migrations);

    private static async Task<PostgresStore> StoreAsync(string schema, string kind, params Migration[] migrations) => new(
        await Postgres.ConnectionStringAsync(),
        new PostgresOptions { Schema = schema, LockWait = TimeSpan.Zero },
        NullLogger<PostgresStore>.Instance,
        migrations.Length == 0 ? [] : [new MigrationSet("guests", kind, migrations)]);

    private static async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync());
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
