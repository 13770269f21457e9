using Silos.Jobs;

namespace Silos.Samples.Credits;

/// <summary>The jobs around free credits and uploads.</summary>
internal static class CreditJobs
{
    public static ISilosBuilder AddCreditJobs(this ISilosBuilder silos) => silos
        .AddJob<MonthlyCreditTopUpJob>(MonthlyCreditTopUpJob.Name, job => job
            .Cron("0 0 1 * *")
            .Describe("Fills free credits up to the limit of the tier.")
            .Timeout(TimeSpan.FromMinutes(30))
            .Retry(new RetryPolicy { MaxAttempts = 5, InitialInterval = TimeSpan.FromSeconds(2), Coefficient = 2.0, MaxInterval = TimeSpan.FromMinutes(5) })
            .CatchUp(CatchUpMode.Last, TimeSpan.FromDays(7))
            .Tag("credits"))
        .AddJob<StaleCreditPurchaseCleanupJob>(StaleCreditPurchaseCleanupJob.Name, job => job
            .Cron("@daily")
            .Describe("Deletes abandoned purchases older than seven days.")
            .Timeout(TimeSpan.FromMinutes(10))
            .Tag("credits"))
        .AddJob<OrphanedUploadsCleanupJob>(OrphanedUploadsCleanupJob.Name, job => job
            .Cron("@daily")
            .Describe("Deletes uploads that no block refers to, and empty date directories.")
            .Timeout(TimeSpan.FromMinutes(30))
            .Tag("credits"));
}
