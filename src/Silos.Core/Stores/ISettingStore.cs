namespace Silos.Stores;

/// <summary>Where small, rarely written things live: queue settings, pauses of tenants or everything.</summary>
public interface ISettingStore
{
    /// <summary>Reads all settings of a kind, of all tenants.</summary>
    ValueTask<IReadOnlyList<Setting>> ListAsync(string kind, CancellationToken cancellationToken);

    /// <summary>Reads one setting, or null.</summary>
    ValueTask<Setting?> FindAsync(string kind, string key, CancellationToken cancellationToken);

    /// <summary>Inserts (version 0) or updates; null when the version is not current.</summary>
    ValueTask<Setting?> TrySaveAsync(Setting setting, CancellationToken cancellationToken);
}

/// <summary>One setting.</summary>
/// <param name="Kind">What it is: <c>queue</c>, <c>pause</c>.</param>
/// <param name="Key">Which one, unique in its kind: <c>tenant/queue</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Version">The number of writes so far; 0 if it was never stored.</param>
public sealed record Setting(string Kind, string Key, JsonText Value, long Version = 0);
