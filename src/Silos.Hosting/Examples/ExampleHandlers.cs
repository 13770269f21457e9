using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Stores;
using Silos.Workers;

namespace Silos.Hosting;

/// <summary>The work of the example jobs.</summary>
internal static partial class ExampleHandlers
{
    public const string Heartbeat = "example_heartbeat";

    public const string Flaky = "example_flaky";

    public static async Task BeatAsync(JobContext context, CancellationToken cancellationToken)
    {
        var store = context.Services.GetRequiredService<ISilosStore>();
        var client = context.Services.GetRequiredService<ISilosClient>();
        var jobs = await client.ListAsync(new JobQuery(context.Tenant, Limit: 100), cancellationToken);
        var running = jobs.Sum(job => job.Running);
        var delay = (context.Clock.GetUtcNow() - context.DueAt).TotalMilliseconds;
        LogBeat(context.Log, store.Kind, jobs.Count, running, Math.Round(delay));
        context.SetResult(new { store = store.Kind, jobs = jobs.Count, running });
    }

    public static async Task FlakeAsync(JobContext context, CancellationToken cancellationToken)
    {
        var order = await context.StepAsync("take-order", _ => Task.FromResult($"order of {context.DueAt:HH:mm:ss}"));
        await context.ReportProgressAsync(50, "the order is taken, once, however often this is tried");
        if (context.Attempt <= 2)
        {
            throw new InvalidOperationException($"The payment service is not there (attempt {context.Attempt} of {context.MaxAttempts}).");
        }

        await context.StepAsync("pay", _ => Task.CompletedTask);
        LogPaid(context.Log, order, context.Attempt);
        context.SetResult(new { order, attempts = context.Attempt });
    }

    [LoggerMessage(1, LogLevel.Information, "Heartbeat: store {Store}, {Jobs} jobs, {Running} running, started {Delay} ms after it was due")]
    private static partial void LogBeat(ILogger logger, string store, int jobs, int running, double delay);

    [LoggerMessage(2, LogLevel.Information, "Paid {Order} at attempt {Attempt}")]
    private static partial void LogPaid(ILogger logger, string order, int attempt);
}
