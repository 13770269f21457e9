namespace Silos.Sqlite.Storage;

/// <summary>The open database: one writer, and readers beside it.</summary>
internal sealed class Database : IDisposable
{
    private readonly Writer _writer;
    private readonly Readers? _readers;

    private Database(Writer writer, Readers? readers)
    {
        _writer = writer;
        _readers = readers;
    }

    /// <summary>Opens and migrates a database.</summary>
    /// <exception cref="StartupException">It cannot be opened or is not ours; the message says what to do.</exception>
    public static Database Open(Location location)
    {
        var connection = Connection.Open(location, SqlText.Schema.ConfigureWriter);
        try
        {
            Schema.Migrate(connection, location);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        // A database in memory belongs to its connection, so its writer reads as well.
        return new Database(new Writer(connection), location.Path is null ? null : new Readers(location));
    }

    /// <inheritdoc cref="Writer.WriteAsync"/>
    public Task<T> WriteAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(work, cancellationToken);

    /// <summary>Reads; sees everything that was confirmed before the call.</summary>
    public Task<T> ReadAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken) =>
        _readers?.ReadAsync(work, cancellationToken) ?? _writer.WriteAsync(work, cancellationToken);

    public void Dispose()
    {
        // The writer last: closing the last connection folds the log into the file.
        _readers?.Dispose();
        _writer.Dispose();
    }
}
