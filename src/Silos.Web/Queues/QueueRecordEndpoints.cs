using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Json;
using Silos.Client.Queues;
using Silos.Keys;
using Silos.Runs;
using Silos.Secrets;
using Silos.Stores;
using Silos.Web.Access;
using Silos.Web.Http;
using Silos.Web.Runs;

namespace Silos.Web.Queues;

/// <summary>
/// <c>/api/collections/queues/records</c>: enqueues in the words of existing clients. <c>payload.type</c> is the handler,
/// <c>payload.data</c> what it is given, <c>retry_count</c> the attempts in all, <c>timeout</c> in seconds.
/// </summary>
internal sealed class QueueRecordEndpoints(ISilosClient client, ISilosStore store, BodyLimits limits, RateGate rates, Surroundings surroundings)
{
    public void Map(ApiRoutes api) =>
        api.Post("/api/collections/queues/records", "CreateQueueRecord", "Enqueue a record of the collection 'queues'", CreateAsync)
            .Needs(Role.Operator).NotAudited("every run keeps who asked for it")
            .Takes<QueueRecordRequest>().Gives<QueueRecordResponse>();

    private async Task CreateAsync(HttpContext context)
    {
        var (request, record) = await RequestBody.ReadAsync(
            context, limits.Single, (json, problems) => Read(context, json, problems));
        await rates.TakeRunsAsync(request.Tenant, 1, context.RequestAborted);
        var outcome = await EnqueueAsync(request, context.RequestAborted);
        await TakenIds.ThrowIfTakenAsync(store, request.Tenant, outcome, context.RequestAborted);
        await Answer.OkAsync(context, record with { Id = outcome.Id.ToString() }, ClientJson.Readable.QueueRecordResponse);
    }

    /// <summary>Enqueues; what is wrong is told by the record's own names.</summary>
    private async Task<EnqueueOutcome> EnqueueAsync(RunRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.EnqueueAsync(request, cancellationToken);
        }
        catch (InvalidException exception)
        {
            throw new InvalidException([.. exception.Problems.Select(problem => problem with { Field = Renamed(problem.Field) })]);
        }
    }

    private static string Renamed(string field) => field switch
    {
        "handler" => "payload.type",
        "timeout" => "payload.options.timeout",
        "maxAttempts" => "payload.options.retry_count",
        "payload" => "payload.data",
        _ when field.StartsWith("payload.", StringComparison.Ordinal) => $"payload.data.{field["payload.".Length..]}",
        _ => field,
    };

    private (RunRequest Request, QueueRecordResponse Record) Read(HttpContext context, JsonElement json, List<FieldProblem> problems)
    {
        var caller = Caller.Of(context);
        var now = surroundings.Clock.Now();
        var request = new RunRequest { Handler = string.Empty, Tenant = caller.Tenant, RequestedBy = caller.Name };
        var record = new QueueRecordResponse
        {
            Id = string.Empty,
            Name = string.Empty,
            Description = string.Empty,
            Payload = default,
            Created = now,
            Updated = now,
        };
        if (JsonFields.Open(json, string.Empty, problems) is not { } fields)
        {
            return (request, record);
        }

        var name = fields.Text("name", 200, required: true);
        var description = fields.Text("description", 2_000);
        if (!fields.TryGet("payload", out var whole))
        {
            fields.Report("payload", null, "is required");
        }
        else if (fields.Object("payload") is { } payload)
        {
            request = ReadPayload(payload, request);
            record = record with { Payload = JsonText.Trusted(whole.GetRawText()) };
        }

        // What a new record has anyway; clients that send whole records send these, too. When it was made is ours to say.
        fields.Instant("created");
        fields.Instant("updated");
        fields.Number("attempts", 0, 0);
        if (fields.TryGet("reserved_at", out _))
        {
            fields.Report("reserved_at", null, "must be null in a new record");
        }

        request = request with
        {
            Id = EnqueueRequestReader.Id(fields),
            Name = name,
            Description = description,
            TraceParent = TraceParent.Of(context.Request),
        };
        fields.Close();
        return (request, record with { Name = name ?? string.Empty, Description = description ?? string.Empty });
    }

    private RunRequest ReadPayload(JsonFields payload, RunRequest request)
    {
        request = request with
        {
            Handler = payload.Name("type", required: true) ?? string.Empty,
            Payload = ReadData(payload),
        };
        if (payload.Object("options") is { } options)
        {
            request = request with
            {
                MaxAttempts = options.Number("retry_count", 0, 1_000) is { } attempts ? Math.Max(1, (int)attempts) : null,
                Timeout = options.Duration("timeout", TimeSpan.FromMilliseconds(1)),
            };
            options.Close();
        }

        payload.Close();
        if (request.Payload is { } data)
        {
            // A record that was shown, sent again: nothing is stored that its marks could stand for.
            _ = Redactor.Restore(data, null, payload.PathOf("data"));
        }

        limits.CheckPayload(request.Payload);
        return request;
    }

    /// <summary>Reads what the handler is given; existing clients look for these words when it is no object.</summary>
    private static JsonText? ReadData(JsonFields payload)
    {
        if (!payload.TryGet("data", out var data))
        {
            return null;
        }

        if (data.ValueKind == JsonValueKind.Object)
        {
            return JsonText.Trusted(data.GetRawText());
        }

        payload.Report("data", data.GetRawText(), "invalid job payload structure: must be an object");
        return null;
    }
}
