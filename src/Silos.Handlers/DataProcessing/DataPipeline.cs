using Silos.Handlers.DataProcessing.Aggregation;
using Silos.Handlers.DataProcessing.Mapping;
using Silos.Handlers.DataProcessing.Rows;
using Silos.Workers;

namespace Silos.Handlers.DataProcessing;

/// <summary>Moves rows from a source through the steps into a sink, one at a time, and keeps count.</summary>
internal sealed class DataPipeline(
    DataPayload payload, IRowSource source, IRowSink sink, BadRows bad, JobContext context)
{
    private const int ReportEvery = 1_000;

    private readonly RowMapper _mapper = new(payload.Steps);
    private readonly Aggregator? _aggregator = payload.Aggregation is { } plan ? new Aggregator(plan) : null;

    public long Read { get; private set; }

    public long Filtered { get; private set; }

    /// <summary>Does everything up to making the target visible.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await source.OpenAsync(cancellationToken) is { } columns)
        {
            var mapped = _mapper.Map(columns);
            _aggregator?.Bind(mapped);
            await sink.OpenAsync(payload.Aggregation?.Output ?? mapped, cancellationToken);
        }
        else
        {
            await sink.OpenAsync(payload.Aggregation?.Output, cancellationToken);
        }

        await foreach (var found in source.ReadAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read++;
            if (found.Row is { } row)
            {
                await TakeAsync(row, cancellationToken);
            }
            else
            {
                await bad.AddAsync(found.Line, found.Problem!, found.Raw, null);
            }

            if (Read % ReportEvery == 0)
            {
                await context.ReportProgressAsync(source.Percent, $"{Read:N0} rows read");
            }
        }

        foreach (var group in _aggregator?.Result() ?? [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            await sink.WriteAsync(group, cancellationToken);
        }

        await sink.FlushAsync(cancellationToken);
        await bad.RefuseIfNothingIsGoodAsync(Read);
    }

    private async ValueTask TakeAsync(Row row, CancellationToken cancellationToken)
    {
        try
        {
            if (_mapper.Map(row) is not { } mapped)
            {
                Filtered++;
            }
            else if (_aggregator is not null)
            {
                _aggregator.Add(mapped);
            }
            else
            {
                await sink.WriteAsync(mapped, cancellationToken);
            }
        }
        catch (BadRowException exception)
        {
            await bad.AddAsync(row.Line, exception.Message, null, row);
        }
    }
}
