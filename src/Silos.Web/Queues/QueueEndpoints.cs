using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Queues;
using Silos.Keys;
using Silos.Queues;
using Silos.Schedules;
using Silos.Web.Http;
using Silos.Web.Jobs;

namespace Silos.Web.Queues;

/// <summary><c>/api/queues</c>: where runs wait.</summary>
internal sealed class QueueEndpoints(ISilosClient client)
{
    public void Map(ApiRoutes api)
    {
        api.Get("/api/queues", "ListQueues", "List queues with settings and depth", ListAsync)
            .Needs(Role.Viewer).Gives<QueueListResponse>();
        api.Post("/api/queues/{name}/pause", "PauseQueue", "Stop a queue from starting runs", PauseAsync)
            .Needs(Role.Operator).Audited("queue.pause", "queue")
            .Takes<ReasonRequest>(optional: true).GivesNothing();
        api.Post("/api/queues/{name}/resume", "ResumeQueue", "Let a queue start runs again", ResumeAsync)
            .Needs(Role.Operator).Audited("queue.resume", "queue")
            .Takes<ReasonRequest>(optional: true).GivesNothing();
        api.Put("/api/queues/{name}/limits", "PutQueueLimits", "Set a queue's limits; what is left out is not limited", PutLimitsAsync)
            .Needs(Role.Admin).Audited("queue.limits", "queue")
            .Takes<QueueLimitsDocument>().GivesNothing();
    }

    private static QueueKey KeyOf(HttpContext context) =>
        new(Caller.Of(context).Tenant, QueueName.Parse(RouteName.Of(context)));

    private async Task ListAsync(HttpContext context)
    {
        var queues = await client.ListQueuesAsync(Caller.Of(context).Tenant, context.RequestAborted);
        var answer = new QueueListResponse([.. queues.Select(ToResponse)]);
        await Answer.OkAsync(context, answer, ClientJson.Readable.QueueListResponse);
    }

    private async Task PauseAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var reason = await ReasonBody.ReadAsync(context);
        await client.PauseQueueAsync(key, Caller.Of(context).Name, reason, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task ResumeAsync(HttpContext context)
    {
        var key = KeyOf(context);
        await ReasonBody.ReadAsync(context);
        await client.ResumeQueueAsync(key, Caller.Of(context).Name, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private async Task PutLimitsAsync(HttpContext context)
    {
        var key = KeyOf(context);
        var wanted = await RequestBody.ReadAsync(context, BodyLimits.Small, ReadLimits);
        await client.SetQueueLimitsAsync(key, wanted, context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private static QueueLimits ReadLimits(JsonElement json, List<FieldProblem> problems)
    {
        var none = QueueLimits.None;
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return none;
        }

        var wanted = new QueueLimits
        {
            MaxConcurrency = (int?)fields.Number("maxConcurrency", 1, 1_000_000),
            Rate = (int?)fields.Number("rate", 1, 1_000_000),
            RateInterval = fields.Duration("rateInterval", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)) ?? none.RateInterval,
            Burst = (int?)fields.Number("burst", 1, 1_000_000),
            Weight = (int)(fields.Number("weight", 1, 1_000) ?? none.Weight),
        };
        if (wanted.Rate is null && wanted.Burst is not null)
        {
            fields.Report("burst", wanted.Burst, "has a meaning only together with 'rate'");
        }

        fields.Close();
        return wanted;
    }

    private static QueueResponse ToResponse(QueueView view) => new(
        view.Queue.Name.Value,
        view.Pause.ToResponse(),
        new QueueLimitsDocument
        {
            MaxConcurrency = view.Limits.MaxConcurrency,
            Rate = view.Limits.Rate,
            RateInterval = view.Limits.Rate is null ? null : DurationText.Format(view.Limits.RateInterval),
            Burst = view.Limits.Burst,
            Weight = view.Limits.Weight,
        },
        view.Depth.Queued,
        view.Depth.Scheduled,
        view.Depth.Running,
        view.Depth.OldestQueuedAt);
}
