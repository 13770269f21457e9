using Npgsql;
using NpgsqlTypes;

namespace Silos.Postgres;

/// <summary>Statements that go to the server in one round trip and commit or fail together.</summary>
internal sealed class SqlBatch
{
    private readonly List<(string Sql, NpgsqlParameter[] Parameters, Func<NpgsqlDataReader, CancellationToken, ValueTask>? Read)> _statements = [];

    public int Count => _statements.Count;

    /// <summary>Adds a statement that returns no rows.</summary>
    public void Add(string sql, params NpgsqlParameter[] parameters) => _statements.Add((sql, parameters, null));

    /// <summary>Adds a statement whose rows are read.</summary>
    public void AddQuery(
        string sql, Func<NpgsqlDataReader, CancellationToken, ValueTask> read, params NpgsqlParameter[] parameters) =>
        _statements.Add((sql, parameters, read));

    /// <summary>Adds a statement whose rows say nothing: it raises an error or succeeds.</summary>
    public void AddCheck(string sql, params NpgsqlParameter[] parameters) => AddRows(sql, static _ => { }, parameters);

    /// <summary>Adds a statement and calls back for each of its rows.</summary>
    public void AddRows(string sql, Action<NpgsqlDataReader> row, params NpgsqlParameter[] parameters) => AddQuery(
        sql,
        async (reader, cancellationToken) =>
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                row(reader);
            }
        },
        parameters);

    /// <summary>Runs on a connection of its own: one implicit transaction.</summary>
    public async ValueTask RunAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await RunAsync(connection, cancellationToken);
    }

    /// <summary>Runs on a connection, in its transaction if it has one.</summary>
    public async ValueTask RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (sql, parameters, _) in _statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            foreach (var parameter in parameters)
            {
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (_, _, read) in _statements)
        {
            // The reader stops only at statements that return rows.
            if (read is not null)
            {
                await read(reader, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
            }
        }

        // An error of a statement without rows shows only when the last result has been passed.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }
    }

    public static NpgsqlParameter P<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static NpgsqlParameter Text(string? value) => new NpgsqlParameter<string?> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    /// <summary>Makes a column of texts. One without any value travels empty: <c>unnest</c> fills shorter columns up with nulls.</summary>
    public static NpgsqlParameter Texts(string?[] values) => new NpgsqlParameter<string?[]>
    {
        TypedValue = Array.TrueForAll(values, static value => value is null) ? [] : values,
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
    };

    public static NpgsqlParameter Instant(DateTimeOffset? value) => new NpgsqlParameter { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Instants(DateTimeOffset[] values) => new NpgsqlParameter<DateTimeOffset[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    /// <summary>Makes a column of instants; see <see cref="Texts"/>.</summary>
    public static NpgsqlParameter Instants(DateTimeOffset?[] values) => new NpgsqlParameter<DateTimeOffset?[]>
    {
        TypedValue = Array.TrueForAll(values, static value => value is null) ? [] : values,
        NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
    };
}
