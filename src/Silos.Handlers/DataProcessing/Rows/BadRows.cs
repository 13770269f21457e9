using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Silos.Handlers.DataProcessing.Files;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing.Rows;

/// <summary>Keeps the rows that could not be worked with: each in a file beside the target, with its line and what is wrong with it.</summary>
internal sealed partial class BadRows(JobContext context, string? path, int limit) : IAsyncDisposable
{
    private const int MaxLogged = 20;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private StagedFile? _file;
    private string? _first;

    public long Count { get; private set; }

    public async ValueTask AddAsync(long line, string problem, string? raw, Row? row)
    {
        Count++;
        _first ??= $"line {line}: {problem}";
        context.ItemFailed($"line {line}", new BadRowException(problem));
        if (Count <= MaxLogged)
        {
            LogBadRow(context.Log, line, problem);
        }

        if (path is not null)
        {
            _file ??= StagedFile.Create(path, context);
            await WriteAsync(_file.Stream, line, problem, raw, row);
        }

        if (Count > limit)
        {
            await PublishAsync();
            throw new NonRetryableException($"There are more than {limit} bad rows, so the target was left as it was; the first is {_first}.");
        }
    }

    /// <summary>Refuses a run of which no row was any good: that is a mistake in the payload, not in the rows.</summary>
    public async Task RefuseIfNothingIsGoodAsync(long read)
    {
        if (Count > 0 && Count == read)
        {
            await PublishAsync();
            throw new NonRetryableException($"All {Count} rows are bad, so the target was left as it was; the first is {_first}.");
        }
    }

    /// <summary>Puts the file into its place; removes what an earlier run left there if this one has no bad rows.</summary>
    public async Task PublishAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await using (file)
            {
                await file.PublishAsync(CancellationToken.None);
            }
        }
        else if (path is not null && Count == 0)
        {
            File.Delete(path);
        }
    }

    public ValueTask DisposeAsync() => _file is { } file ? file.DisposeAsync() : ValueTask.CompletedTask;

    private static async Task WriteAsync(Stream stream, long line, string problem, string? raw, Row? row)
    {
        await using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", line);
            writer.WriteString("error", problem);
            if (row is not null)
            {
                writer.WriteStartObject("row");
                for (var i = 0; i < row.Columns.Count; i++)
                {
                    writer.WritePropertyName(row.Columns.Names[i]);
                    Cells.WriteJson(writer, row.Values[i]);
                }

                writer.WriteEndObject();
            }
            else
            {
                writer.WriteString("raw", raw?.TrimEnd('\r', '\n'));
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }

    [LoggerMessage(LogLevel.Warning, "Line {Line} is bad: {Problem}")]
    private static partial void LogBadRow(ILogger log, long line, string problem);
}
