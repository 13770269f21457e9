using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Silos.Sqlite.Storage;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, Statement> _statements = new(ReferenceComparer.Instance);

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 handle) => _handle = handle;

    /// <summary>Gets whether a transaction is open. SQLite ends one by itself after some errors, such as a full disk.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Opens a connection.</summary>
    /// <param name="location">Where to.</param>
    /// <param name="configuration">The pragmas to begin with.</param>
    /// <remarks>Without SQLite's own locks (NOMUTEX): one thread at a time uses a connection anyway, and every bind would take one.</remarks>
    public static Connection Open(Location location, string configuration)
    {
        const int Flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(location.Path ?? Location.Memory, out var handle, Flags, null);
        var connection = new Connection(handle);
        try
        {
            SqliteException.ThrowExceptionForRC(code, handle);
            SqliteException.ThrowExceptionForRC(
                raw.sqlite3_create_function(
                    handle, "silos_contains", 2, raw.SQLITE_UTF8 | raw.SQLITE_DETERMINISTIC, null, Contains),
                handle);
            connection.ExecuteScript(configuration);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gets a statement of <see cref="SqlText"/>, prepared once for this connection.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = PrepareOnce(sql, raw.SQLITE_PREPARE_PERSISTENT);
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Prepares a statement that was composed for this one use; the caller disposes it.</summary>
    public Statement PrepareOnce(string sql) => PrepareOnce(sql, 0);

    /// <summary>Executes a statement without values.</summary>
    public int Execute(string sql) => Prepare(sql).Execute();

    /// <summary>Executes several statements.</summary>
    public void ExecuteScript(string script) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_handle, script), _handle);

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    /// <summary>Whether a text contains another, whatever their case: SQLite's own functions know the case of ASCII only.</summary>
    private static void Contains(sqlite3_context context, object state, sqlite3_value[] values)
    {
        var contains = raw.sqlite3_value_type(values[0]) != raw.SQLITE_NULL
            && Text(values[0]).Contains(Text(values[1]), StringComparison.OrdinalIgnoreCase);
        raw.sqlite3_result_int(context, contains ? 1 : 0);

        static string Text(sqlite3_value value) => Encoding.UTF8.GetString(raw.sqlite3_value_blob(value));
    }

    private Statement PrepareOnce(string sql, int flags)
    {
        var code = raw.sqlite3_prepare_v3(_handle, sql, (uint)flags, out var statement);
        SqliteException.ThrowExceptionForRC(code, _handle);
        return new Statement(_handle, statement);
    }

    /// <summary>The statements are constants, so the reference is the identity; hashing their text at every use would cost more than binding.</summary>
    private sealed class ReferenceComparer : IEqualityComparer<string>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(string? x, string? y) => ReferenceEquals(x, y);

        public int GetHashCode(string obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
