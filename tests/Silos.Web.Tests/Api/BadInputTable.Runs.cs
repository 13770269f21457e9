namespace Silos.Web.Tests.Api;

/// <summary>What can be wrong with what asks for a run, with filters, and with records.</summary>
internal static partial class BadInputTable
{
    private static (string Body, string Field, string Problem)[] WrongRuns =>
    [
        ("""{}""", "handler", "is required"),
        ("""{"handler":7}""", "handler", "must be text, not a number"),
        ("""{"handler":""}""", "handler", "must not be empty"),
        ("""{"handler":"a\u0000b"}""", "handler", "control characters"),
        ("""{"handler":"nope"}""", "handler", "No handler registered for job: nope"),
        ("""{"handler":"noop'; drop table runs; --"}""", "handler", "No handler registered for job: noop'; drop table runs; --"),
        ("""{"handler":"noop","id":"1"}""", "id", "must be a UUID"),
        ("""{"handler":"noop","queue":"a/b"}""", "queue", "must not contain '/'"),
        ($$"""{"handler":"noop","queue":"{{Long}}"}""", "queue", "at most 100"),
        ("""{"handler":"noop","priority":"high"}""", "priority", "must be a whole number"),
        ("""{"handler":"noop","priority":99999999999999999999}""", "priority", "must be a whole number"),
        ("""{"handler":"noop","runAt":"soon"}""", "runAt", "an instant with an offset"),
        ("""{"handler":"noop","runAt":5}""", "runAt", "an instant with an offset"),
        ("""{"handler":"noop","runAt":"9000-01-01T00:00:00Z"}""", "runAt", "within ten years"),
        ("""{"handler":"noop","delay":"-5m"}""", "delay", "is not a duration"),
        ("""{"handler":"noop","delay":"5000d"}""", "delay", "ten years"),
        ("""{"handler":"noop","delay":"5m","runAt":"2026-01-01T00:00:00Z"}""", "delay", "not be given together"),
        ("""{"handler":"noop","maxAttempts":0}""", "maxAttempts", "must be between 1 and 1000"),
        ("""{"handler":"noop","timeout":0}""", "timeout", "must be between"),
        ("""{"handler":"noop","idempotencyKey":""}""", "idempotencyKey", "1 to 200"),
        ("""{"handler":"noop","idempotencyKey":{}}""", "idempotencyKey", "must be text, not an object"),
        ($$"""{"handler":"noop","idempotencyKey":"{{Long}}"}""", "idempotencyKey", "at most 200"),
        ("""{"handler":"noop","idempotencyKey":"a\u0000"}""", "idempotencyKey", "NUL"),
        ("""{"handler":"noop","onDuplicate":"explode"}""", "onDuplicate", "return_existing, reject, replace, throttle"),
        ("""{"handler":"noop","metadata":"x"}""", "metadata", "must be an object"),
        ("""{"handler":"noop","tags":[""]}""", "tags[0]", "must not be empty"),
        ("""{"handler":"noop","name":"a\u0000"}""", "name", "NUL"),
        ("""{"handler":"noop","concurrencyKey":"a\u0000"}""", "concurrencyKey", "NUL"),
        ("""{"handler":"noop","retry":{"maxAttempts":"3"}}""", "retry.maxAttempts", "must be a whole number"),
        ("""{"handler":"noop","retry":{"initialInterval":"2h","maxInterval":"1h"}}""", "retry.maxInterval", "must"),
        ("""{"handler":"http"}""", "payload", "must"),
    ];

