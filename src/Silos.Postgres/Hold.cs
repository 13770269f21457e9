using Microsoft.Extensions.Logging;
using Npgsql;

namespace Silos.Postgres;

/// <summary>
/// Holds the store against other processes by a lock of a session, and hears of the inbox on the same connection. While
/// that connection is lost, nobody here may write: another process may have taken the store.
/// </summary>
internal sealed partial class Hold(Database database, ILogger logger) : IAsyncDisposable
{
    private static readonly string TryLock = SqlText.Get("Store/try_lock");
    private static readonly string WaitLock = SqlText.Get("Store/wait_lock");
    private static readonly string LockTimeout = SqlText.Get("Store/lock_timeout");
    private static readonly string LockHolder = SqlText.Get("Store/lock_holder");
    private static readonly string Listen = SqlText.Get("Store/listen");
    private static readonly string Terminate = SqlText.Get("Store/terminate");

    private readonly CancellationTokenSource _stop = new();
    private readonly int _key = KeyOf(database.Options.Schema);
    private NpgsqlConnection? _session;
    private int _processId;
    private Task _watch = Task.CompletedTask;
    private volatile string? _lost = "the store has not been opened";
    private bool _exclusive;
    private int _disposed;

    /// <summary>Raised with the number of a partition, or −1 for any.</summary>
    public event Action<int>? InboxChanged;

    /// <summary>Gets why the store is not held, or null while it is.</summary>
    public string? Lost => _lost;

    /// <summary>Throws while the store is not held.</summary>
    /// <exception cref="UnavailableException">The store is not held.</exception>
    public void Assert()
    {
        if (_lost is { } reason)
        {
            throw new UnavailableException($"Nothing is written to PostgreSQL: {reason}.");
        }
    }

    /// <summary>Takes the lock on an open session, which is kept.</summary>
    /// <exception cref="StartupException">Another process holds it.</exception>
    public async Task TakeAsync(NpgsqlConnection session, bool exclusive, CancellationToken cancellationToken)
    {
        _exclusive = exclusive;
        if (!await TryAsync(session, cancellationToken))
        {
            var holder = await HolderAsync(session, cancellationToken);
            LogWaiting(database.Options.Schema, holder?.Description ?? "another process", database.Options.LockWait);
            if (!await WaitAsync(session, cancellationToken))
            {
                holder = await HolderAsync(session, cancellationToken) ?? holder;
                throw new StartupException(
                    $"Schema '{database.Options.Schema}' is held by another process: {holder?.Description ?? "unknown"}. Stop that one first, or give this one another schema or database.");
            }
        }

        await ListenAsync(session, cancellationToken);
        _watch = WatchAsync(session);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        await _watch;
        if (_session is { } session)
        {
            await session.DisposeAsync();
        }

        _lost = "the store has been closed";
        _stop.Dispose();
    }

    /// <summary>Gets the second half of the lock's key: a hash of the schema that every version computes alike.</summary>
    private static int KeyOf(string schema)
    {
        var hash = 2166136261u;
        foreach (var letter in schema)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return unchecked((int)hash);
    }

    private async Task<bool> TryAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var taken = false;
        var batch = new SqlBatch();
        batch.AddRows(TryLock, row => taken = row.GetBoolean(0), SqlBatch.P(Migrator.LockClass), SqlBatch.P(_key), SqlBatch.P(_exclusive));
        await batch.RunAsync(session, cancellationToken);
        return taken;
    }

    /// <summary>Waits in the server, which wakes us as soon as it notices that the holder is gone.</summary>
    private async Task<bool> WaitAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var wait = (long)database.Options.LockWait.TotalMilliseconds;
        if (wait == 0)
        {
            return false;
        }

        try
        {
            await SetLockTimeoutAsync(session, wait, cancellationToken);
            var batch = new SqlBatch();
            batch.AddCheck(WaitLock, SqlBatch.P(Migrator.LockClass), SqlBatch.P(_key), SqlBatch.P(_exclusive));
            await batch.RunAsync(session, cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        finally
        {
            await SetLockTimeoutAsync(session, 0, cancellationToken);
        }
    }

    private static async Task SetLockTimeoutAsync(NpgsqlConnection session, long milliseconds, CancellationToken cancellationToken)
    {
        var batch = new SqlBatch();
        batch.AddCheck(LockTimeout, SqlBatch.Text(milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await batch.RunAsync(session, cancellationToken);
    }

    private async Task<(int ProcessId, string Description)?> HolderAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        (int, string)? holder = null;
        var batch = new SqlBatch();
        batch.AddRows(
            LockHolder,
            row =>
            {
                var since = row.IsDBNull(3) ? string.Empty : $", connected since {row.GetFieldValue<DateTimeOffset>(3):yyyy-MM-dd HH:mm:ss}Z";
                holder = (row.GetInt32(0), $"'{row.GetString(1)}' from {row.GetString(2)}, server process {row.GetInt32(0)}{since}");
            },
            SqlBatch.P(Migrator.LockClass),
            SqlBatch.P((long)_key));
        await batch.RunAsync(session, cancellationToken);
        return holder;
    }

    private async Task ListenAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        session.Notification += (_, notification) => InboxChanged?.Invoke(
            int.TryParse(notification.Payload, out var partition) ? partition : -1);
        var batch = new SqlBatch();
        batch.Add(Listen);
        await batch.RunAsync(session, cancellationToken);
        _session = session;
        _processId = session.ProcessID;
        _lost = null;
    }

    /// <summary>Notices when the session ends, and takes the lock again with a new one, unless somebody else has it.</summary>
    private async Task WatchAsync(NpgsqlConnection session)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await session.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
            {
                _lost = "the connection that holds the store was lost and is being made again";
                LogLost(exception, database.Options.Schema);
                await session.DisposeAsync();
                if (await RegainAsync() is not { } next)
                {
                    return;
                }

                session = next;
                LogRegained(database.Options.Schema);
                InboxChanged?.Invoke(-1);
            }
        }
    }

    private async Task<NpgsqlConnection?> RegainAsync()
    {
        // On the network's time, whatever the clock of the jobs does.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        try
        {
            while (await pause.WaitForNextTickAsync(_stop.Token))
            {
                if (await TryRegainAsync() is var (done, session) && done)
                {
                    return session;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Closing: nothing is held any more.
        }

        return null;
    }

    /// <summary>Tries once. Done without a session means that another process has the store for good.</summary>
    private async Task<(bool Done, NpgsqlConnection? Session)> TryRegainAsync()
    {
        NpgsqlConnection? session = null;
        try
        {
            session = await database.OpenSessionAsync(_stop.Token);
            if (await TryAsync(session, _stop.Token))
            {
                await ListenAsync(session, _stop.Token);
                return (true, session);
            }

            if (await HolderAsync(session, _stop.Token) is { } holder)
            {
                if (holder.ProcessId != _processId)
                {
                    _lost = $"another process has taken the store: {holder.Description}; restart this one when that one has stopped";
                    LogTaken(database.Options.Schema, holder.Description);
                    await session.DisposeAsync();
                    return (true, null);
                }

                // Our own former session, whose end the server has not noticed.
                var batch = new SqlBatch();
                batch.AddCheck(Terminate, SqlBatch.P(holder.ProcessId));
                await batch.RunAsync(session, _stop.Token);
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException)
        {
            LogStillLost(exception, database.Options.Schema);
        }

        if (session is not null)
        {
            await session.DisposeAsync();
        }

        return (false, null);
    }
}
