using Silos.Samples.Data;
using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Renews subscriptions to Microsoft calendars that end within a day. One that is refused is an item error and is tried again next time.</summary>
internal sealed class RenewMicrosoftCalendarWebhooksHandler(SampleDatabase database, ICalendarProviders calendars) : IJob
{
    public const string Key = "renew-microsoft-calendar-webhooks";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        await using var session = await database.OpenAsync(cancellationToken);
        var ending = await session.Command("Billing/Sql/find-ending-subscriptions").With("provider", "microsoft")
            .With("until", context.DueAt.AddDays(1))
            .QueryAsync(static row => (Id: row.GetInt64(0), Resource: row.GetString(1)), cancellationToken);
        foreach (var (id, resource) in ending)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var expires = await calendars.RenewMicrosoftAsync(resource, cancellationToken);
                await session.Command("Billing/Sql/renew-subscription").With("id", id).With("expires", expires).ExecuteAsync(cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                context.ItemFailed(resource, exception);
            }
        }

        var renewed = ending.Count - context.ItemErrors;
        await context.ReportProgressAsync(100, $"{renewed} of {ending.Count} renewed");
        SampleLog.DoneWithFailures(context.Log, renewed, "subscriptions renewed", context.ItemErrors);
        context.SetResult(new BatchResult(renewed, context.ItemErrors));
    }
}
