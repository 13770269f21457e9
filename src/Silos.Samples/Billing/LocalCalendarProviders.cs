namespace Silos.Samples.Billing;

/// <summary>Calendars within the process: renewals hold for three days, as Microsoft's do; the first check sets Google's messages up.</summary>
internal sealed class LocalCalendarProviders([FromKeyedServices(Engine.SilosClock.Key)] TimeProvider clock) : ICalendarProviders
{
    private int _verified;

    public Task<DateTimeOffset> RenewMicrosoftAsync(string resource, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(clock.Now().AddDays(3));
    }

    public Task<bool> EnsureGooglePubSubAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Interlocked.Exchange(ref _verified, 1) == 0);
    }
}
