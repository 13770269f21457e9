using Microsoft.Extensions.DependencyInjection;
using Silos.Jobs;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Samples.Tests.ReadmeSamples;

public static class Registration
{
    public static void School(IServiceCollection services) => services.AddSilos(silos => silos
        .AddJob<CleanupTempFiles>("CleanupTempFilesJob", job => job.Cron("0 2 * * *")));

    public static void Credits(IServiceCollection services) => services.AddSilos(silos => silos
        .AddJob<MonthlyCreditTopUp>("Monthly Credit Top-Up", job => job.Cron("0 0 1 * *").InTimeZone("Pacific/Auckland"))
        .AddJob(
            "Orphaned Uploads Cleanup",
            async (context, cancellationToken) =>
            {
                var uploads = context.Services.GetRequiredService<Uploads>();
                await context.StepAsync("files", uploads.DeleteOrphansAsync);
                await context.StepAsync("directories", uploads.DeleteEmptyDirectoriesAsync);
            },
            job => job.Cron("@midnight"))
        .AddJob<MonthlyCreditTopUp>("six-hourly", job => job.Next(now => now.AddHours(6))));

    public static void Billing(IServiceCollection services) => services.AddSilos(silos => silos
        .AddHandler<GenerateInvoice, GenerateInvoiceHandler>("generate-invoice", h => h
            .Retry(new RetryPolicy { MaxAttempts = 5, InitialInterval = TimeSpan.FromSeconds(1), Coefficient = 2.0, MaxInterval = TimeSpan.FromSeconds(60) })
            .Timeout(TimeSpan.FromMinutes(5))));

    public static async Task CallAsync(ISilosClient client, CancellationToken cancellationToken)
    {
        var now = await client.EnqueueAsync(
            new RunRequest { Handler = "generate-invoice", Payload = JsonText.From(new GenerateInvoice(456)) }, cancellationToken);
        await client.EnqueueAsync(
            new RunRequest { Handler = "generate-invoice", Payload = JsonText.From(new GenerateInvoice(457)), RunAt = new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero) },
            cancellationToken);
        var details = await client.GetRunAsync(TenantId.Default, now.Id, cancellationToken);
        await client.CancelAsync(
            TenantId.Default, now.Id, new CancelRequest("admin@example.com", "User requested cancellation", details.Run.EnqueuedAt), cancellationToken);
    }

    public static async Task ExplainAsync(ISilosClient client, CancellationToken cancellationToken)
    {
        foreach (var blocker in await client.ExplainAsync(new JobKey(TenantId.Default, JobName.Parse("nightly-report")), cancellationToken))
        {
            Console.WriteLine($"{blocker.Code}: {blocker.Message}");
        }
    }

    public sealed record GenerateInvoice(long BillingCycleId);

    public sealed class GenerateInvoiceHandler : IJob<GenerateInvoice>
    {
        public Task RunAsync(GenerateInvoice payload, JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public sealed class MonthlyCreditTopUp : IJob
    {
        public Task RunAsync(JobContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public abstract class Uploads
    {
        public abstract Task DeleteOrphansAsync(CancellationToken cancellationToken);

        public abstract Task DeleteEmptyDirectoriesAsync(CancellationToken cancellationToken);
    }

    public interface IFiles
    {
        Task<int> DeleteTemporaryAsync(DateTimeOffset before, CancellationToken cancellationToken);
    }

    public sealed class CleanupTempFiles(IFiles files) : IJob
    {
        public async Task RunAsync(JobContext context, CancellationToken cancellationToken) =>
            context.SetResult(await files.DeleteTemporaryAsync(context.DueAt.AddDays(-7), cancellationToken));
    }
}
