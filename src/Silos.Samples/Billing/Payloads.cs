namespace Silos.Samples.Billing;

// The tenant is not in the payloads: a run has its tenant from whoever asked (JobContext.Tenant).

/// <summary>Which billing cycle to invoice.</summary>
internal sealed record GenerateInvoice(long BillingCycleId);

/// <summary>Which invoices to put into one archive.</summary>
internal sealed record ZipInvoices(IReadOnlyList<long> InvoiceIds);

/// <summary>Which invoice to send.</summary>
internal sealed record SendInvoice(long InvoiceId);

/// <summary>Which batch of assets to take in.</summary>
internal sealed record ImportAssets(long ImportId);
