using Microsoft.Data.Sqlite;
using Silos.Sqlite.Storage;

namespace Silos.Sqlite.Tests;

public sealed class WriterTests : IAsyncDisposable
{
    private readonly Database _database = Database.Open(Location.Parse(":memory:"));
    private readonly ManualResetEventSlim _gate = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        _gate.Set();
        _database.Dispose();
        _gate.Dispose();
        return default;
    }

    [Fact]
    public async Task Work_that_fails_is_taken_back_alone()
    {
        var first = Hold();
        var good = SaveAsync("a");
        var bad = _database.WriteAsync<int>(
            connection =>
            {
                Save(connection, "b");
                throw new InvalidOperationException("broken");
            },
            Cancelled);
        var after = SaveAsync("c");
        _gate.Set();

        await Task.WhenAll(first, good, after);
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        Assert.Equal(["a", "c"], await KeysAsync());
    }

    [Fact]
    public async Task Work_alone_that_fails_is_taken_back()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _database.WriteAsync<int>(
            connection =>
            {
                Save(connection, "b");
                throw new InvalidOperationException("broken");
            },
            Cancelled));

        Assert.Empty(await KeysAsync());
        await SaveAsync("a");
        Assert.Equal(["a"], await KeysAsync());
    }

    [Fact]
    public async Task When_the_whole_transaction_is_gone_everybody_is_told()
    {
        var first = Hold();
        var before = SaveAsync("a");
        var fatal = _database.WriteAsync<int>(
            connection =>
            {
                // What SQLite does by itself on a full disk.
                connection.Execute(SqlText.Schema.Rollback);
                throw new InvalidOperationException("disk full");
            },
            Cancelled);
        var after = SaveAsync("c");
        _gate.Set();
        await first;

        foreach (var task in (Task[])[before, fatal, after])
        {
            Assert.Equal("disk full", (await Assert.ThrowsAsync<InvalidOperationException>(() => task)).Message);
        }

        Assert.Empty(await KeysAsync());
    }

    [Fact]
    public async Task Work_that_is_cancelled_while_it_waits_is_not_done()
    {
        using var cancellation = new CancellationTokenSource();
        var first = Hold();
        var cancelled = _database.WriteAsync(connection => Save(connection, "a"), cancellation.Token);
        var other = SaveAsync("b");
        await cancellation.CancelAsync();
        _gate.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Task.WhenAll(first, other);
        Assert.Equal(["b"], await KeysAsync());
    }

    [Fact]
    public async Task A_broken_constraint_is_an_error_and_the_statement_can_be_used_again()
    {
        await Assert.ThrowsAsync<SqliteException>(() => _database.WriteAsync(
            connection => connection.Prepare(SqlText.Settings.Insert).Bind("k").Bind("x").Bind((string?)null).Execute(), Cancelled));

        await SaveAsync("a");
        Assert.Equal(["a"], await KeysAsync());
    }

    private static int Save(Connection connection, string key) =>
        connection.Prepare(SqlText.Settings.Insert).Bind("k").Bind(key).Bind("1").Execute();

    /// <summary>Keeps the writer busy, so that what follows gathers in one batch.</summary>
    private Task<bool> Hold()
    {
        using var begun = new ManualResetEventSlim();
        var held = _database.WriteAsync(
            _ =>
            {
                begun.Set();
                _gate.Wait(Cancelled);
                return true;
            },
            Cancelled);
        begun.Wait(Cancelled);
        return held;
    }

    private Task<int> SaveAsync(string key) => _database.WriteAsync(connection => Save(connection, key), Cancelled);

    private Task<List<string>> KeysAsync() => _database.ReadAsync(
        connection => connection.Prepare(SqlText.Settings.List).Bind("k").ReadAll(row => row.Text(1)), Cancelled);
}
