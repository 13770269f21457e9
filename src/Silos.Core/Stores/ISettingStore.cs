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

    /// <summary>Deletes a setting under its version; false, and nothing is deleted, when it is not there or the version is not current.</summary>
    /// <remarks>
    /// Whoever saves what was deleted meanwhile is refused, because there is no such version any more. A key that is used again begins anew with version 1.
    /// Like a save, this tells nobody: those that keep what they read are told by who deletes.
    /// </remarks>
    ValueTask<bool> TryDeleteAsync(string kind, string key, long version, CancellationToken cancellationToken);
}

/// <summary>One setting.</summary>
/// <param name="Kind">What it is: <c>queue</c>, <c>pause</c>.</param>
/// <param name="Key">Which one, unique in its kind: <c>tenant/queue</c>.</param>
/// <param name="Value">Its value.</param>
/// <param name="Version">The number of writes so far; 0 if it was never stored.</param>
public sealed record Setting(string Kind, string Key, JsonText Value, long Version = 0);
