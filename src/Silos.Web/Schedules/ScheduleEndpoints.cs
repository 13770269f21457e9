using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Client.Schedules;
using Silos.Keys;
using Silos.Schedules;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Schedules;

/// <summary><c>/api/schedules</c>: expressions, before a job has them.</summary>
internal sealed class ScheduleEndpoints(Surroundings surroundings)
{
    // What 'H' in an expression is spread by; a job's own preview shows its own.
    private const string JobName = "preview";

    public void Map(ApiRoutes api) =>
        api.Get("/api/schedules/preview", "PreviewSchedule", "Explain an expression and show its next due instants", PreviewAsync)
            .Needs(Role.Viewer)
            .Query("expression", "Cron, macro, @every 24h, @after 10m, a date, or the name of a schedule. Required.")
            .Query("timeZone", "The IANA zone, or local. Default: the host's.")
            .Query("daylightSaving", "default, skip or both.")
            .Query("from", "After which instant. Default: now.")
            .Query("count", "How many, 1 to 1000. Default: 10.")
            .Gives<SchedulePreviewResponse>();

    private async Task PreviewAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var expression = query.Text("expression", 1_000);
        var spec = new ScheduleSpec
        {
            Expression = expression ?? string.Empty,
            TimeZone = query.Text("timeZone", 100),
            DaylightSaving = query.Word<DaylightSavingRule>("daylightSaving") ?? DaylightSavingRule.Default,
        };
        var from = query.Instant("from") ?? surroundings.Clock.Now();
        var count = query.Number("count", 1, 1_000, 10);
        if (expression is null && query.Problems.Count == 0)
        {
            query.Report("expression", null, "is required");
        }

        query.Close();
        if (!CompiledSchedule.TryCompile(spec, surroundings.Schedules, JobName, out var schedule, out var problem))
        {
            throw new InvalidException([problem.In(spec)]);
        }

        var occurrences = schedule.Preview(from, count, new ScheduleAnchor(from)).Select(o => o.ToResponse());
        var answer = new SchedulePreviewResponse(spec.Expression, schedule.Zone.Id, schedule.Explanation, [.. occurrences]);
        await Answer.OkAsync(context, answer, ClientJson.Readable.SchedulePreviewResponse);
    }
}
