using Npgsql;
using Silos.Stores;

namespace Silos.Postgres.Settings;

/// <summary>Small settings.</summary>
internal sealed class PostgresSettingStore(Database database, Action assertHeld) : ISettingStore
{
    private static readonly string ListSettings = SqlText.Get("Settings/list_settings");
    private static readonly string FindSetting = SqlText.Get("Settings/find_setting");
    private static readonly string InsertSetting = SqlText.Get("Settings/insert_setting");
    private static readonly string UpdateSetting = SqlText.Get("Settings/update_setting");
    private static readonly string DeleteSetting = SqlText.Get("Settings/delete_setting");

    public async ValueTask<IReadOnlyList<Setting>> ListAsync(string kind, CancellationToken cancellationToken)
    {
        var settings = new List<Setting>();
        var batch = new SqlBatch();
        batch.AddRows(ListSettings, row => settings.Add(Read(row)), SqlBatch.Text(Text.Clean(kind)));
        await batch.RunAsync(database.Writes, cancellationToken);
        return settings;
    }

    public ValueTask<Setting?> FindAsync(string kind, string key, CancellationToken cancellationToken) =>
        OneAsync(FindSetting, cancellationToken, SqlBatch.Text(Text.Clean(kind)), SqlBatch.Text(Text.Clean(key)));

    public ValueTask<Setting?> TrySaveAsync(Setting setting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(setting);
        assertHeld();
        NpgsqlParameter[] parameters =
        [
            SqlBatch.Text(Text.Clean(setting.Kind)),
            SqlBatch.Text(Text.Clean(setting.Key)),
            SqlBatch.Text(setting.Value.Text),
        ];
        return setting.Version == 0
            ? OneAsync(InsertSetting, cancellationToken, parameters)
            : OneAsync(UpdateSetting, cancellationToken, [.. parameters, SqlBatch.P(setting.Version)]);
    }

    public async ValueTask<bool> TryDeleteAsync(string kind, string key, long version, CancellationToken cancellationToken)
    {
        assertHeld();
        return await OneAsync(
            DeleteSetting, cancellationToken, SqlBatch.Text(Text.Clean(kind)), SqlBatch.Text(Text.Clean(key)), SqlBatch.P(version)) is not null;
    }

    private static Setting Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), JsonText.Trusted(row.GetString(2)), row.GetInt64(3));

    private async ValueTask<Setting?> OneAsync(
        string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        Setting? setting = null;
        var batch = new SqlBatch();
        batch.AddRows(sql, row => setting = Read(row), parameters);
        await batch.RunAsync(database.Writes, cancellationToken);
        return setting;
    }
}
