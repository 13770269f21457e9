using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Keys;
using Silos.Runs;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Dashboard.Runs;
using Silos.Web.Http;

namespace Silos.Web.Runs;

/// <summary><c>/api/job_logs</c>: runs that were started, in the words and envelopes of existing job logs.</summary>
internal sealed class JobLogEndpoints(ISilosClient client, ISilosStore store, Patience patience)
{
    private const int DefaultLimit = 20;

    public void Map(ApiRoutes api)
    {
        api.Post("/api/job_logs/list", "ListJobLogs", "List the job log, newest first", ListAsync)
            .Needs(Role.Viewer).NotAudited("it only reads")
            .Takes<JobLogListRequest>().Gives<Envelope<JobLogPage>>();
        api.Get("/api/job_logs/statistics", "GetJobLogStatistics", "Count runs, in all and by job", StatisticsAsync)
            .Needs(Role.Viewer).Gives<Envelope<JobLogStatistics>>();
    }

    private async Task ListAsync(HttpContext context)
    {
        var tenant = Caller.Of(context).Tenant;
        var (page, limit, filter) = await RequestBody.ReadAsync(context, BodyLimits.Small, Read, mayBeEmpty: true);
        var total = await patience.OrRefuseAsync(
            cancelled => store.Reader.CountAsync(tenant, filter, cancelled).AsTask(), context.RequestAborted);
        var query = new RunQuery(tenant, filter, Limit: limit, Offset: (page - 1) * limit);
        var runs = query.Offset < total ? await client.ListRunsAsync(query, context.RequestAborted) : [];
        var data = new JobLogPage([.. runs.Select(ToRecord)], page, limit, total);
        await Answer.OkAsync(context, new Envelope<JobLogPage>(true, data), ClientJson.Readable.EnvelopeJobLogPage);
    }

    private static (int Page, int Limit, Filter Filter) Read(JsonElement json, List<FieldProblem> problems)
    {
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return default;
        }

        var page = (int)(fields.Number("page", 1, 1_000_000) ?? 1);
        var limit = (int)(fields.Number("limit", 1, 500) ?? DefaultLimit);
        var filter = JobLogVocabulary.Started;
        if (fields.TryGet("filter", out var given)
            && new FilterReader(JobLogVocabulary.Instance, problems).Read(given, "filter") is { } asked)
        {
            filter = new FilterGroup(All: true, [filter, asked]);
        }

        fields.Close();
        return (page, limit, filter);
    }

    private async Task StatisticsAsync(HttpContext context)
    {
        var statistics = await store.Reader.StatisticsAsync(Caller.Of(context).Tenant, context.RequestAborted);
        var byJob = statistics.ByJob.ToDictionary(
            pair => pair.Key, pair => new JobLogJobStatistics(pair.Value.Total, pair.Value.Failed), StringComparer.Ordinal);
        var data = new JobLogStatistics(statistics.Total, statistics.Successful, statistics.Failed, byJob);
        await Answer.OkAsync(context, new Envelope<JobLogStatistics>(true, data), ClientJson.Readable.EnvelopeJobLogStatistics);
    }

    private static JobLogRecord ToRecord(Run run)
    {
        // A run may be listed by one read and be queued again for the next attempt: it was started all the same.
        var started = run.StartedAt ?? run.EnqueuedAt;
        return new JobLogRecord
        {
            Id = run.Id.ToString(),
            JobName = run.Job?.Value ?? run.Handler,
            Status = JobLogVocabulary.StatusOf(run.State),
            StartedAt = started,
            EndedAt = run.EndedAt,
            Duration = run.DurationMs ?? 0,
            Error = Redactor.Looks(run.Error?.Message ?? Cancelled(run)),
            Metadata = run.Options.Metadata,
            CreatedAt = run.EnqueuedAt,
            UpdatedAt = run.EndedAt ?? started,
        };
    }

    private static string Cancelled(Run run) => run is { State: RunState.Cancelled, Cancel: { } cancel }
        ? $"cancelled by {cancel.By}{(string.IsNullOrEmpty(cancel.Reason) ? string.Empty : $": {cancel.Reason}")}"
        : string.Empty;
}
