using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Postgres.Tests;

public sealed class HoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_process_is_refused_and_told_who_holds_the_schema()
    {
        var schema = Postgres.NewSchema();
        await using var first = await Postgres.StoreAsync(schema);
        await first.OpenAsync(exclusive: true, Cancelled);
        await using var second = await Postgres.StoreAsync(schema);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => second.OpenAsync(exclusive: true, Cancelled).AsTask());

        Assert.Matches(
            $"^Schema '{schema}' is held by another process: 'silos' from 127\\.0\\.0\\.1, server process [0-9]+, connected since .+Z\\. Stop that one first",
            refusal.Message);
        Assert.True(await first.IsReachableAsync(Cancelled));
        Assert.False(await second.IsReachableAsync(Cancelled));
    }

    [Fact]
    public async Task A_process_that_shares_is_refused_by_one_that_does_not_and_the_other_way_round()
    {
        var schema = Postgres.NewSchema();
        await using var sharing = await Postgres.StoreAsync(schema);
        await using var alsoSharing = await Postgres.StoreAsync(schema);
        await using var alone = await Postgres.StoreAsync(schema);
        await sharing.OpenAsync(exclusive: false, Cancelled);
        await alsoSharing.OpenAsync(exclusive: false, Cancelled);
        await Assert.ThrowsAsync<StartupException>(() => alone.OpenAsync(exclusive: true, Cancelled).AsTask());
        await sharing.DisposeAsync();
        await alsoSharing.DisposeAsync();

        await alone.OpenAsync(exclusive: true, Cancelled);

        await using var late = await Postgres.StoreAsync(schema);
        await Assert.ThrowsAsync<StartupException>(() => late.OpenAsync(exclusive: false, Cancelled).AsTask());
    }

    [Fact]
    public async Task A_restart_waits_until_the_server_has_noticed_the_end_of_the_previous_process()
    {
        var schema = Postgres.NewSchema();
        var first = await Postgres.StoreAsync(schema);
        await first.OpenAsync(exclusive: true, Cancelled);
        await using var second = new PostgresStore(
            await Postgres.ConnectionStringAsync(), new PostgresOptions { Schema = schema }, NullLogger<PostgresStore>.Instance);

        var opening = second.OpenAsync(exclusive: true, Cancelled).AsTask();
        await UntilAsync($"select count(*) from pg_locks where locktype = 'advisory' and not granted and classid = {Migrator.LockClass}", "1");
        Assert.False(opening.IsCompleted);
        await first.DisposeAsync();

        await opening;
        Assert.True(await second.IsReachableAsync(Cancelled));
    }

    [Fact]
    public async Task Nothing_is_written_from_the_loss_of_the_holding_connection_until_it_is_regained()
    {
        var server = await PostgresServer.StartAsync(Cancelled);
        await using var own = server;
        var database = await server.CreateDatabaseAsync(Cancelled);
        await using var store = await Postgres.StoreAsync("silos", connectionString: database);
        await store.OpenAsync(exclusive: true, Cancelled);
        var heard = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.InboxChanged += partition => heard.TrySetResult(partition);

        await server.StopAsync(crash: true, Cancelled);

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => PostAsync(store));
        Assert.True(refusal is UnavailableException or NpgsqlException, refusal.ToString());
        Assert.False(await store.IsReachableAsync(Cancelled));

        await server.StartAgainAsync(Cancelled);

        // The store says that notifications may have been lost as soon as it holds the schema again.
        Assert.Equal(-1, await heard.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled));
        Assert.True(await store.IsReachableAsync(Cancelled));
        await PostAsync(store);
    }

    [Fact]
    public async Task A_process_whose_schema_was_taken_meanwhile_writes_nothing_any_more()
    {
        var schema = Postgres.NewSchema();
        var database = await Postgres.ConnectionStringAsync();
        var log = new TakenLog();
        await using var store = await Postgres.StoreAsync(schema, log);
        await store.OpenAsync(exclusive: true, Cancelled);
        await using var thief = new PostgresStore(
            database, new PostgresOptions { Schema = schema, ApplicationName = "thief" }, NullLogger<PostgresStore>.Instance);
        var theft = thief.OpenAsync(exclusive: true, Cancelled).AsTask();
        var waits = $"select count(*) from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and a.application_name = 'thief' and l.classid = {Migrator.LockClass} and ";
        await UntilAsync(waits + "not granted", "1");

        // The thief waits in the queue of the lock, so it has it the moment the holder's session ends.
        await SqlAsync($"select pg_terminate_backend(h.pid) from pg_locks h join pg_locks w on w.locktype = 'advisory' and w.objid = h.objid and w.classid = h.classid and not w.granted join pg_stat_activity a on a.pid = w.pid and a.application_name = 'thief' where h.locktype = 'advisory' and h.granted");
        await theft;

        await log.Taken.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancelled);
        var refusal = await Assert.ThrowsAsync<UnavailableException>(() => PostAsync(store));
        Assert.Contains("another process has taken the store: 'thief'", refusal.Message, StringComparison.Ordinal);
        Assert.False(await store.IsReachableAsync(Cancelled));
        await PostAsync(thief);
    }

    private static async Task PostAsync(PostgresStore store)
    {
        var run = new NewRun { Id = RunId.New(Noon), Tenant = TenantId.Default, Handler = "work", DueAt = Noon, EnqueuedAt = Noon };
        Assert.Equal(EnqueueKind.Accepted, Assert.Single(await store.Runs.PostAsync([run], Cancelled)).Kind);
    }

    private static async Task UntilAsync(string sql, string wanted)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var tries = 0; await SqlAsync(sql) != wanted; tries++)
        {
            Assert.True(tries < 3_000, $"This did not come true: {sql} = {wanted}");
            await pause.WaitForNextTickAsync(Cancelled);
        }
    }

    private static async Task<string?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await Postgres.ConnectionStringAsync());
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancelled))?.ToString();
    }
}
