using System.Runtime.CompilerServices;
using System.Text.Json;
using Silos.Handlers.DataProcessing.Rows;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Reads rows of a file that has one JSON object a line. Blank lines are skipped.</summary>
internal sealed class JsonLinesSource(string path, FileEndpoint file, int maxRowLength) : IRowSource
{
    private const int MaxShapes = 1_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Dictionary<string, Columns> _shapes = new(StringComparer.Ordinal);
    private FileStream? _stream;

    public int Percent => _stream is { Length: > 0 } stream ? (int)Math.Min(99, stream.Position * 100 / stream.Length) : 0;

    public Task<Columns?> OpenAsync(CancellationToken cancellationToken)
    {
        _stream = FileEndpoint.OpenRead(path, file.Name);
        return Task.FromResult<Columns?>(null);
    }

    public async IAsyncEnumerable<SourceRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new TextLines(_stream!, file.Encoding, maxRowLength);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (!line.IsBlank)
            {
                yield return line.IsTooLong ? SourceRow.Bad(line.Number, $"has more than {maxRowLength} characters", line.Text)
                    : line.IsBroken ? SourceRow.Bad(line.Number, $"has bytes that are not {file.Encoding.WebName}", line.Text)
                    : Read(line);
            }
        }
    }

    public ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private SourceRow Read(TextLine line)
    {
        try
        {
            using var document = JsonDocument.Parse(line.Text, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return SourceRow.Bad(line.Number, "is not a JSON object", line.Text);
            }

            var names = new List<string>();
            var values = new List<object?>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name.Length == 0)
                {
                    return SourceRow.Bad(line.Number, "has a field without a name", line.Text);
                }

                names.Add(property.Name);
                values.Add(Cells.FromJson(property.Value));
            }

            return SourceRow.Good(new Row(line.Number, Shape(names), [.. values]));
        }
        catch (JsonException exception)
        {
            return SourceRow.Bad(line.Number, $"is not JSON: {exception.Message}", line.Text);
        }
        catch (BadRowException exception)
        {
            return SourceRow.Bad(line.Number, exception.Message, line.Text);
        }
    }

    private Columns Shape(List<string> names)
    {
        var key = string.Join('\0', names);
        if (!_shapes.TryGetValue(key, out var columns))
        {
            if (_shapes.Count >= MaxShapes)
            {
                _shapes.Clear();
            }

            columns = new Columns([.. names], isFixed: false);
            _shapes.Add(key, columns);
        }

        return columns;
    }
}
