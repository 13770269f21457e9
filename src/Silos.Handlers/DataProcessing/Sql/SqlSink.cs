using System.Data;
using System.Data.Common;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Sql;

/// <summary>Writes rows into a table, all in one transaction: after a failed or cancelled run the table is what it was.</summary>
/// <remarks>
/// Rows go in batches with a savepoint before each. When the database refuses one of a batch, the batch is taken back and
/// written again row by row, so that only the refused ones are bad.
/// </remarks>
internal sealed class SqlSink(TableEndpoint target, int batchSize, BadRows bad) : IRowSink
{
    private const string Savepoint = "silos_batch";
    private const int MaxStatements = 100;

    private readonly Dictionary<Columns, SqlInsert> _inserts = [];
    private readonly List<(Row Row, SqlInsert Insert, object[] Values)> _batch = [];
    private Dictionary<string, SqlColumn> _columns = new(StringComparer.Ordinal);
    private DbConnection? _connection;
    private DbTransaction? _transaction;

    public long Written { get; private set; }

    public async Task OpenAsync(Columns? columns, CancellationToken cancellationToken)
    {
        _connection = target.Connection.Create();
        await _connection.OpenAsync(cancellationToken);
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        try
        {
            _columns = await ProbeAsync(cancellationToken);
            if (target.Replace)
            {
                await using var empty = Command(SqlText.Load("empty-table.sql", ("table", SqlText.QuoteTable(target.Table))));
                await empty.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        catch (DbException exception) when (!exception.IsTransient)
        {
            throw new NonRetryableException($"'{target.Label}' cannot be written: {exception.Message}", exception);
        }

        foreach (var key in target.Key.Where(key => !_columns.ContainsKey(key)))
        {
            throw new NonRetryableException($"payload.target.key '{FieldProblem.Shorten(key)}' must be a column; the columns are {Names()}.");
        }

        if (columns?.Names.FirstOrDefault(name => !_columns.ContainsKey(name)) is { } unknown)
        {
            throw new NonRetryableException(
                $"Column '{FieldProblem.Shorten(unknown)}' is not in {target.Label}, which has {Names()}; use 'rename' or 'select'.");
        }
    }

    public async ValueTask WriteAsync(Row row, CancellationToken cancellationToken)
    {
        var insert = await InsertForAsync(row.Columns, cancellationToken);
        var values = new object[insert.Columns.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = SqlValues.Convert(row.Values[i], insert.Columns[i]);
        }

        _batch.Add((row, insert, values));
        if (_batch.Count >= batchSize)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        if (await TryAsync(0, _batch.Count, cancellationToken) is not null)
        {
            for (var i = 0; i < _batch.Count; i++)
            {
                if (await TryAsync(i, 1, cancellationToken) is { } problem)
                {
                    await bad.AddAsync(_batch[i].Row.Line, problem, null, _batch[i].Row);
                }
            }
        }

        _batch.Clear();
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => _transaction!.CommitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var insert in _inserts.Values)
        {
            await insert.Command.DisposeAsync();
        }

        // What is not committed is rolled back.
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    /// <summary>Writes some rows of the batch; takes them back and says why if the database refuses one.</summary>
    private async Task<string?> TryAsync(int first, int count, CancellationToken cancellationToken)
    {
        await _transaction!.SaveAsync(Savepoint, cancellationToken);
        try
        {
            for (var i = first; i < first + count; i++)
            {
                await _batch[i].Insert.ExecuteAsync(_batch[i].Values, cancellationToken);
            }
        }
        catch (DbException exception) when (IsAboutRows(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _transaction.RollbackAsync(Savepoint, cancellationToken);
            return ResultText.OneLine(exception.Message, 500);
        }

        await _transaction.ReleaseAsync(Savepoint, cancellationToken);
        Written += count;
        return null;
    }

    private bool IsAboutRows(DbException exception) =>
        !exception.IsTransient && _transaction!.SupportsSavepoints && _connection!.State == ConnectionState.Open;

    private async Task<SqlInsert> InsertForAsync(Columns shape, CancellationToken cancellationToken)
    {
        if (_inserts.TryGetValue(shape, out var known))
        {
            return known;
        }

        if (shape.Names.FirstOrDefault(name => !_columns.ContainsKey(name)) is { } unknown)
        {
            throw new BadRowException($"field '{FieldProblem.Shorten(unknown)}' is not a column of the target, which are {Names()}");
        }

        if (target.Key.FirstOrDefault(key => shape.IndexOf(key) < 0) is { } missing)
        {
            throw new BadRowException($"has no '{missing}', which is part of the key");
        }

        if (shape.Count == 0)
        {
            throw new BadRowException("has no fields");
        }

        if (_inserts.Count >= MaxStatements)
        {
            await FlushAsync(cancellationToken);
            foreach (var insert in _inserts.Values)
            {
                await insert.Command.DisposeAsync();
            }

            _inserts.Clear();
        }

        var made = SqlInsert.Create(target, [.. shape.Names.Select(name => _columns[name])], Command(string.Empty));
        _inserts.Add(shape, made);
        return made;
    }

    private async Task<Dictionary<string, SqlColumn>> ProbeAsync(CancellationToken cancellationToken)
    {
        await using var probe = Command(SqlText.Load("probe-table.sql", ("table", SqlText.QuoteTable(target.Table))));
        await using var reader = await probe.ExecuteReaderAsync(cancellationToken);
        return SqlColumn.Of(reader).ToDictionary(column => column.Name, StringComparer.Ordinal);
    }

    private DbCommand Command(string statement)
    {
        var command = _connection!.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = statement;
        return command;
    }

    private string Names() => ResultText.OneLine(string.Join(", ", _columns.Keys), 300);
}
