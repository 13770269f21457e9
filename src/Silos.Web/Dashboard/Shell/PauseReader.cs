using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Dashboard.Shell;

/// <summary>Reads whether everything is paused, which every page says.</summary>
internal sealed class PauseReader(ISilosStore store, Surroundings surroundings)
{
    // No page waits for it when the store does not answer.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads what holds back everything of a tenant; null while nobody knows.</summary>
    public async Task<TenantPauses?> ReadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Settings.ReadPausesAsync(tenant, cancellationToken).AsTask().WaitAsync(Patience, surroundings.Clock, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The page says what is wrong with the store, if it has anything to do with it.
            return null;
        }
    }
}
