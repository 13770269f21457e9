using Microsoft.AspNetCore.Http;
using Silos.Alarms;
using Silos.Client.Alarms;
using Silos.Client.Json;
using Silos.Keys;
using Silos.Runs;
using Silos.Web.Http;

namespace Silos.Web.Alarms;

/// <summary><c>/api/alarms</c>: what should have happened and has not.</summary>
internal sealed class AlarmEndpoints(AlarmList list)
{
    public void Map(ApiRoutes api) =>
        api.Get("/api/alarms", "ListAlarms", "List the alarms, the latest first: of each job or queue the last of each kind", ListAsync)
            .Needs(Role.Viewer)
            .Query("state", "active: those that last (the default); all: also those that are over, at most 500. Each says how it was told.")
            .Gives<AlarmListResponse>();

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var ended = query.Word<AlarmSelection>("state") == AlarmSelection.All;
        query.Close();
        var alarms = await list.ReadAsync(Caller.Of(context).Tenant, ended, context.RequestAborted);
        await Answer.OkAsync(context, new AlarmListResponse([.. alarms.Select(ToResponse)]), ClientJson.Readable.AlarmListResponse);
    }

    private static AlarmResponse ToResponse(ToldAlarm told) => new()
    {
        Kind = Alarm.TextOf(told.Alarm.Kind),
        Job = told.Alarm.Job?.Value,
        Queue = told.Alarm.Queue?.Value,
        DueAt = told.Alarm.DueAt,
        Since = told.Alarm.Since,
        EndedAt = told.Alarm.EndedAt,
        Text = told.Alarm.Text,
        Messages = [.. told.Messages.Select(sent => ToResponse(sent.Message, sent.Run))],
    };

    private static AlarmMessageResponse ToResponse(AlarmMessage message, Run? run) => new()
    {
        Channel = message.Channel,
        About = message.IsEnd ? "end" : "begin",
        State = AlarmWords.Of(run?.State),
        EndedAt = run?.EndedAt,
    };
}
