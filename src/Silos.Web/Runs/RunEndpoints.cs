using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Keys;
using Silos.Runs;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Runs;

/// <summary><c>/api/runs</c>: what is to be done, is being done and was done.</summary>
internal sealed class RunEndpoints(
    ISilosClient client, ISilosStore store, EnqueueRequestReader reader, RunWaiter waiter, BodyLimits limits,
    RateGate rates, Surroundings surroundings, IOptions<SilosWebOptions> options)
{
    private const int LogLines = 200;
    private const string RecordedByRun = "every run keeps who asked for it";

    // After which a search that no index serves is answered with what it has found so far.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    public void Map(ApiRoutes api)
    {
        api.Post("/api/runs", "EnqueueRun", "Ask for a run; answered after the commit", EnqueueAsync)
            .Needs(Role.Operator).NotAudited(RecordedByRun)
            .Takes<EnqueueRequest>()
            .Gives<EnqueueResponse>(StatusCodes.Status202Accepted).Gives<EnqueueResponse>();
        api.Post("/api/runs/batch", "EnqueueRuns", "Ask for many runs in one commit", EnqueueManyAsync)
            .Needs(Role.Operator).NotAudited(RecordedByRun)
            .Takes<EnqueueBatchRequest>().Gives<EnqueueBatchResponse>(StatusCodes.Status202Accepted);
        api.Get("/api/runs", "ListRuns", "List runs, newest first", ListAsync)
            .Needs(Role.Viewer)
            .Query("state", "Only runs in this state; several with commas between them.")
            .Query("job", "Only runs of this job.")
            .Query("handler", "Only runs of this handler.")
            .Query("queue", "Only runs of this queue.")
            .Query("tag", "Only runs with this tag.")
            .Query("since", "Only runs asked for at or after this instant.")
            .Query("until", "Only runs asked for before this instant.")
            .Query("filter", "A group of conditions as JSON, as in the body of /api/job_logs/list.")
            .Query("cursor", "The next of the previous page. A page may have fewer runs than asked for, or none, and a next all the same.")
            .Query("limit", "How many at most, 1 to 500. Default: 50.")
            .Gives<RunListResponse>();
        api.Get("/api/runs/{id}", "GetRun", "Show a run with attempts, steps and log", GetAsync)
            .Needs(Role.Viewer)
            .Query("wait", "How long to wait for its end: true or a duration.")
            .Gives<RunDetailsResponse>();
        api.Get("/api/runs/{id}/log", "GetRunLog", "Show a piece of a run's log", LogAsync)
            .Needs(Role.Viewer)
            .Query("after", "Only lines after this sequence number; see next.")
            .Query("limit", "How many at most, 1 to 1000. Default: 200.")
            .Gives<LogResponse>();
        api.Post("/api/runs/{id}/cancel", "CancelRun", "Cancel a run: at once if it waits, cooperatively if it runs", CancelAsync)
            .Needs(Role.Operator).Audited("run.cancel", "run")
            .Takes<CancelRunRequest>(optional: true).Gives<EnqueueResponse>(StatusCodes.Status202Accepted);
        api.Post("/api/runs/{id}/retry", "RetryRun", "Run an ended run again, as a new run", RetryAsync)
            .Needs(Role.Operator).Audited("run.retry", "run")
            .Gives<EnqueueResponse>(StatusCodes.Status202Accepted);
        api.Get("/api/runs/{id}/explain", "ExplainRun", "Tell why a run is not running", ExplainAsync)
            .Needs(Role.Viewer).Gives<ExplainResponse>();
    }

    private async Task EnqueueAsync(HttpContext context)
    {
        var request = await RequestBody.ReadAsync(
            context, limits.Single, (json, problems) => reader.Read(context, json, string.Empty, problems));
        await rates.TakeRunsAsync(request.Tenant, 1, context.RequestAborted);
        var outcome = await client.EnqueueAsync(request, context.RequestAborted);
        ThrowIfRejected(outcome, request);
        await TakenIds.ThrowIfTakenAsync(store, request.Tenant, outcome, context.RequestAborted);
        await Answer.AcceptedAsync(context, outcome.Id, outcome.Kind);
    }

    private static void ThrowIfRejected(EnqueueOutcome outcome, RunRequest request)
    {
        if (outcome.Kind == EnqueueKind.Rejected)
        {
            throw new ConflictException(
                $"The idempotency key '{FieldProblem.Shorten(request.IdempotencyKey)}' is taken by run {outcome.Id}.", "duplicate");
        }
    }

    private async Task EnqueueManyAsync(HttpContext context)
    {
        var requests = await RequestBody.ReadAsync(
            context, limits.Batch, (json, problems) => reader.ReadMany(context, json, problems));
        await rates.TakeRunsAsync(Caller.Of(context).Tenant, requests.Count, context.RequestAborted);
        var outcomes = await client.EnqueueManyAsync(requests, context.RequestAborted);

        // The others are committed: so it is told of each what became of it.
        var answered = new EnqueueResponse[outcomes.Count];
        for (var i = 0; i < answered.Length; i++)
        {
            var taken = await TakenIds.IsTakenAsync(store, Caller.Of(context).Tenant, outcomes[i], context.RequestAborted);
            answered[i] = new EnqueueResponse(outcomes[i].Id.ToString(), taken ? TakenIds.Code : Words.Text(outcomes[i].Kind));
        }

        var answer = new EnqueueBatchResponse(answered);
        await Answer.WriteAsync(context, StatusCodes.Status202Accepted, answer, ClientJson.Readable.EnqueueBatchResponse);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new QueryFields(context.Request.Query);
        var wanted = RunListQuery.Read(query, Caller.Of(context).Tenant);
        query.Close();
        var (runs, lookedTo) = await RunScan.ListAsync(
            store.Reader, wanted with { Limit = wanted.Limit + 1 }, LongestLook, surroundings.Clock, context.RequestAborted);
        var items = runs.Take(wanted.Limit).Select(run => run.ToResponse()).ToList();
        var answer = new RunListResponse(items, runs.Count > wanted.Limit ? items[^1].Id : lookedTo?.ToString());
        await Answer.OkAsync(context, answer, ClientJson.Readable.RunListResponse);
    }

    private async Task GetAsync(HttpContext context)
    {
        var (tenant, id) = KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var wait = query.Wait("wait", options.Value.MaxWait) ?? TimeSpan.Zero;
        query.Close();
        var ended = wait > TimeSpan.Zero ? await waiter.WaitAsync(tenant, id, wait, context.RequestAborted) : null;

        // A run that is deleted when it completes has nothing left but its outcome.
        var details = ended is null
            ? await client.GetRunAsync(tenant, id, context.RequestAborted)
            : await store.Reader.FindAsync(tenant, id, context.RequestAborted) ?? new RunDetails(ended, [], []);
        var lines = await store.Reader.ReadLogAsync(tenant, id, 0, LogLines + 1, context.RequestAborted);
        var log = lines.Take(LogLines).Select(line => line.ToResponse()).ToList();
        var answer = details.ToResponse(log, lines.Count > LogLines ? log[^1].Sequence : null);
        await Answer.OkAsync(context, answer, ClientJson.Readable.RunDetailsResponse);
    }

    private async Task LogAsync(HttpContext context)
    {
        var (tenant, id) = KeyOf(context);
        var query = new QueryFields(context.Request.Query);
        var limit = query.Number("limit", 1, 1_000, LogLines);
        var after = query.Long("after") ?? 0;
        query.Close();
        var lines = await store.Reader.ReadLogAsync(tenant, id, after, limit + 1, context.RequestAborted);
        if (lines.Count == 0)
        {
            // Empty for a run that wrote nothing, not found for one that is not there.
            await client.GetRunAsync(tenant, id, context.RequestAborted);
        }

        var items = lines.Take(limit).Select(line => line.ToResponse()).ToList();
        var answer = new LogResponse(items, lines.Count > limit ? items[^1].Sequence : null);
        await Answer.OkAsync(context, answer, ClientJson.Readable.LogResponse);
    }

    private async Task CancelAsync(HttpContext context)
    {
        var (tenant, id) = KeyOf(context);
        var by = Caller.Of(context).Name;
        var request = await RequestBody.ReadAsync(
            context, BodyLimits.Small, (json, problems) => ReadCancel(by, json, problems), mayBeEmpty: true);
        AuditNote.Of(context).Reason = request.Reason;
        if (!await client.CancelAsync(tenant, id, request, context.RequestAborted))
        {
            throw new ConflictException($"Run {id} has already ended.", "run_ended");
        }

        await Answer.AcceptedAsync(context, id);
    }

    private CancelRequest ReadCancel(string by, JsonElement json, List<FieldProblem> problems)
    {
        var request = new CancelRequest(by, null, surroundings.Clock.Now());
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return request;
        }

        // Who somebody says they are stands beside who they have shown to be.
        request = request with
        {
            Reason = fields.Text("reason", 1_000),
            By = fields.Text("cancelledBy", 100) is { Length: > 0 } claimed ? $"{claimed} ({by})" : by,
            Terminate = fields.Flag("terminate") ?? false,
        };
        fields.Close();
        return request;
    }

    private async Task RetryAsync(HttpContext context)
    {
        var (tenant, id) = KeyOf(context);
        await RequestBody.ReadAsync(
            context,
            BodyLimits.Small,
            (json, problems) =>
            {
                JsonFields.Open(json, string.Empty, problems)?.Close();
                return true;
            },
            mayBeEmpty: true);
        await rates.TakeRunsAsync(tenant, 1, context.RequestAborted);
        var run = await client.RetryAsync(tenant, id, Caller.Of(context).Name, context.RequestAborted);
        AuditNote.Of(context).Detail["run"] = run.ToString();
        await Answer.AcceptedAsync(context, run);
    }

    private async Task ExplainAsync(HttpContext context)
    {
        var (tenant, id) = KeyOf(context);
        var blockers = await client.ExplainRunAsync(tenant, id, context.RequestAborted);
        await Answer.OkAsync(context, blockers.ToResponse(), ClientJson.Readable.ExplainResponse);
    }

    private static (TenantId Tenant, RunId Id) KeyOf(HttpContext context) =>
        (Caller.Of(context).Tenant, RunId.Parse((string)context.GetRouteValue("id")!));
}
