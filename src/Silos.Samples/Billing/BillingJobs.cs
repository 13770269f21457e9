namespace Silos.Samples.Billing;

/// <summary>The handlers of a billing system, by the names that its callers know, and the jobs that run some of them by the clock.</summary>
internal static class BillingJobs
{
    public static ISilosBuilder AddBillingJobs(this ISilosBuilder silos) => silos
        .AddHandler<GenerateInvoice, GenerateInvoiceHandler>(GenerateInvoiceHandler.Key, h => h
            .Timeout(TimeSpan.FromMinutes(5)).Describe("Makes the invoice of a billing cycle."))
        .AddHandler<ZipInvoices, InvoiceZipHandler>(InvoiceZipHandler.Key, h => h
            .Timeout(TimeSpan.FromMinutes(10)).Describe("Puts invoices into one archive."))
        .AddHandler<SendInvoice, InvoiceEmailHandler>(InvoiceEmailHandler.Key, h => h.Describe("Sends an invoice."))
        .AddHandler<ImportAssets, AssetImportHandler>(AssetImportHandler.Key, h => h
            .Timeout(TimeSpan.FromMinutes(10)).Describe("Takes in a batch of assets."))
        .AddJob<ExpiredCreditsHandler>(ExpiredCreditsHandler.Key, job => job
            .Cron("5 0 * * *").Describe("Marks credits that have expired.").Tag("billing"))
        .AddJob<ExpiringCreditsNotificationHandler>(ExpiringCreditsNotificationHandler.Key, job => job
            .Cron("0 9 * * *").Describe("Tells clients about credits that expire soon.").Tag("billing"))
        .AddJob<CreditReconciliationHandler>(CreditReconciliationHandler.Key, job => job
            .Cron("30 0 * * *").Describe("Corrects balances.").Tag("billing"))
        .AddJob(Housekeeping.ReconcileBucketUsage, Housekeeping.ReconcileBucketUsageAsync, job => job
            .Cron("15 * * * *").Describe("Sets the usage of buckets to the sum of their time entries.").Tag("billing"))
        .AddJob(Housekeeping.CleanupForms, Housekeeping.CleanupFormsAsync, job => job
            .Cron("45 2 * * *").Describe("Deletes temporary forms older than a day.").Tag("billing"))
        .AddJob<RenewMicrosoftCalendarWebhooksHandler>(RenewMicrosoftCalendarWebhooksHandler.Key, job => job
            .Cron("*/30 * * * *").Describe("Renews subscriptions to Microsoft calendars.").Timeout(TimeSpan.FromMinutes(5)).Tag("billing"))
        .AddJob<VerifyGoogleCalendarPubSubHandler>(VerifyGoogleCalendarPubSubHandler.Key, job => job
            .Cron("@hourly").Describe("Makes sure that Google's calendar messages arrive.").Timeout(TimeSpan.FromMinutes(1)).Tag("billing"))
        .AddJob(Housekeeping.CleanupSessionKeys, Housekeeping.CleanupSessionKeysAsync, job => job
            .Cron("*/10 * * * *").Describe("Deletes the keys of AI sessions that have expired.").Tag("billing"))
        .AddJob<CreateContractLineCyclesHandler>(CreateContractLineCyclesHandler.Key, job => job
            .Cron("0 4 * * *").Describe("Creates billing cycles up to next month.").Tag("billing"))
        .AddJob<CreateNextTimePeriodsHandler>(CreateNextTimePeriodsHandler.Key, job => job
            .Cron("10 4 * * *").Describe("Creates time periods up to three months ahead.").Tag("billing"));
}
