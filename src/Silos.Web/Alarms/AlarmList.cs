using Silos.Alarms;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Web.Alarms;

/// <summary>An alarm with what became of telling people of it.</summary>
/// <param name="Alarm">The alarm.</param>
/// <param name="Messages">Each telling with its run; no run where that is no longer kept.</param>
internal sealed record ToldAlarm(Alarm Alarm, IReadOnlyList<(AlarmMessage Message, Run? Run)> Messages);

/// <summary>Reads alarms, for the API and for the pages.</summary>
internal sealed class AlarmList(ISilosStore store)
{
    /// <summary>How many of those that are over are read.</summary>
    public const int MostEnded = 500;

    private const int Piece = 100;

    /// <summary>Reads those of all tenants that last, the latest first.</summary>
    public async Task<ILookup<TenantId, Alarm>> ActiveAsync(CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken)).Where(alarm => alarm.EndedAt is null).OrderByDescending(alarm => alarm.Since).ToLookup(alarm => alarm.Tenant);

    /// <summary>Reads those of a tenant: those that last first, and in each part the latest.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="ended">Whether also those that are over.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<ToldAlarm>> ReadAsync(TenantId tenant, bool ended, CancellationToken cancellationToken)
    {
        var alarms = (await AllAsync(cancellationToken)).Where(alarm => alarm.Tenant == tenant).OrderByDescending(alarm => alarm.Since).ToList();
        List<Alarm> wanted =
        [
            .. alarms.Where(alarm => alarm.EndedAt is null),
            .. alarms.Where(alarm => ended && alarm.EndedAt is not null).Take(MostEnded),
        ];
        var runs = await RunsAsync(tenant, [.. wanted.SelectMany(alarm => alarm.Messages).Select(message => message.Run)], cancellationToken);
        return
        [
            .. wanted.Select(alarm => new ToldAlarm(alarm, [.. alarm.Messages.Select(message => (message, runs.GetValueOrDefault(message.Run)))])),
        ];
    }

    private async Task<IEnumerable<Alarm>> AllAsync(CancellationToken cancellationToken) =>
        (await store.Settings.ListAsync(Alarm.SettingKind, cancellationToken))
            .Where(setting => !setting.Value.IsNull)
            .Select(setting => setting.Value.As<Alarm>()!);

    /// <summary>Finds the runs that tell of a tenant's alarms; they are its own.</summary>
    private async Task<Dictionary<RunId, Run>> RunsAsync(TenantId tenant, IReadOnlyList<RunId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<RunId, Run>();
        foreach (var piece in ids.Chunk(Piece))
        {
            var runs = await store.Reader.ListAsync(
                new RunQuery(tenant, new FilterCondition("id", FilterOperator.In, [.. piece.Select(id => (object)id)]), Limit: Piece), cancellationToken);
            foreach (var run in runs)
            {
                found[run.Id] = run;
            }
        }

        return found;
    }
}
