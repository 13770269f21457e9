using Silos.Workers;

namespace Silos.Samples.Billing;

/// <summary>Makes sure that Google's calendar messages reach us.</summary>
internal sealed class VerifyGoogleCalendarPubSubHandler(ICalendarProviders calendars) : IJob
{
    public const string Key = "verify-google-calendar-pubsub";

    public async Task RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var setUp = await calendars.EnsureGooglePubSubAsync(cancellationToken);
        await context.ReportProgressAsync(100, setUp ? "set up" : "in order");
        context.SetResult(new { setUp });
    }
}
