using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using Silos.Runs;
using SQLitePCL;

namespace Silos.Sqlite.Storage;

/// <summary>A prepared statement: values are bound in order, rows are read by column.</summary>
/// <remarks>
/// Straight on SQLite's own functions: binding and stepping cost a fraction of what they do through ADO.NET, which looks every
/// parameter up by name and boxes every value, and writing runs is nothing but binding and stepping.
/// </remarks>
internal sealed class Statement(sqlite3 database, sqlite3_stmt statement) : IDisposable
{
    private const int Small = 512;
    private int _next;

    public Statement Bind(long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(statement, ++_next, number) : raw.sqlite3_bind_null(statement, ++_next));
        return this;
    }

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(DateTimeOffset? value) => Bind(value?.ToUnixTimeMilliseconds());

    public Statement Bind(JsonText? value) => Bind(value?.Text);

    public Statement Bind(string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(statement, ++_next));
            return this;
        }

        // By length, not up to a NUL: text may contain one.
        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (longest <= Small)
        {
            Span<byte> utf8 = stackalloc byte[Small];
            Check(raw.sqlite3_bind_text(statement, ++_next, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
            return this;
        }

        var rented = ArrayPool<byte>.Shared.Rent(longest);
        Check(raw.sqlite3_bind_text(statement, ++_next, rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented))));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    public Statement Bind(RunId? value) => value is { } id ? Bind(id.Value) : Bind((string?)null);

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(statement, ++_next, bytes));
        return this;
    }

    /// <summary>Moves to the next row. At the end the statement is ready for its next use.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset();
        Check(code == raw.SQLITE_DONE ? raw.SQLITE_OK : code);
        return false;
    }

    /// <summary>Executes a statement that gives no rows and tells how many it changed.</summary>
    public int Execute()
    {
        while (Step())
        {
            // Rows of a statement that is executed for its effect are of no interest.
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>Reads all rows.</summary>
    public List<T> ReadAll<T>(Func<Statement, T> read) => ReadUntil(read, static _ => false);

    /// <summary>Reads rows, the last being the one that is enough.</summary>
    public List<T> ReadUntil<T>(Func<Statement, T> read, Predicate<T> isEnough)
    {
        var rows = new List<T>();
        try
        {
            while (Step())
            {
                rows.Add(read(this));
                if (isEnough(rows[^1]))
                {
                    break;
                }
            }
        }
        finally
        {
            Reset();
        }

        return rows;
    }

    /// <summary>Reads the first row, or gives the default if there is none.</summary>
    public T? ReadFirst<T>(Func<Statement, T> read)
    {
        try
        {
            return Step() ? read(this) : default;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Tells whether there is a row.</summary>
    public bool Any() => ReadFirst(static _ => true);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int(int column) => raw.sqlite3_column_int(statement, column);

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int? IntOrNull(int column) => IsNull(column) ? null : Int(column);

    // The bytes of a text are its UTF-8, and their number counts, not a NUL among them.
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public JsonText? JsonOrNull(int column) => IsNull(column) ? null : JsonText.Trusted(Text(column));

    public DateTimeOffset Instant(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public DateTimeOffset? InstantOrNull(int column) => IsNull(column) ? null : Instant(column);

    public Guid Guid(int column) => new(raw.sqlite3_column_blob(statement, column), bigEndian: true);

    public RunId Id(int column) => new(Guid(column));

    public RunId? IdOrNull(int column) => IsNull(column) ? null : Id(column);

    /// <summary>Makes the statement ready for its next use.</summary>
    public void Reset()
    {
        _next = 0;
        // The result repeats the error of the last step, which Step has reported.
        _ = raw.sqlite3_reset(statement);
    }

    public void Dispose() => statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            _next = 0;
            SqliteException.ThrowExceptionForRC(code, database);
        }
    }
}
