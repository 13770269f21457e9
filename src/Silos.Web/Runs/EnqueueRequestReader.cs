using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Queues;
using Silos.Runs;
using Silos.Secrets;
using Silos.Web.Http;

namespace Silos.Web.Runs;

/// <summary>Reads what asks for a run.</summary>
internal sealed class EnqueueRequestReader(BodyLimits limits)
{
    private const int MostRuns = 10_000;

    /// <summary>Reads one request.</summary>
    public RunRequest Read(HttpContext context, JsonElement json, string path, List<FieldProblem> problems)
    {
        var caller = Caller.Of(context);
        var request = new RunRequest { Handler = string.Empty, Tenant = caller.Tenant, RequestedBy = caller.Name };
        if (JsonFields.Open(json, path, problems) is not { } run)
        {
            return request;
        }

        var (retry, maxAttempts) = JobDocumentReader.Retry(run);
        request = request with
        {
            Handler = run.Name("handler", required: true) ?? string.Empty,
            Payload = run.Json("payload"),
            Id = Id(run),
            Queue = run.Name("queue") is { } queue ? QueueName.Parse(queue) : QueueName.Default,
            Priority = (int)(run.Number("priority", -1_000, 1_000) ?? 0),
            RunAt = run.Instant("runAt"),
            Delay = run.Duration("delay"),
            Retry = retry,
            MaxAttempts = (int?)run.Number("maxAttempts", 1, 1_000) ?? maxAttempts,
            Timeout = Timeout(run),
            IdempotencyKey = run.Text("idempotencyKey", 200),
            IdempotencyWindow = run.Duration("idempotencyWindow", TimeSpan.FromSeconds(1)) ?? request.IdempotencyWindow,
            OnDuplicate = run.Word<DuplicateMode>("onDuplicate") ?? DuplicateMode.ReturnExisting,
            ConcurrencyKey = run.Text("concurrencyKey", 200),
            ConcurrencyLimit = (int)(run.Number("concurrencyLimit", 1, 1_000_000) ?? 1),
            DeleteOnSuccess = run.Flag("deleteOnSuccess"),
            Name = run.Text("name", 200),
            Description = run.Text("description", 2_000),
            Tags = run.NamesOf("tags", 20),
            Metadata = run.JsonObject("metadata"),
            TraceParent = TraceParent.Of(context.Request),
        };
        if (request.RunAt is not null && request.Delay is not null)
        {
            run.Report("delay", null, "must not be given together with 'runAt'");
        }

        if (request.IdempotencyKey is { Length: 0 })
        {
            run.Report("idempotencyKey", null, "must have 1 to 200 characters");
        }

        run.Close();
        if (request.Payload is { } payload)
        {
            // A run that was shown, sent again: nothing is stored that its marks could stand for.
            _ = Redactor.Restore(payload, null, run.PathOf("payload"));
        }

        limits.CheckPayload(request.Payload);
        return request;
    }

    /// <summary>Reads <c>{"runs": […]}</c>.</summary>
    public List<RunRequest> ReadMany(HttpContext context, JsonElement json, List<FieldProblem> problems)
    {
        var requests = new List<RunRequest>();
        if (JsonFields.Open(json, string.Empty, problems, "an object with a list 'runs'") is not { } batch)
        {
            return requests;
        }

        if (!batch.TryGet("runs", out var runs) || runs.ValueKind != JsonValueKind.Array)
        {
            batch.Report("runs", null, "must be a list of runs");
        }
        else if (runs.GetArrayLength() is var count && count is 0 or > MostRuns)
        {
            batch.Report("runs", null, $"must have 1 to {MostRuns} entries, not {count}");
        }
        else
        {
            var index = 0;
            foreach (var run in runs.EnumerateArray())
            {
                requests.Add(Read(context, run, $"runs[{index++}]", problems));
            }
        }

        batch.Close();
        return requests;
    }

    /// <summary>Reads an id.</summary>
    public static RunId? Id(JsonFields fields)
    {
        if (fields.Text("id", 100) is not { } text)
        {
            return null;
        }

        if (RunId.TryParse(text, out var id))
        {
            return id;
        }

        fields.Report("id", text, "must be a UUID such as 01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01");
        return null;
    }

    private static TimeSpan? Timeout(JsonFields run) =>
        run.TryGet("timeout", out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals("none")
            ? System.Threading.Timeout.InfiniteTimeSpan
            : run.Duration("timeout", TimeSpan.FromMilliseconds(1));
}
