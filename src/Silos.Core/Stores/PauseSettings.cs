using Silos.Jobs;

namespace Silos.Stores;

/// <summary>Pauses of tenants and of everything, as the store has them among its settings.</summary>
public static class PauseSettings
{
    /// <summary>Their kind; the key is the tenant, or <see cref="Everything"/>.</summary>
    public const string Kind = "pause";

    /// <summary>The key of the pause of everything.</summary>
    public const string Everything = "*";

    /// <summary>Reads what holds back everything that a tenant has.</summary>
    public static async ValueTask<TenantPauses> ReadPausesAsync(this ISettingStore settings, TenantId tenant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new TenantPauses(await ReadAsync(tenant.Value), await ReadAsync(Everything));

        async ValueTask<Pause?> ReadAsync(string key) =>
            await settings.FindAsync(Kind, key, cancellationToken) is { Value: { IsNull: false } value } ? value.As<Pause>() : null;
    }
}

/// <summary>What holds back everything that a tenant has: nothing falls due and nothing starts.</summary>
/// <param name="Tenant">The pause of the tenant, or null.</param>
/// <param name="All">The pause of every tenant, or null.</param>
public sealed record TenantPauses(Pause? Tenant, Pause? All)
{
    /// <summary>Gets whether there is one.</summary>
    public bool Any => Tenant is not null || All is not null;
}
