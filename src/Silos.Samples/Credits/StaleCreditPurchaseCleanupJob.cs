using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Credits;

/// <summary>Daily: deletes pending and failed purchases older than seven days, and remembers in its own table that the day was done.</summary>
internal sealed class StaleCreditPurchaseCleanupJob(SampleDatabase database) : IJob
{
    public const string Name = "Stale Credit Purchase Cleanup";

    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    // Shorter than a day: the day on which the clocks go forward has 23 hours and is a day all the same.
    private static readonly TimeSpan Rest = TimeSpan.FromHours(20);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        if (await LastRunAsync(session, cancellationToken) is { } last && last > context.DueAt - Rest)
        {
            throw new SkipRunException($"Already processed at {Statement.Text(last)}, less than a day before; skipping.");
        }

        var deleted = await Batches.UntilDoneAsync(
            context,
            "stale purchases deleted",
            () => session.InTransactionAsync(
                () => session.Command("Credits/Sql/delete-stale-purchases").With("before", context.DueAt - Keep).With("limit", 500)
                    .ExecuteAsync(cancellationToken),
                cancellationToken),
            cancellationToken);
        await session.Command("Credits/Sql/save-last-run").With("job", Name).With("due", context.DueAt).ExecuteAsync(cancellationToken);
        context.SetResult(deleted);
    }

    private static async Task<DateTimeOffset?> LastRunAsync(Session session, CancellationToken cancellationToken)
    {
        var found = await session.Command("Credits/Sql/find-last-run").With("job", Name).QueryAsync(
            static row => DateTimeOffset.Parse(row.GetString(0), CultureInfo.InvariantCulture), cancellationToken);
        return found.Count == 0 ? null : found[0];
    }
}
