using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Creates the time periods of this month and the next three; those that are there stay.</summary>
internal sealed class CreateNextTimePeriodsHandler(SampleDatabase database) : IJob
{
    public const string Key = "createNextTimePeriods";

    private const int Ahead = 4;

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var first = Months.After(context.DueAt).AddMonths(-1);
        var created = 0;
        for (var i = 0; i < Ahead; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            created += await session.Command("Billing/Sql/add-time-period").With("starts", first.AddMonths(i)).ExecuteAsync(cancellationToken);
            await context.ReportProgressAsync((i + 1) * 100 / Ahead, $"{created} periods created");
        }

        SampleLog.Done(context.Log, created, "time periods created");
        context.SetResult(created);
    }
}
