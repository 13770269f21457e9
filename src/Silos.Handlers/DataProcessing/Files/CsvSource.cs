using System.Runtime.CompilerServices;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Reads rows of a CSV file. Blank lines are skipped.</summary>
/// <remarks>
/// After a malformed record only its first line is given up and reading goes on at the next one, so that one stray quote does
/// not swallow the good rows after it.
/// </remarks>
internal sealed class CsvSource(string path, FileEndpoint file, int maxRowLength) : IRowSource
{
    private readonly CsvParser _parser = new(file.Delimiter);
    private FileStream? _stream;
    private TextLines? _lines;
    private Columns? _columns;

    public int Percent => _stream is { Length: > 0 } stream ? (int)Math.Min(99, stream.Position * 100 / stream.Length) : 0;

    public async Task<Columns?> OpenAsync(CancellationToken cancellationToken)
    {
        _stream = FileEndpoint.OpenRead(path, file.Name);
        _lines = new TextLines(_stream, file.Encoding, maxRowLength);
        if (file.Header)
        {
            await foreach (var (_, fields, problem, _) in RecordsAsync(cancellationToken))
            {
                _columns = problem is null
                    ? new Columns([.. fields!.Select(name => name?.Trim() ?? string.Empty)], isFixed: true)
                    : throw new NonRetryableException($"The header of '{file.Name}' cannot be read: {problem}.");
                break;
            }
        }

        _columns = file.Columns is { } names ? Named(names, _columns) : _columns;
        return _columns ?? (file.Header
            ? throw new NonRetryableException($"'{file.Name}' must begin with a header; it is empty.")
            : throw new NonRetryableException($"payload.source must name the 'columns' of '{file.Name}', because it has no header."));
    }

    public async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var columns = _columns!;
        await foreach (var (line, fields, problem, raw) in RecordsAsync(cancellationToken))
        {
            if (problem is not null)
            {
                yield return SourceRow.Bad(line, problem, raw);
            }
            else if (fields!.Count != columns.Count)
            {
                yield return SourceRow.Bad(line, $"has {fields.Count} fields instead of {columns.Count}", raw);
            }
            else
            {
                yield return SourceRow.Good(new Row(line, columns, [.. fields]));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines?.Dispose();
        return _stream?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private static Columns Named(IReadOnlyList<string> names, Columns? header) => header is null || header.Count == names.Count
        ? new Columns(names, isFixed: true)
        : throw new NonRetryableException($"payload.source.columns must have {header.Count} names, one for each of {header}.");

    private async IAsyncEnumerable<(long Line, IReadOnlyList<string?>? Fields, string? Problem, string Raw)> RecordsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var more = new List<TextLine>();
        while (await _lines!.ReadAsync(cancellationToken) is { } line)
        {
            if (line.IsTooLong)
            {
                yield return (line.Number, null, $"has more than {maxRowLength} characters", line.Text);
                continue;
            }

            if (line.IsBlank)
            {
                continue;
            }

            more.Clear();
            _parser.Reset();
            var state = _parser.Feed(line.Text);
            var problem = state == CsvState.Open ? await CloseAsync(line, more, cancellationToken) : null;
            problem ??= state == CsvState.Malformed ? _parser.Problem : null;
            if (problem is not null)
            {
                _lines.Return(more);
                yield return (line.Number, null, problem, line.Text);
                continue;
            }

            var raw = more.Count == 0 ? line.Text : string.Concat(more.Select(l => l.Text).Prepend(line.Text));
            yield return line.IsBroken || more.Exists(l => l.IsBroken)
                ? (line.Number, null, $"has bytes that are not {file.Encoding.WebName}", raw)
                : (line.Number, _parser.Fields, null, raw);
        }
    }

    /// <summary>Feeds lines until the open quote is closed; returns what is wrong if it never is.</summary>
    private async Task<string?> CloseAsync(TextLine first, List<TextLine> more, CancellationToken cancellationToken)
    {
        var length = first.Text.Length;
        while (await _lines!.ReadAsync(cancellationToken) is { } next)
        {
            more.Add(next);
            length += next.Text.Length;
            if (next.IsTooLong || length > maxRowLength)
            {
                return $"has a quote that is not closed within {maxRowLength} characters";
            }

            switch (_parser.Feed(next.Text))
            {
                case CsvState.Complete:
                    return null;
                case CsvState.Malformed:
                    return _parser.Problem;
            }
        }

        return "has a quote that is never closed";
    }
}
