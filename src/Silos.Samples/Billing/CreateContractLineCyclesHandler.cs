using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Creates the monthly billing cycles of every contract line, from its beginning up to next month; those that are there stay.</summary>
internal sealed class CreateContractLineCyclesHandler(SampleDatabase database) : IJob
{
    public const string Key = "createClientContractLineCycles";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var until = Months.After(context.DueAt);
        var lines = await session.Command("Billing/Sql/list-lines").With("until", until).QueryAsync(
            static row => (Id: row.GetInt64(0), Starts: Day(row.GetString(1)), Ends: row.IsDBNull(2) ? DateOnly.MaxValue : Day(row.GetString(2))),
            cancellationToken);
        var created = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (id, starts, ends) = lines[i];
            created += await session.InTransactionAsync(
                async () =>
                {
                    var count = 0;

                    // Counted from the beginning, not from cycle to cycle: the 31st comes back after February.
                    for (var month = 0; starts.AddMonths(month) is var day && day <= until && day <= ends; month++)
                    {
                        count += await session.Command("Billing/Sql/add-cycle").With("line", id).With("starts", day).ExecuteAsync(cancellationToken);
                    }

                    return count;
                },
                cancellationToken);
            await context.ReportProgressAsync((i + 1) * 100 / lines.Count, $"{created} cycles created");
        }

        SampleLog.Done(context.Log, created, "billing cycles created");
        context.SetResult(created);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
