using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Makes the invoice of a billing cycle. The cycle is the invoice's key, so asking twice makes one.</summary>
internal sealed class GenerateInvoiceHandler(SampleDatabase database) : IJob<GenerateInvoice>
{
    public const string Key = "generate-invoice";

    public async Task RunAsync(GenerateInvoice payload, JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var cycles = await session.Command("Billing/Sql/find-cycle").With("cycle", payload.BillingCycleId).QueryAsync(
            static row => (Month: row.GetString(0)[..7], Client: row.GetInt64(1), Text: row.GetString(2), Cents: row.GetInt64(3)), cancellationToken);
        if (cycles.Count == 0)
        {
            throw new NonRetryableException($"billingCycleId {payload.BillingCycleId} does not exist; no retry can help.");
        }

        var cycle = cycles[0];
        await context.ReportProgressAsync(50, cycle.Text);
        await session.Command("Billing/Sql/add-invoice").With("cycle", payload.BillingCycleId).With("client", cycle.Client)
            .With("number", string.Create(CultureInfo.InvariantCulture, $"{cycle.Month}-{payload.BillingCycleId:00000}"))
            .With("total", cycle.Cents).With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
        var invoices = await session.Command("Billing/Sql/find-invoice-of-cycle").With("cycle", payload.BillingCycleId)
            .QueryAsync(static row => new Made(row.GetInt64(0), row.GetString(1)), cancellationToken);
        await context.ReportProgressAsync(100, invoices[0].Number);
        context.SetResult(invoices[0]);
    }

    /// <summary>The invoice.</summary>
    internal sealed record Made(long InvoiceId, string Number);
}