    private static BadInput[] LogRows =>
    [
        Log("""{"page":0}""", "page", "between 1 and"),
        Log("""{"page":"1"}""", "page", "must be a whole number"),
        Log("""{"limit":501}""", "limit", "between 1 and 500"),
        Log("""{"filter":[]}""", "filter", "must be an object, not a list"),
        Log("""{"filter":{"group":"XOR","conditions":[]}}""", "filter.group", "must be AND or OR"),
        Log("""{"filter":{"group":"AND","conditions":{}}}""", "filter.conditions", "must be a list of conditions"),
        Log("""{"filter":{"group":"AND","conditions":[{"field":"password","operator":"=","value":"x"}]}}""", "filter.conditions[0].field", "is not known (known: job_name, status, started_at, ended_at, duration, error, id)"),
        Log("""{"filter":{"group":"AND","conditions":[{"field":"1=1; drop table job_logs","operator":"=","value":"x"}]}}""", "filter.conditions[0].field", "is not known"),
        Log("""{"filter":{"group":"AND","conditions":[{"field":"job_name","operator":"regex","value":"x"}]}}""", "filter.conditions[0].operator", "is not known (known: =, !=, <, <=, >, >=, contains, like, in, empty, not_empty)"),
        Log("""{"filter":{"field":"job_name","operator":"<","value":"x"}}""", "filter.operator", "does not fit the field 'job_name'"),
        Log("""{"filter":{"field":"job_name","operator":"="}}""", "filter.value", "is required"),
        Log("""{"filter":{"field":"job_name","operator":"=","value":5}}""", "filter.value", "must be text"),
        Log("""{"filter":{"field":"job_name","operator":"=","value":"a\u0000"}}""", "filter.value", "NUL"),
        Log($$$"""{"filter":{"field":"job_name","operator":"=","value":"{{{Long}}}"}}""", "filter.value", "at most"),
        Log("""{"filter":{"field":"job_name","operator":"like","value":"a%"}}""", "filter.value", "%text%"),
        Log("""{"filter":{"field":"status","operator":"=","value":"dead"}}""", "filter.value", "must be one of running, completed, failed"),
        Log("""{"filter":{"field":"duration","operator":">","value":"1"}}""", "filter.value", "must be a whole number"),
        Log("""{"filter":{"field":"started_at","operator":">","value":"2026"}}""", "filter.value", "an instant with an offset"),
        Log("""{"filter":{"field":"id","operator":"=","value":"5"}}""", "filter.value", "a UUID"),
        Log("""{"filter":{"field":"job_name","operator":"in","value":"a"}}""", "filter.value", "must be a list of 1 to 100 values"),
        Log("""{"filter":{"field":"error","operator":"empty","value":"a"}}""", "filter.value", "must be left out"),
        Log("""{"filter":{"conditions":[{"conditions":[{"conditions":[{"conditions":[{"conditions":[{"conditions":[]}]}]}]}]}]}}""", "filter.conditions[0].conditions[0].conditions[0].conditions[0].conditions[0].conditions", "more than 5"),
        Record("""{"payload":{"type":"noop"}}""", "name", "is required"),
        Record("""{"name":"n"}""", "payload", "is required"),
        Record("""{"name":"n","payload":"x"}""", "payload", "must be an object"),
        Record("""{"name":"n","payload":{"data":{}}}""", "payload.type", "is required"),
        Record("""{"name":"n","payload":{"type":"noop","data":5}}""", "payload.data", "must be an object"),
        Record("""{"name":"n","payload":{"type":"noop","options":{"retry_count":"3"}}}""", "payload.options.retry_count", "must be a whole number"),
        Record("""{"name":"n","payload":{"type":"noop","options":{"timeout":"soon"}}}""", "payload.options.timeout", "is not a duration"),
        Record("""{"name":"n","payload":{"type":"noop","options":{"retries":3}}}""", "payload.options.retries", "is not known"),
        Record("""{"name":"n","payload":{"type":"nope"}}""", "payload.type", "No handler registered for job: nope"),
        Record("""{"name":"n","payload":{"type":"http"}}""", "payload.data", "must"),
        Record("""{"name":"n","payload":{"type":"noop"},"reserved_at":"2025-01-01T00:00:00Z"}""", "reserved_at", "must be null"),
        Record($$$"""{"name":"{{{Long}}}","payload":{"type":"noop"}}""", "name", "at most 200"),
        Written("POST /api/runs/{id}/cancel", $"/api/runs/{Id}/cancel", """{"reason":5}""", "reason", "must be text"),
        Written("POST /api/runs/{id}/cancel", $"/api/runs/{Id}/cancel", """{"terminate":"now"}""", "terminate", "must be true or false"),
        Written("POST /api/runs/batch", "/api/runs/batch", """{"runs":[]}""", "runs", "1 to 10000"),
        Written("POST /api/runs/batch", "/api/runs/batch", """{"runs":{}}""", "runs", "must be a list of runs"),
        Written("POST /api/runs/batch", "/api/runs/batch", """{}""", "runs", "must be a list of runs"),
        new("POST /api/runs/batch", "/api/runs/batch", "boundless")
        {
            Body = Bytes($"{{\"runs\":[{string.Join(',', Enumerable.Repeat("{}", 10_001))}]}}"), Field = "runs", Problem = "not 10001",
        },
    ];

    private static IEnumerable<BadInput> RunRows() => WrongRuns.SelectMany(row => new[]
    {
        Written("POST /api/runs", "/api/runs", row.Body, row.Field, row.Problem),
        Written("POST /api/runs/batch", "/api/runs/batch", $"{{\"runs\":[{{\"handler\":\"noop\"}},{row.Body}]}}", $"runs[1].{row.Field}", row.Problem),
    });

    private static BadInput Log(string body, string field, string problem) =>
        Written("POST /api/job_logs/list", "/api/job_logs/list", body, field, problem);

    private static BadInput Record(string body, string field, string problem) =>
        Written("POST /api/collections/queues/records", "/api/collections/queues/records", body, field, problem);
}
