using Silos.Stores;

namespace Silos.Testing;

internal sealed class InMemorySettings(InMemoryStore store) : ISettingStore
{
    public ValueTask<IReadOnlyList<Setting>> ListAsync(string kind, CancellationToken cancellationToken) =>
        store.DoAsync<IReadOnlyList<Setting>>(
            "settings.list",
            db =>
            [
                .. db.Settings.Values.Where(setting => setting.Kind == kind).OrderBy(setting => setting.Key, StringComparer.Ordinal),
            ],
            cancellationToken);

    public ValueTask<Setting?> FindAsync(string kind, string key, CancellationToken cancellationToken) =>
        store.DoAsync("settings.find", db => db.Settings.GetValueOrDefault((kind, key)), cancellationToken);

    public ValueTask<Setting?> TrySaveAsync(Setting setting, CancellationToken cancellationToken) =>
        store.DoAsync(
            "settings.save",
            db => (db.Settings.GetValueOrDefault((setting.Kind, setting.Key))?.Version ?? 0) == setting.Version
                ? db.Settings[(setting.Kind, setting.Key)] = setting with { Version = setting.Version + 1 }
                : null,
            cancellationToken);

    public ValueTask<bool> TryDeleteAsync(string kind, string key, long version, CancellationToken cancellationToken) =>
        store.DoAsync(
            "settings.delete",
            db => db.Settings.GetValueOrDefault((kind, key))?.Version == version && db.Settings.Remove((kind, key)),
            cancellationToken);
}
