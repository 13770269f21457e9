using Npgsql;
using Silos.Testing;

namespace Silos.Postgres.Tests;

/// <summary>An acknowledgement means that a crash loses nothing, whatever the server was told.</summary>
public sealed class DurabilityTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("off", "on")]
    [InlineData("local", "on")]
    [InlineData("on", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task Every_session_commits_durably_even_where_the_database_says_otherwise(string given, string used)
    {
        var server = await PostgresServer.SharedAsync();
        var connection = await server.CreateDatabaseAsync(Cancelled);
        try
        {
            var name = new NpgsqlConnectionStringBuilder(connection).Database;
            await server.SqlAsync("postgres", $"alter database {name} set synchronous_commit = {given}", Cancelled);
            await using var database = new Database(connection, new PostgresOptions());
            await using var session = await database.OpenSessionAsync(Cancelled);
            await using var writer = await database.Writes.OpenConnectionAsync(Cancelled);
            await using var reader = await database.Reads.OpenConnectionAsync(Cancelled);
            foreach (var one in new[] { session, writer, reader })
            {
                await using var command = new NpgsqlCommand("show synchronous_commit", one);
                Assert.Equal(used, await command.ExecuteScalarAsync(Cancelled));
            }
        }
        finally
        {
            await server.DropDatabaseAsync(connection, Cancelled);
        }
    }
}
