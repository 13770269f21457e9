using Microsoft.Data.Sqlite;
using Silos.Sqlite.Audit;
using Silos.Sqlite.Jobs;
using Silos.Sqlite.Keys;
using Silos.Sqlite.Runs;
using Silos.Sqlite.Settings;
using Silos.Sqlite.Stats;
using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite;

/// <summary>A store in one SQLite file: the default of a single process.</summary>
internal sealed class SqliteStore : ISilosStore
{
    private readonly Location _location;
    private FileHold? _hold;
    private Database? _database;

    public SqliteStore(string pathOrConnectionString)
    {
        _location = Location.Parse(pathOrConnectionString);
        Jobs = new SqliteJobStore(this);
        Runs = new SqliteRunStore(this);
        Reader = new SqliteRunReader(this);
        Journal = new SqliteRunJournal(this);
        Stats = new SqliteRunStats(this);
        Settings = new SqliteSettingStore(this);
        Keys = new SqliteKeyStore(this);
        Audit = new SqliteAuditStore(this);
    }

    /// <inheritdoc/>
    public string Kind => "sqlite";

    /// <inheritdoc/>
    public IJobStore Jobs { get; }

    /// <inheritdoc/>
    public IRunStore Runs { get; }

    /// <inheritdoc/>
    public IRunReader Reader { get; }

    /// <inheritdoc/>
    public IRunJournal Journal { get; }

    /// <inheritdoc/>
    public IRunStats Stats { get; }

    /// <inheritdoc/>
    public ISettingStore Settings { get; }

    /// <inheritdoc/>
    public IKeyStore Keys { get; }

    /// <inheritdoc/>
    public IAuditStore Audit { get; }

    /// <summary>Gets the open database.</summary>
    /// <exception cref="UnavailableException">The store is not open.</exception>
    internal Database Database => _database ?? throw new UnavailableException("The SQLite store is not open.");

    /// <inheritdoc/>
    public ValueTask OpenAsync(bool exclusive, CancellationToken cancellationToken)
    {
        if (_database is not null)
        {
            return default;
        }

        _location.Check();
        if (exclusive && _location.Path is { } path)
        {
            _hold = FileHold.Take(path);
        }

        try
        {
            _database = Database.Open(_location);
        }
        catch (Exception exception)
        {
            _hold?.Dispose();
            _hold = null;
            if (exception is SqliteException error)
            {
                throw Explain(error);
            }

            throw;
        }

        return default;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        if (_database is not { } database || _hold is { IsHeld: false } || (_location.Path is { } path && !File.Exists(path)))
        {
            return false;
        }

        try
        {
            return await database.ReadAsync(connection => connection.Prepare(SqlText.Schema.Ping).Any(), cancellationToken);
        }
        catch (Exception exception) when (exception is SqliteException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _database?.Dispose();
        _database = null;
        _hold?.Dispose();
        _hold = null;
        return default;
    }

    private StartupException Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_NOTADB => new StartupException(
            $"'{_location.Path}' is not an SQLite database. Give another path, or move the file away.", error),
        SQLitePCL.raw.SQLITE_CORRUPT => new StartupException(
            $"The SQLite database '{_location.Path}' is damaged ({error.Message}). Restore it from a copy, or give another path.", error),
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM => new StartupException(
            $"The SQLite database '{_location.Path}' cannot be written ({error.Message}). Make file and directory writable for this user, or give another path.", error),
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new StartupException(
            $"Another program is writing to the SQLite database '{_location.Path}'. Stop it, or give this process a database of its own.", error),
        _ => new StartupException($"The SQLite database '{_location.Path}' cannot be opened: {error.Message}", error),
    };
}
