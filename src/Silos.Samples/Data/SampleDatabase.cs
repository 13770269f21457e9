using Microsoft.Data.Sqlite;

namespace Silos.Samples.Data;

/// <summary>The SQLite file with the samples' own tables; nothing of Silos is in it.</summary>
internal sealed class SampleDatabase(string path)
{
    private static readonly string[] Schemas = ["School/Sql/schema", "Credits/Sql/schema", "Billing/Sql/schema"];

    private readonly string _connection = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Pooling = false,
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>Gets the file.</summary>
    public string Path => path;

    /// <summary>Opens a connection.</summary>
    /// <exception cref="OperationCanceledException">The token is cancelled already.</exception>
    public async Task<Session> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = new SqliteConnection(_connection);
        await connection.OpenAsync(cancellationToken);
        return new Session(connection);
    }

    /// <summary>Creates the tables that are missing.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        await session.InTransactionAsync(
            async () =>
            {
                foreach (var schema in Schemas)
                {
                    await session.Command(schema).ExecuteAsync(cancellationToken);
                }

                return Schemas.Length;
            },
            cancellationToken);
    }
}
