namespace Silos.Keys;

/// <summary>Which keys (not sessions) to list: those that open something first, and of each the latest first.</summary>
/// <param name="Tenant">Only keys of this tenant alone; null for all keys.</param>
/// <param name="Now">The current instant, which says what opens something.</param>
public sealed record KeyQuery(TenantId? Tenant, DateTimeOffset Now)
{
    /// <summary>Gets how many to leave out at the beginning: those of the pages before.</summary>
    public int Offset { get; init; }

    /// <summary>Gets how many at most.</summary>
    public int Limit { get; init; } = 100;
}
