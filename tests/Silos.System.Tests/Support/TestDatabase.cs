using System.Data.Common;
using Silos.Testing;

namespace Silos.Tests.Hosts;

/// <summary>A database of its own on the server of the test run; dropped at the end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private TestDatabase(PostgresServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<TestDatabase> CreateAsync(CancellationToken cancellationToken)
    {
        var server = await PostgresServer.SharedAsync();
        return new TestDatabase(server, await server.CreateDatabaseAsync(cancellationToken));
    }

    /// <summary>Runs SQL as a stranger to Silos would, and returns what it prints.</summary>
    public Task<string> SqlAsync(string sql, CancellationToken cancellationToken) => _server.SqlAsync(
        new DbConnectionStringBuilder { ConnectionString = ConnectionString }["Database"].ToString()!, sql, cancellationToken);

    public async ValueTask DisposeAsync() => await _server.DropDatabaseAsync(ConnectionString, CancellationToken.None);
}
