using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Marks credits that have expired: mark, transaction and balance together, a credit at a time.</summary>
internal sealed class ExpiredCreditsHandler(SampleDatabase database) : IJob
{
    public const string Key = "expired-credits";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        context.SetResult(await Batches.UntilDoneAsync(
            context, "credits expired", () => BatchAsync(session, context, cancellationToken), cancellationToken));
    }

    private static async Task<int> BatchAsync(Session session, JobContext context, CancellationToken cancellationToken)
    {
        var credits = await session.Command("Billing/Sql/find-expired-credits").With("now", context.DueAt).With("limit", 100)
            .QueryAsync(static row => (Id: row.GetInt64(0), Client: row.GetInt64(1), Cents: row.GetInt64(2)), cancellationToken);
        return await session.InTransactionAsync(
            async () =>
            {
                foreach (var (id, client, cents) in credits)
                {
                    await session.Command("Billing/Sql/expire-credit").With("id", id).ExecuteAsync(cancellationToken);
                    await session.Command("Billing/Sql/add-credit-transaction").With("credit", id).With("kind", "expiration")
                        .With("amount", -cents).With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
                    await session.Command("Billing/Sql/lower-balance").With("client", client).With("amount", cents).ExecuteAsync(cancellationToken);
                }

                return credits.Count;
            },
            cancellationToken);
    }
}
