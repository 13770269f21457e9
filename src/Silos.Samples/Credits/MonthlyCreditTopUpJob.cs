using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Credits;

/// <summary>
/// On the first of the month: fills everybody's free credits up to the limit of their tier. A tier is a step; a user is
/// topped up together with the audit row that says so, and the row's key (user, month) is why it happens once.
/// </summary>
internal sealed class MonthlyCreditTopUpJob(SampleDatabase database) : IJob
{
    public const string Name = "Monthly Credit Top-Up";

    private const int BatchSize = 100;

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);

        // The month that was due: a run that starts late, or is repeated next month, still belongs to its own.
        var month = context.DueAt.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var tiers = await session.Command("Credits/Sql/list-tiers")
            .QueryAsync(static row => (Name: row.GetString(0), Limit: row.GetInt64(1)), cancellationToken);
        var users = 0;
        for (var i = 0; i < tiers.Count; i++)
        {
            var tier = tiers[i];
            users += await context.StepAsync($"tier {tier.Name}", token => TopUpAsync(context, session, tier.Name, tier.Limit, month, token));
            await context.ReportProgressAsync((i + 1) * 100 / tiers.Count, $"tier {tier.Name}: {users} users so far");
        }

        context.SetResult(new { month, users });
    }

    private static async Task<int> TopUpAsync(
        JobContext context, Session session, string tier, long limit, string month, CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var users = await session.Command("Credits/Sql/find-users-to-top-up")
                .With("tier", tier).With("month", month).With("limit", BatchSize)
                .QueryAsync(static row => (Id: row.GetInt64(0), Credits: row.GetInt64(1)), cancellationToken);
            if (users.Count == 0)
            {
                SampleLog.Done(context.Log, total, $"users of tier {tier} topped up for {month}");
                return total;
            }

            total += await session.InTransactionAsync(
                async () =>
                {
                    var count = 0;
                    foreach (var (id, credits) in users)
                    {
                        count += await session.Command("Credits/Sql/add-audit").With("user", id).With("month", month)
                            .With("amount", Math.Max(0, limit - credits)).With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
                        await session.Command("Credits/Sql/set-credits").With("user", id).With("credits", limit).ExecuteAsync(cancellationToken);
                    }

                    return count;
                },
                cancellationToken);
        }
    }
}
