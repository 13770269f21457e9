using Silos.Sqlite.Storage;
using Silos.Stores;

namespace Silos.Sqlite.Settings;

internal sealed class SqliteSettingStore(SqliteStore store) : ISettingStore
{
    public async ValueTask<IReadOnlyList<Setting>> ListAsync(string kind, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Settings.List).Bind(kind).ReadAll(Read), cancellationToken);

    public async ValueTask<Setting?> FindAsync(string kind, string key, CancellationToken cancellationToken) =>
        await store.Database.ReadAsync(
            connection => connection.Prepare(SqlText.Settings.Find).Bind(kind).Bind(key).ReadFirst(Read), cancellationToken);

    public async ValueTask<Setting?> TrySaveAsync(Setting setting, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection =>
            {
                var statement = connection.Prepare(setting.Version == 0 ? SqlText.Settings.Insert : SqlText.Settings.Update)
                    .Bind(setting.Kind).Bind(setting.Key).Bind(setting.Value);
                return (setting.Version == 0 ? statement : statement.Bind(setting.Version)).Execute() > 0
                    ? setting with { Version = setting.Version + 1 }
                    : null;
            },
            cancellationToken);

    public async ValueTask<bool> TryDeleteAsync(string kind, string key, long version, CancellationToken cancellationToken) =>
        await store.Database.WriteAsync(
            connection => connection.Prepare(SqlText.Settings.Delete).Bind(kind).Bind(key).Bind(version).Execute() > 0, cancellationToken);

    private static Setting Read(Statement row) => new(row.Text(0), row.Text(1), JsonText.Trusted(row.Text(2)), row.Long(3));
}
