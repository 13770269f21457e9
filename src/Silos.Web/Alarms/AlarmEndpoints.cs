using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Client.Alarms;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Http;

namespace Silos.Web.Alarms;

/// <summary><c>/api/alarms</c>: what should have happened and has not.</summary>
internal sealed class AlarmEndpoints(ISilosStore store)
{
    private const int MostEnded = 500;

    public void Map(ApiRoutes api) =>
        api.Get("/api/alarms", "ListAlarms", "List the alarms, the latest first: of each job or queue the last of each kind", ListAsync)
            .Needs(Role.Viewer)
            .Query("state", "active: those that last (the default); all: also those that are over, at most 500.")
            .Gives<AlarmListResponse>();

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var ended = query.Word<AlarmSelection>("state") == AlarmSelection.All;
        query.Close();
        var tenant = Caller.Of(context).Tenant;
        var settings = await store.Settings.ListAsync(Alarm.SettingKind, context.RequestAborted);
        var alarms = settings
            .Where(setting => !setting.Value.IsNull)
            .Select(setting => setting.Value.As<Alarm>()!)
            .Where(alarm => alarm.Tenant == tenant)
            .OrderByDescending(alarm => alarm.Since)
            .ToList();
        List<AlarmResponse> items =
        [
            .. alarms.Where(alarm => alarm.EndedAt is null).Select(ToResponse),
            .. alarms.Where(alarm => ended && alarm.EndedAt is not null).Take(MostEnded).Select(ToResponse),
        ];
        await Answer.OkAsync(context, new AlarmListResponse(items), ClientJson.Readable.AlarmListResponse);
    }

    /// <summary>Which alarms to list.</summary>
    private enum AlarmSelection
    {
        /// <summary>Those that last.</summary>
        Active,

        /// <summary>Also those that are over.</summary>
        All,
    }

    private static AlarmResponse ToResponse(Alarm alarm) => new()
    {
        Kind = Alarm.TextOf(alarm.Kind),
        Job = alarm.Job?.Value,
        Queue = alarm.Queue?.Value,
        DueAt = alarm.DueAt,
        Since = alarm.Since,
        EndedAt = alarm.EndedAt,
        Text = alarm.Text,
    };
}
