using System.Data.Common;
using System.Runtime.CompilerServices;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>Reads the rows of a table or a query as they come from the database.</summary>
internal sealed class SqlSource(DataConnection connection, string statement, string label) : IRowSource
{
    private DbConnection? _connection;
    private DbCommand? _command;
    private DbDataReader? _reader;
    private Columns? _columns;

    public int Percent => 0;

    public static SqlSource Table(TableEndpoint table) => new(
        table.Connection, SqlText.Load("read-table.sql", ("table", SqlText.QuoteTable(table.Table))), table.Label);

    public static SqlSource Query(QueryEndpoint query) => new(query.Connection, query.Query, query.Label);

    public async Task<Columns?> OpenAsync(CancellationToken cancellationToken)
    {
        _connection = connection.Create();
        await _connection.OpenAsync(cancellationToken);
        _command = _connection.CreateCommand();
        _command.CommandText = statement;

        // The run's own time limit ends a query that takes too long.
        _command.CommandTimeout = 0;
        try
        {
            _reader = await _command.ExecuteReaderAsync(cancellationToken);
        }
        catch (DbException exception) when (!exception.IsTransient)
        {
            throw new NonRetryableException($"'{label}' cannot be read: {exception.Message}", exception);
        }

        _columns = new Columns([.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetName)], isFixed: true);
        return _columns;
    }

    public async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var line = 0L;
        while (await _reader!.ReadAsync(cancellationToken))
        {
            yield return Take(++line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _reader.DisposeAsync();
        }

        if (_command is not null)
        {
            await _command.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private SourceRow Take(long line)
    {
        var values = new object?[_columns!.Count];
        for (var i = 0; i < values.Length; i++)
        {
            try
            {
                var value = _reader!.GetValue(i);
                values[i] = value is DBNull ? null : value;
            }
            catch (Exception exception) when (exception is OverflowException or InvalidCastException or FormatException)
            {
                return SourceRow.Bad(line, $"{_columns.Names[i]} cannot be read: {exception.Message}", $"row {line} of {label}");
            }
        }

        return SourceRow.Good(new Row(line, _columns, values));
    }
}
