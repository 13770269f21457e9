using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Files;

/// <summary>Writes rows as one JSON object a line.</summary>
internal sealed class JsonLinesSink(string path, JobContext context) : IRowSink
{
    private const int FlushAt = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt * 2);
    private readonly Utf8JsonWriter _json = new(
        Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private StagedFile? _staged;

    public long Written { get; private set; }

    public Task OpenAsync(Columns? columns, CancellationToken cancellationToken)
    {
        _staged = StagedFile.Create(path, context);
        return Task.CompletedTask;
    }

    public async ValueTask WriteAsync(Row row, CancellationToken cancellationToken)
    {
        _json.Reset(_buffer);
        _json.WriteStartObject();
        for (var i = 0; i < row.Columns.Count; i++)
        {
            _json.WritePropertyName(row.Columns.Names[i]);
            Cells.WriteJson(_json, row.Values[i]);
        }

        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken);
        _buffer.Write("\n"u8);
        Written++;
        if (_buffer.WrittenCount >= FlushAt)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _staged!.Stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }

    public Task CompleteAsync(CancellationToken cancellationToken) => _staged!.PublishAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        if (_staged is { } staged)
        {
            await staged.DisposeAsync();
        }
    }
}
