using System.Collections.Concurrent;

namespace Silos.Sqlite.Storage;

/// <summary>A few connections that only read, beside the writer: in WAL mode neither waits for the other.</summary>
internal sealed class Readers(Location location) : IDisposable
{
    private const int Most = 4;
    private readonly SemaphoreSlim _free = new(Most, Most);
    private readonly ConcurrentBag<Connection> _idle = [];
    private volatile bool _closed;

    /// <summary>Reads on the thread pool, because SQLite blocks its thread.</summary>
    public async Task<T> ReadAsync<T>(Func<Connection, T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(work), cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private T Read<T>(Func<Connection, T> work)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        if (!_idle.TryTake(out var connection))
        {
            connection = Connection.Open(location, SqlText.Schema.ConfigureReader);
        }

        try
        {
            return work(connection);
        }
        finally
        {
            _idle.Add(connection);
            if (_closed && _idle.TryTake(out var late))
            {
                late.Dispose();
            }
        }
    }
}
