using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Corrects balances that are not the sum of what is left of a client's credits, and tells each correction in its log.</summary>
internal sealed class CreditReconciliationHandler(SampleDatabase database) : IJob
{
    public const string Key = "credit-reconciliation";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var wrong = await session.Command("Billing/Sql/find-wrong-balances").QueryAsync(
            static row => (Client: row.GetInt64(0), Balance: row.GetInt64(1), Actual: row.GetInt64(2)), cancellationToken);
        foreach (var (client, balance, actual) in wrong)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await session.Command("Billing/Sql/set-balance").With("client", client).With("balance", actual).ExecuteAsync(cancellationToken);
            SampleLog.BalanceCorrected(context.Log, client, balance, actual);
        }

        await context.ReportProgressAsync(100, $"{wrong.Count} balances corrected");
        context.SetResult(wrong.Count);
    }
}
