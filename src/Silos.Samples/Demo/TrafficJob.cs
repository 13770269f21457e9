using Silos.Runs;
using Silos.Samples.Billing;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Demo;

/// <summary>Every minute: what users would do, so that there is something to see. Also an example of code that asks for runs.</summary>
internal sealed class TrafficJob(SampleDatabase database, ISilosClient client) : IJob
{
    public const string Name = "sample-traffic";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var minute = context.DueAt.ToUnixTimeSeconds() / 60;
        await session.Command("Demo/Sql/add-import")
            .With("body", $$"""[{"name":"Student of minute {{minute}}","email":"minute{{minute}}@school.example"}]""")
            .With("now", context.Clock.Now()).ExecuteAsync(cancellationToken);
        var cycles = await session.Command("Demo/Sql/find-cycles-to-invoice").With("now", DateOnly.FromDateTime(context.DueAt.UtcDateTime))
            .QueryAsync(static row => row.GetInt64(0), cancellationToken);
        foreach (var cycle in cycles)
        {
            // The key makes it one run a cycle, however often this job finds the cycle before its invoice is there.
            await client.EnqueueAsync(
                new RunRequest
                {
                    Handler = GenerateInvoiceHandler.Key,
                    Payload = JsonText.From(new GenerateInvoice(cycle)),
                    IdempotencyKey = $"{GenerateInvoiceHandler.Key}-{cycle}",
                    RequestedBy = Name,
                },
                cancellationToken);
        }

        context.SetResult(new { imports = 1, invoices = cycles.Count });
    }
}
