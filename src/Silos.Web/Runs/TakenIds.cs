using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Runs;

/// <summary>Ids are unique over all tenants: one that is taken elsewhere made no run here, and saying otherwise would be a lie.</summary>
internal static class TakenIds
{
    /// <summary>The word for it.</summary>
    public const string Code = "id_taken";

    /// <summary>Refuses an id that something of another tenant has.</summary>
    /// <exception cref="ConflictException">It has.</exception>
    public static async ValueTask ThrowIfTakenAsync(ISilosStore store, TenantId tenant, EnqueueOutcome outcome, CancellationToken cancellationToken)
    {
        if (await IsTakenAsync(store, tenant, outcome, cancellationToken))
        {
            throw new ConflictException($"The id {outcome.Id} is taken; make another.", Code);
        }
    }

    /// <summary>Tells whether something of another tenant has the id.</summary>
    public static async ValueTask<bool> IsTakenAsync(ISilosStore store, TenantId tenant, EnqueueOutcome outcome, CancellationToken cancellationToken) =>
        outcome.Kind == EnqueueKind.Repeated && await store.Reader.FindAsync(tenant, outcome.Id, cancellationToken) is null;
}
