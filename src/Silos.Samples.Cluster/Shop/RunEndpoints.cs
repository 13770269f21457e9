using Silos.Runs;

namespace Silos.Samples.Cluster.Shop;

/// <summary>Runs that are asked for by message, without a row of one's own.</summary>
internal static class RunEndpoints
{
    public static void MapRuns(this IEndpointRouteBuilder app)
    {
        // Accepted also while no silo is up: then it waits in the database's inbox for the first one, and the answer says so.
        app.MapPost("/invoices/{cycle:long}", async (long cycle, string? delay, ISilosClient silos, CancellationToken cancellationToken) =>
        {
            var outcome = await silos.EnqueueAsync(
                new RunRequest
                {
                    Handler = "generate-invoice",
                    Payload = JsonText.From(new { billingCycleId = cycle }),
                    Delay = delay is null ? null : Schedules.DurationText.Parse(delay),
                    RequestedBy = "shop",
                },
                cancellationToken);
            return Results.Accepted($"/runs/{outcome.Id}", new { run = outcome.Id.Value, storedBy = outcome.Posted ? "inbox" : "silo" });
        });

        app.MapGet("/runs/{id:guid}", async (Guid id, string? wait, ISilosClient silos, CancellationToken cancellationToken) =>
        {
            var run = new RunId(id);
            var ended = wait is null ? null : await Patience.WaitAsync(wait, token => silos.WaitAsync(TenantId.Default, run, token), cancellationToken);
            return RunAnswer.Of(ended ?? (await silos.GetRunAsync(TenantId.Default, run, cancellationToken)).Run);
        });
        app.MapGet("/runs/{id:guid}/explain", (Guid id, ISilosClient silos, CancellationToken cancellationToken) =>
            silos.ExplainRunAsync(TenantId.Default, new RunId(id), cancellationToken));
    }
}
