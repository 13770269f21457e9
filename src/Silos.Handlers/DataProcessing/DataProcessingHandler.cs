using Microsoft.Extensions.Options;
using Silos.Handlers.DataProcessing.Files;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Handlers.DataProcessing.Sql;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

/// <summary>Transforms, aggregates, imports and exports rows between CSV, JSON lines and SQL tables, in constant memory.</summary>
/// <remarks>
/// The target changes at the very end, at once: a file is moved into its place, a table's transaction is committed. A run that
/// fails or is cancelled leaves it as it was, and running again gives the same, except for rows added to a table: between
/// the commit and the record of it a crash adds them twice, unless the target has a <c>key</c> or <c>mode: replace</c>.
/// </remarks>
internal sealed partial class DataProcessingHandler(IOptions<DataProcessingHandlerOptions> options) : ReadyMadeHandler<DataPayload>
{
    public const string Key = "data_processing";

    private readonly DataProcessingHandlerOptions _options = options.Value;

    protected override DataPayload Read(PayloadObject payload) => DataPayload.Read(payload, _options);

    protected override async Task RunAsync(DataPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            await WorkAsync(payload, context, cancellationToken);
        }
        catch (BadPathException exception)
        {
            throw new NonRetryableException(exception.Message, exception);
        }
    }

    private async Task WorkAsync(DataPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        var operation = payload.Operation.ToString().ToLowerInvariant();
        LogStarting(context.Log, operation, payload.Source.Label, payload.Target.Label);
        await context.ReportProgressAsync(0, $"{operation} {payload.Source.Label}");

        var directory = new DataDirectory(_options.DataDirectory);
        await using var bad = new BadRows(
            context, payload.ErrorsFile is { } errors ? directory.Resolve(errors) : null, payload.MaxBadRows);
        await using var sink = Sink(payload.Target, directory, bad, context);
        DataPipeline pipeline;
        await using (var source = Source(payload.Source, directory))
        {
            pipeline = new DataPipeline(payload, source, sink, bad, context);
            await pipeline.RunAsync(cancellationToken);
        }

        // The source is closed by now: it may be the very file or table that changes here.
        cancellationToken.ThrowIfCancellationRequested();
        await bad.PublishAsync();
        await sink.CompleteAsync(cancellationToken);

        var result = new DataProcessingResult(
            operation,
            payload.Source.Label,
            payload.Target.Label,
            pipeline.Read,
            sink.Written,
            pipeline.Filtered,
            bad.Count,
            bad.Count > 0 ? payload.ErrorsFile : null);
        LogDone(context.Log, operation, result.RowsRead, result.RowsWritten, result.RowsFiltered, result.RowsBad);
        context.SetResult(result);
        await context.ReportProgressAsync(100, $"{result.RowsRead:N0} rows read, {result.RowsWritten:N0} written, {result.RowsBad:N0} bad");
    }

    private IRowSource Source(Endpoint endpoint, DataDirectory directory) => endpoint switch
    {
        FileEndpoint { Format: FileFormat.Csv } file => new CsvSource(directory.Resolve(file.Name), file, _options.MaxRowLength),
        FileEndpoint file => new JsonLinesSource(directory.Resolve(file.Name), file, _options.MaxRowLength),
        TableEndpoint table => SqlSource.Table(table),
        QueryEndpoint query => SqlSource.Query(query),
        _ => throw new InvalidOperationException($"{endpoint.GetType().Name} is not read."),
    };

    private IRowSink Sink(Endpoint endpoint, DataDirectory directory, BadRows bad, JobContext context) => endpoint switch
    {
        FileEndpoint { Format: FileFormat.Csv } file => new CsvSink(directory.Resolve(file.Name), file, context),
        FileEndpoint file => new JsonLinesSink(directory.Resolve(file.Name), context),
        TableEndpoint table => new SqlSink(table, _options.BatchSize, bad),
        _ => throw new InvalidOperationException($"{endpoint.GetType().Name} is not written."),
    };
}
