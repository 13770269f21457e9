using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Puts the mail with an invoice into the outbox, once an invoice.</summary>
internal sealed class InvoiceEmailHandler(SampleDatabase database) : IJob<SendInvoice>
{
    public const string Key = "invoice_email";

    public async Task RunAsync(SendInvoice payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var invoice = await Invoice.FindAsync(session, payload.InvoiceId, cancellationToken)
            ?? throw new NonRetryableException($"invoiceId {payload.InvoiceId} does not exist; no retry can help.");
        var written = await session.Command("Billing/Sql/add-mail").With("key", $"invoice-{payload.InvoiceId}")
            .With("recipient", invoice.Email).With("subject", $"Your invoice {invoice.Number}").With("body", invoice.Text)
            .With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
        if (written == 0)
        {
            throw new SkipRunException($"Invoice {invoice.Number} was sent before.");
        }

        await context.ReportProgressAsync(100, invoice.Email);
    }
}
