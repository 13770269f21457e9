using System.Text.Json;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Takes in a batch of assets. A row without a tag is an item error; the rest goes in.</summary>
internal sealed class AssetImportHandler(SampleDatabase database) : IJob<ImportAssets>
{
    public const string Key = "asset_import";

    private const int BatchSize = 100;

    public async Task RunAsync(ImportAssets payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var rows = await RowsAsync(session, payload.ImportId, cancellationToken);
        var done = 0;
        foreach (var batch in rows.Index().Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await session.InTransactionAsync(() => SaveAsync(session, context, batch, cancellationToken), cancellationToken);
            done += batch.Length;
            await context.ReportProgressAsync(done * 100 / rows.Length, $"{done} of {rows.Length} assets");
        }

        await session.Command("Billing/Sql/finish-asset-import").With("id", payload.ImportId).ExecuteAsync(cancellationToken);
        SampleLog.DoneWithFailures(context.Log, rows.Length, "assets read", context.ItemErrors);
        context.SetResult(new BatchResult(rows.Length, context.ItemErrors));
    }

    private static async Task<Row[]> RowsAsync(Session session, long id, CancellationToken cancellationToken)
    {
        var imports = await session.Command("Billing/Sql/find-asset-import").With("id", id)
            .QueryAsync(static row => (Body: row.GetString(0), Status: row.GetString(1)), cancellationToken);
        return imports switch
        {
            [] => throw new NonRetryableException($"importId {id} does not exist; no retry can help."),
            [(_, "done")] => throw new SkipRunException($"Import {id} was processed before."),
            [var import, ..] => JsonSerializer.Deserialize<Row[]>(import.Body, JsonSerializerOptions.Web) ?? [],
        };
    }

    private static async Task<int> SaveAsync(
        Session session, JobContext context, (int Index, Row Item)[] batch, CancellationToken cancellationToken)
    {
        var saved = 0;
        foreach (var (index, row) in batch)
        {
            if (string.IsNullOrWhiteSpace(row.Tag))
            {
                context.ItemFailed($"row {index + 1}", new InvalidOperationException("tag must not be empty."));
                continue;
            }

            saved += await session.Command("Billing/Sql/add-asset").With("tag", row.Tag).With("name", row.Name ?? row.Tag)
                .ExecuteAsync(cancellationToken);
        }

        return saved;
    }

    private sealed record Row(string? Tag, string? Name);
}
