using Silos.Stores;
using Silos.Web.Dashboard.Live;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Shell;

/// <summary>The tenants that somebody may look at. Those of the installation are read once for everybody, and no page waits long for them.</summary>
internal sealed class TeamGlance(ISilosStore store, Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Glance<IReadOnlyList<TenantId>> _glance = new(async () => await store.Jobs.ListTenantsAsync(CancellationToken.None), surroundings.Clock);

    /// <summary>Reads them by name: those of the credential, or those that have jobs, with the one that is looked at and the one that is meant when nobody says.</summary>
    public async Task<IReadOnlyList<TenantId>> ReadAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.Scope.IsAll)
        {
            return caller.Scope.Tenants;
        }

        IReadOnlyList<TenantId> found;
        try
        {
            found = await _glance.ReadAsync(cancellationToken).WaitAsync(Patience, surroundings.Clock, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The page says what is wrong with the store, if it has anything to do with it.
            found = [];
        }

        return [.. found.Append(caller.Tenant).Append(caller.Scope.First).Distinct().OrderBy(tenant => tenant.Value, StringComparer.Ordinal)];
    }
}
