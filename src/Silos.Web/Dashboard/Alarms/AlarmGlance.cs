using Silos.Alarms;
using Silos.Web.Alarms;
using Silos.Web.Dashboard.Live;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Alarms;

/// <summary>The alarms that last, as pages show them: read once for everybody, and never by the page that shows how many there are.</summary>
internal sealed class AlarmGlance(AlarmList list, Surroundings surroundings)
{
    // How many there are stands on every page, and none waits for it when the store does not answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly Glance<ILookup<TenantId, Alarm>> _glance = new(() => list.ActiveAsync(CancellationToken.None), surroundings.Clock);

    /// <summary>Reads those of a tenant, the latest first.</summary>
    public async Task<IReadOnlyList<Alarm>> ReadAsync(TenantId tenant, CancellationToken cancellationToken) =>
        [.. (await _glance.ReadAsync(cancellationToken))[tenant]];

    /// <summary>Counts those of a tenant; null while nobody knows.</summary>
    public async Task<int?> CountAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadAsync(tenant, cancellationToken).WaitAsync(Patience, surroundings.Clock, cancellationToken)).Count;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The page says what is wrong with the store, if it has anything to do with it.
            return null;
        }
    }
}
