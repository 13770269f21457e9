using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Silos.Sqlite.Storage;

/// <summary>One connection and its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = new(ReferenceComparer.Instance);

    private Connection(SqliteConnection connection) => _connection = connection;

    private sqlite3 Handle => _connection.Handle ?? throw new InvalidOperationException("The connection is closed.");

    /// <summary>Gets whether a transaction is open. SQLite ends one by itself after some errors, such as a full disk.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Opens a connection.</summary>
    /// <param name="connectionString">Where to.</param>
    /// <param name="configuration">The pragmas to begin with.</param>
    public static Connection Open(string connectionString, string configuration)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.CreateFunction(
                "silos_contains",
                (string? text, string? part) => text is not null && part is not null && text.Contains(part, StringComparison.OrdinalIgnoreCase),
                isDeterministic: true);
            var opened = new Connection(connection);
            opened.ExecuteScript(configuration);
            return opened;
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
    public void ExecuteScript(string script)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only embedded files are executed as scripts.
        command.CommandText = script;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }

    private Statement PrepareOnce(string sql, int flags)
    {
        var code = raw.sqlite3_prepare_v3(Handle, sql, (uint)flags, out var statement);
        SqliteException.ThrowExceptionForRC(code, Handle);
        return new Statement(Handle, statement);
    }

    /// <summary>The statements are constants, so the reference is the identity; hashing their text at every use would cost more than binding.</summary>
    private sealed class ReferenceComparer : IEqualityComparer<string>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(string? x, string? y) => ReferenceEquals(x, y);

        public int GetHashCode(string obj) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj);
    }
}
