using Silos.Hosting;
using Silos.Testing;

namespace Silos.Web.Tests.Hosts;

/// <summary>Standalone on a database of its own on a real PostgreSQL.</summary>
public sealed class PostgresApiHost : StandaloneApiHost
{
    private string _database = string.Empty;

    /// <inheritdoc/>
    public override string Name => "standalone on PostgreSQL";

    /// <inheritdoc/>
    protected override async Task<HostArguments> ArgumentsAsync()
    {
        var server = await PostgresServer.SharedAsync();
        _database = await server.CreateDatabaseAsync(CancellationToken.None);
        return new HostArguments { Store = "postgres", Database = _database };
    }

    /// <inheritdoc/>
    protected override async Task CleanAsync() =>
        await (await PostgresServer.SharedAsync()).DropDatabaseAsync(_database, CancellationToken.None);
}
