using Microsoft.Extensions.Logging;
using Silos.Workers;

namespace Silos.Cli.Tests.Support;

/// <summary>What the server of the transcripts can do.</summary>
internal static class TestHandlers
{
    public static async Task EchoAsync(JobContext context, CancellationToken cancellationToken)
    {
        context.Log.LogInformation("Echoing {Payload}", context.Payload.Text);
        var length = await context.StepAsync("measure", _ => Task.FromResult(context.Payload.Text.Length));
        await context.ReportProgressAsync(50, "half of it");
        context.Log.LogWarning("That was all of it");
        context.SetResult(new { length });
    }

    public static Task FailAsync(JobContext context, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The warehouse does not answer.");
}
