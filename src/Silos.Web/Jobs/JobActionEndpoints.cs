using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Jobs;
using Silos.Keys;
using Silos.Schedules;
using Silos.Web.Access;
using Silos.Web.Audit;
using Silos.Web.Http;
using Silos.Web.Runs;

namespace Silos.Web.Jobs;

/// <summary><c>/api/jobs/{name}/…</c>: what one can do to a job.</summary>
internal sealed class JobActionEndpoints(
    ISilosClient client, Backfills backfills, RunWaiter waiter, BodyLimits limits, RateGate rates, IOptions<SilosWebOptions> options)
{
    public void Map(ApiRoutes api)
    {
        api.Post("/api/jobs/{name}/trigger", "TriggerJob", "Run a job now, whatever its schedule says", TriggerAsync)
            .Needs(Role.Operator).Audited("job.trigger", "job")
            .Takes<TriggerRequest>(optional: true)
            .Gives<EnqueueResponse>(StatusCodes.Status202Accepted).Gives<RunResponse>();
        api.Post("/api/jobs/{name}/pause", "PauseJob", "Stop a job from falling due", PauseAsync)
            .Needs(Role.Operator).Audited("job.pause", "job")
            .Takes<ReasonRequest>(optional: true).Gives<JobResponse>();
        api.Post("/api/jobs/{name}/resume", "ResumeJob", "Let a job fall due again", ResumeAsync)
            .Needs(Role.Operator).Audited("job.resume", "job")
            .Takes<ReasonRequest>(optional: true).Gives<JobResponse>();
        api.Post("/api/jobs/{name}/backfill", "BackfillJob", "Make runs for due instants of the past; the same Idempotency-Key makes none twice", BackfillAsync)
            .Needs(Role.Operator).Audited("job.backfill", "job")
            .Takes<BackfillRequest>().Gives<BackfillResponse>().Gives<BackfillResponse>(StatusCodes.Status202Accepted);
    }

    private async Task TriggerAsync(HttpContext context)
    {
        var key = JobEndpoints.KeyOf(context);
        var (trigger, wait) = await RequestBody.ReadAsync(
            context, limits.Single, (json, problems) => ReadTrigger(context, json, problems), mayBeEmpty: true);
        trigger = await ShownPayload.RestoreAsync(client, key, trigger, Caller.Of(context), context.RequestAborted);
        await rates.TakeRunsAsync(key.Tenant, 1, context.RequestAborted);
        var id = await client.TriggerAsync(key, trigger, context.RequestAborted);
        var note = AuditNote.Of(context);
        note.Done = true;
        note.Detail["run"] = id.ToString();
        if (wait > TimeSpan.Zero && await waiter.WaitAsync(key.Tenant, id, wait, note.CallerGone) is { } ended)
        {
            await Answer.OkAsync(context, ended.ToResponse(), ClientJson.Readable.RunResponse);
            return;
        }

        await Answer.AcceptedAsync(context, id);
    }

    private (TriggerOptions Trigger, TimeSpan Wait) ReadTrigger(HttpContext context, JsonElement json, List<FieldProblem> problems)
    {
        var trigger = new TriggerOptions { By = Caller.Of(context).Name, TraceParent = TraceParent.Of(context.Request) };
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return (trigger, TimeSpan.Zero);
        }

        trigger = trigger with
        {
            Payload = fields.Json("payload"),
            Overlap = fields.Word<OverlapMode>("overlap"),
            Id = EnqueueRequestReader.Id(fields),
        };
        var wait = ReadWait(fields);
        fields.Close();
        limits.CheckPayload(trigger.Payload);
        return (trigger, wait);
    }

    private TimeSpan ReadWait(JsonFields fields)
    {
        if (!fields.TryGet("wait", out var value))
        {
            return TimeSpan.Zero;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => value.GetRawText(),
            _ => string.Empty,
        };
        if (WaitText.TryParse(text, options.Value.MaxWait, out var wait))
        {
            return wait;
        }

        fields.Report("wait", text.Length == 0 ? null : text, $"must be true, false, a number of seconds or a duration; {DurationText.Hint}");
        return TimeSpan.Zero;
    }

    private async Task PauseAsync(HttpContext context)
    {
        var key = JobEndpoints.KeyOf(context);
        var reason = await ReasonBody.ReadAsync(context);
        await client.PauseAsync(key, Caller.Of(context).Name, reason, context.RequestAborted);
        AuditNote.Of(context).Done = true;
        await ShowAsync(context, key);
    }

    private async Task ResumeAsync(HttpContext context)
    {
        var key = JobEndpoints.KeyOf(context);
        var reason = await ReasonBody.ReadAsync(context);
        await client.ResumeAsync(key, Caller.Of(context).Name, reason, context.RequestAborted);
        AuditNote.Of(context).Done = true;
        await ShowAsync(context, key);
    }

    private async Task BackfillAsync(HttpContext context)
    {
        var key = JobEndpoints.KeyOf(context);
        var request = await RequestBody.ReadAsync(context, BodyLimits.Small, ReadBackfill);
        var result = request.DryRun
            ? await backfills.CountAsync(context, key, request.From, request.To)
            : await backfills.MakeAsync(context, key, request.From, request.To);
        var answer = new BackfillResponse(result.Count, [.. result.Runs.Select(run => run.ToString())], request.DryRun);
        await Answer.WriteAsync(
            context,
            request.DryRun ? StatusCodes.Status200OK : StatusCodes.Status202Accepted,
            answer,
            ClientJson.Readable.BackfillResponse);
    }

    private static BackfillRequest ReadBackfill(JsonElement json, List<FieldProblem> problems)
    {
        var request = new BackfillRequest();
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return request;
        }

        request = new BackfillRequest
        {
            From = Required(fields, "from"),
            To = Required(fields, "to"),
            DryRun = fields.Flag("dryRun") ?? false,
        };
        fields.Close();
        if (problems.Count == 0 && request.To < request.From)
        {
            fields.Report("to", InstantText.Format(request.To), "must not be before 'from'");
        }

        return request;
    }

    private static DateTimeOffset Required(JsonFields fields, string name)
    {
        if (!fields.TryGet(name, out _))
        {
            fields.Report(name, null, "is required");
            return default;
        }

        return fields.Instant(name) ?? default;
    }

    private async Task ShowAsync(HttpContext context, JobKey key)
    {
        var view = await client.GetAsync(key, context.RequestAborted);
        await Answer.OkAsync(context, view.ToResponse(), ClientJson.Readable.JobResponse);
    }
}
