using System.Globalization;
using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Tells clients about credits that expire within seven days, once a credit.</summary>
internal sealed class ExpiringCreditsNotificationHandler(SampleDatabase database) : IJob
{
    public const string Key = "expiring-credits-notification";

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(7);

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var credits = await session.Command("Billing/Sql/find-expiring-credits")
            .With("now", context.DueAt).With("until", context.DueAt + Ahead)
            .QueryAsync(
                static row => new Credit(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4)), cancellationToken);
        for (var i = 0; i < credits.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var credit = credits[i];
            await session.Command("Billing/Sql/add-mail").With("key", $"credit-{credit.Id}-expiring").With("recipient", credit.Email)
                .With("subject", "Your credit is about to expire")
                .With("body", string.Create(CultureInfo.InvariantCulture, $"{credit.Client}: {credit.Cents / 100m:0.00} expire on {credit.ExpiresAt[..10]}."))
                .With("at", context.Clock.Now()).ExecuteAsync(cancellationToken);
            await context.ReportProgressAsync((i + 1) * 100 / credits.Count, $"{i + 1} of {credits.Count}");
        }

        SampleLog.Done(context.Log, credits.Count, "notifications written");
        context.SetResult(credits.Count);
    }

    private sealed record Credit(long Id, string Client, string Email, long Cents, string ExpiresAt);
}
