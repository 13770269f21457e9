using Microsoft.AspNetCore.Builder;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Samples.Tests.ReadmeSamples;

public interface IFiles
{
    Task<string[]> OlderThanAsync(DateTimeOffset before, CancellationToken cancellationToken);

    Task DeleteAsync(string file, CancellationToken cancellationToken);
}

public static class SixtySeconds
{
    public static void Register(WebApplicationBuilder builder)
    {
        builder.Services.AddSilos(silos => silos
            .AddJob<CleanupTempFiles>("cleanup-temp-files", job => job.Cron("0 2 * * *").InTimeZone("Europe/Paris"))
            .AddHandler<WelcomeEmail, SendWelcomeEmail>("welcome-email", h => h.Retry(5).Timeout(TimeSpan.FromSeconds(30)))
            .UseSqlite("silos.db"));
    }

    public static async Task SignUpAsync(ISilosClient silos, WelcomeEmail mail, CancellationToken cancellationToken)
    {
        await silos.EnqueueAsync(new RunRequest { Handler = "welcome-email", Payload = JsonText.From(mail) }, cancellationToken);
    }
}

public sealed class CleanupTempFiles(IFiles files) : IJob
{
    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var old = await context.StepAsync("find", token => files.OlderThanAsync(context.DueAt.AddDays(-7), token));
        for (var i = 0; i < old.Length; i++)
        {
            await files.DeleteAsync(old[i], cancellationToken);
            await context.ReportProgressAsync((i + 1) * 100 / old.Length, old[i]);
        }
    }
}
