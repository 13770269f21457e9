using System.IO.Compression;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Puts invoices into one archive. It is written beside its place and moved when it is whole, so nobody ever sees half of one.</summary>
internal sealed class InvoiceZipHandler(SampleDatabase database, SampleSettings settings) : IJob<ZipInvoices>
{
    public const string Key = "invoice_zip";

    public async Task RunAsync(ZipInvoices payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        Directory.CreateDirectory(settings.Exports);
        var target = Path.Combine(settings.Exports, $"invoices-{context.RunId}.zip");
        var draft = $"{target}.{context.FencingToken}.draft";
        try
        {
            await WriteAsync(session, draft, payload, context, cancellationToken);
            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }

        context.SetResult(new { file = Path.GetFileName(target), invoices = payload.InvoiceIds.Count - context.ItemErrors });
    }

    private static async Task WriteAsync(
        Session session, string draft, ZipInvoices payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var archive = await ZipFile.OpenAsync(draft, ZipArchiveMode.Create, cancellationToken);
        for (var i = 0; i < payload.InvoiceIds.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = payload.InvoiceIds[i];
            if (await Invoice.FindAsync(session, id, cancellationToken) is { } invoice)
            {
                await using var entry = await archive.CreateEntry($"{invoice.Number}.txt").OpenAsync(cancellationToken);
                await using var writer = new StreamWriter(entry);
                await writer.WriteAsync(invoice.Text.AsMemory(), cancellationToken);
            }
            else
            {
                context.ItemFailed($"invoice {id}", new InvalidOperationException($"There is no invoice {id}."));
            }

            await context.ReportProgressAsync((i + 1) * 100 / payload.InvoiceIds.Count, $"{i + 1} of {payload.InvoiceIds.Count}");
        }
    }
}
