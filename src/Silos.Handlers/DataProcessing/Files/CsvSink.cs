using System.Buffers;
using System.Text;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Writes rows as CSV (RFC 4180), in UTF-8. Where rows vary, the first one decides on the columns.</summary>
internal sealed class CsvSink(string path, FileEndpoint file, JobContext context) : IRowSink
{
    private readonly SearchValues<char> _special = SearchValues.Create([file.Delimiter, '"', '\r', '\n']);
    private readonly StringBuilder _line = new();
    private StagedFile? _staged;
    private StreamWriter? _writer;
    private Columns? _columns;
    private Columns? _lastShape;
    private int[] _positions = [];

    public long Written { get; private set; }

    public async Task OpenAsync(Columns? columns, CancellationToken cancellationToken)
    {
        _staged = StagedFile.Create(path, context);
        _writer = new StreamWriter(_staged.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 64 * 1024, leaveOpen: true);
        if ((file.Columns is { } names ? new Columns(names, isFixed: true) : columns) is { } known)
        {
            await BeginAsync(known, cancellationToken);
        }
    }

    public async ValueTask WriteAsync(Row row, CancellationToken cancellationToken)
    {
        if (_columns is null)
        {
            await BeginAsync(row.Columns, cancellationToken);
        }

        if (!ReferenceEquals(_lastShape, row.Columns))
        {
            _positions = Positions(row.Columns);
            _lastShape = row.Columns;
        }

        _line.Clear();
        for (var i = 0; i < _positions.Length; i++)
        {
            Append(i, _positions[i] < 0 ? null : Cells.Text(row.Values[_positions[i]]));
        }

        await EndLineAsync(cancellationToken);
        Written++;
    }

    public Task FlushAsync(CancellationToken cancellationToken) => _writer!.FlushAsync(cancellationToken);

    public Task CompleteAsync(CancellationToken cancellationToken) => _staged!.PublishAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_staged is { } staged)
        {
            await staged.DisposeAsync();
        }
    }

    private async Task BeginAsync(Columns columns, CancellationToken cancellationToken)
    {
        _columns = columns;
        if (!file.Header)
        {
            return;
        }

        _line.Clear();
        for (var i = 0; i < columns.Count; i++)
        {
            Append(i, columns.Names[i]);
        }

        await EndLineAsync(cancellationToken);
    }

    private int[] Positions(Columns shape)
    {
        // Not cached when it fails: each such row is bad.
        _lastShape = null;
        return shape.Names.FirstOrDefault(name => _columns!.IndexOf(name) < 0) is { } unknown
            ? throw new BadRowException($"field '{FieldProblem.Shorten(unknown)}' is not a column of the target, which are {_columns}")
            : [.. _columns!.Names.Select(shape.IndexOf)];
    }

    private void Append(int index, string? value)
    {
        if (index > 0)
        {
            _line.Append(file.Delimiter);
        }

        // Empty text is told from nothing by its quotes; a lone nothing needs them too, or its line would be blank.
        if (value is null ? _columns!.Count == 1 : value.Length == 0 || NeedsQuotes(value))
        {
            _line.Append('"').Append(value?.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            _line.Append(value);
        }
    }

    private bool NeedsQuotes(string value) =>
        value.AsSpan().ContainsAny(_special) || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]);

    private Task EndLineAsync(CancellationToken cancellationToken)
    {
        _line.Append(file.LineEnding);
        return _writer!.WriteAsync(_line, cancellationToken);
    }
}
