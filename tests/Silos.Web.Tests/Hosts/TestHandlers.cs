using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Workers;

namespace Silos.Web.Tests.Hosts;

/// <summary>Handlers that end in every way a run can end.</summary>
public static class TestHandlers
{
    public static ISilosBuilder AddTestHandlers(this ISilosBuilder silos) => silos
        .AddHandler("noop", static (context, _) =>
        {
            context.SetResult(new { rows = 3 });
            return Task.CompletedTask;
        })
        .AddHandler("fail", static (_, _) => throw new NonRetryableException("Disk full"))
        .AddHandler("boom", static (_, _) => throw new InvalidOperationException("Boom"), h => h.Retry(1))
        .AddHandler("patient", static (_, _) => throw new InvalidOperationException("Boom"), h => h.Retry(
            new RetryPolicy { MaxAttempts = 9, InitialInterval = TimeSpan.FromHours(2), MaxInterval = TimeSpan.FromHours(3), Jitter = false }))
        .AddHandler("skip", static (_, _) => throw new SkipRunException("nothing to do"))
        .AddHandler("wait", static (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token))
        .AddHandler("work", WorkAsync);

    private static async Task WorkAsync(JobContext context, CancellationToken cancellationToken)
    {
        await context.StepAsync("load", _ => Task.FromResult(5));
        await context.ReportProgressAsync(40, "loading");
        for (var i = 1; i <= 250; i++)
        {
            context.Log.LogInformation("line {Number}", i);
        }

        context.SetResult(context.Payload);
    }
}
