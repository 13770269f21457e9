using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Silos.Deploy.Tests.Support;
using Silos.Postgres;
using Silos.Testing;

namespace Silos.Deploy.Tests.Machines;

public sealed class QueueLatencyTests : IAsyncLifetime
{
    private NpgsqlDataSource _database = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Token);
        await using (var store = new PostgresStore(connection, null, NullLogger<PostgresStore>.Instance))
        {
            await store.OpenAsync(exclusive: false, Token);
        }

        _database = NpgsqlDataSource.Create(connection);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_oldest_run_that_may_start_counts()
    {
        Assert.Equal(0, await OldestAsync());

        await WaitingAsync("default", secondsAgo: 30);
        await WaitingAsync("reports", secondsAgo: 90);
        await SqlAsync("select silos.enqueue('later', run_at => now() + interval '1 hour')");
        Assert.InRange(await OldestAsync(), 90, 120);

        // What is paused starts no sooner with more silos.
        await SqlAsync("""insert into silos.setting (kind, key, version, value) values ('queue', 'default/reports', 1, '{"pause":{"by":"me"},"limits":null}')""");
        Assert.InRange(await OldestAsync(), 30, 60);
        await SqlAsync("""update silos.setting set value = '{"pause":null,"limits":{}}'""");
        Assert.InRange(await OldestAsync(), 90, 120);
        await SqlAsync("""insert into silos.setting (kind, key, version, value) values ('pause', '*', 1, '{"by":"me"}')""");
        Assert.Equal(0, await OldestAsync());
    }

    [Fact]
    public async Task A_run_that_executes_does_not_wait()
    {
        await WaitingAsync("default", secondsAgo: 30);
        await SqlAsync(
            """
            with adopted as (delete from silos.inbox returning *)
            insert into silos.run (id, due_at, enqueued_at, partition, state, priority, max_attempts, tenant, queue, handler)
            select id, due_at, enqueued_at, partition, 1, priority, max_attempts, tenant, queue, handler from adopted
            """);
        Assert.InRange(await OldestAsync(), 30, 60);

        await SqlAsync(
            """
            insert into silos.claim (id, started_at, partition, worker, run_ids, tokens)
            select gen_random_uuid(), now(), partition, 'w', array[id], array[token + 1] from silos.run
            """);
        Assert.Equal(0, await OldestAsync());
    }

    private Task WaitingAsync(string queue, int secondsAgo) => SqlAsync(
        $"""
        select silos.enqueue('report', queue => '{queue}');
        update silos.inbox set due_at = now() - interval '{secondsAgo} seconds', enqueued_at = now() - interval '{secondsAgo} seconds' where queue = '{queue}'
        """);

    private async Task SqlAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<double> OldestAsync()
    {
        await using var command = _database.CreateCommand(QueueLatency.Query);
        await using var reader = await command.ExecuteReaderAsync(Token);
        Assert.True(await reader.ReadAsync(Token));
        Assert.Equal(QueueLatency.Column, reader.GetName(0));
        return reader.GetDouble(0);
    }
}
