namespace Silos.Samples.Billing;

/// <summary>The calendars of other companies, as far as the samples need them.</summary>
internal interface ICalendarProviders
{
    /// <summary>Renews a subscription to a Microsoft calendar and returns when it ends now.</summary>
    Task<DateTimeOffset> RenewMicrosoftAsync(string resource, CancellationToken cancellationToken);

    /// <summary>Makes sure that Google's messages reach us; returns whether something had to be set up.</summary>
    Task<bool> EnsureGooglePubSubAsync(CancellationToken cancellationToken);
}
