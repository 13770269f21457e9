namespace Silos.Web.Tests.Api;

/// <summary>What can be wrong with a job, and with what is done to one.</summary>
internal static partial class BadInputTable
{
    private static BadInput[] JobRows =>
    [
        Put("""{}""", "handler", "is required"),
        Put("""{"handler":7}""", "handler", "must be text, not a number"),
        Put("""{"handler":"nope"}""", "handler", "No handler registered for job: nope"),
        Put("""{"handler":"noop'; drop table job; --"}""", "handler", "No handler registered for job: noop'; drop table job; --"),
        Put("""{"handler":"noop","name":"other"}""", "name", "must equal the name in the address"),
        Put("""{"handler":"noop","name":5}""", "name", "must be text"),
        Put("""{"handler":"noop","schedule":"61 * * * *"}""", "schedules[0].expression", "minute", 0),
        Put("""{"handler":"noop","schedule":"0 25 * * *"}""", "schedules[0].expression", "hour", 2),
        Put("""{"handler":"noop","schedules":["@daily","0 0 * * FUNDAY"]}""", "schedules[1].expression", "FUNDAY", 8),
        Put("""{"handler":"noop","schedule":"0 0 30 2 *"}""", "schedules[0].expression", "no date ever fits"),
        Put("""{"handler":"noop","schedule":"nonsense"}""", "schedules[0].expression", "nonsense", 0),
        Put("""{"handler":"noop","schedule":""}""", "schedules[0].expression", "it is empty"),
        Put("""{"handler":"noop","schedule":5}""", "schedule", "a schedule: text like"),
        Put("""{"handler":"noop","schedules":"@daily"}""", "schedules", "a list of schedules"),
        Put("""{"handler":"noop","schedule":"@daily","schedules":["@daily"]}""", "schedules", "together with 'schedule'"),
        Put("""{"handler":"noop","schedule":"@daily","timeZone":"Mars/Olympus"}""", "schedules[0].timeZone", "Mars/Olympus"),
        Put("""{"handler":"noop","schedules":[{"expression":"@daily","calendars":["none"]}]}""", "schedules[0].calendars", "none"),
        Put("""{"handler":"noop","schedules":[{"expression":"@daily","surprise":1}]}""", "schedules[0].surprise", "is not known"),
        Put("""{"handler":"noop","schedules":[{"expression":"@daily","daylightSaving":"never"}]}""", "schedules[0].daylightSaving", "must be one of"),
        Put($$"""{"handler":"noop","schedule":"{{Long}}"}""", "schedule", "at most"),
        Put("""{"handler":"noop","timeout":"soon"}""", "timeout", "is not a duration"),
        Put("""{"handler":"noop","timeout":0}""", "timeout", "must be between"),
        Put("""{"handler":"noop","retry":"often"}""", "retry", "must be an object"),
        Put("""{"handler":"noop","retry":0}""", "retry", "must be between 1 and 1000"),
        Put("""{"handler":"noop","retry":{"maxAttempts":1001}}""", "retry.maxAttempts", "must be between 1 and 1000"),
        Put("""{"handler":"noop","retry":{"coefficient":0.5}}""", "retry.coefficient", "must be"),
        Put("""{"handler":"noop","retry":{"initialInterval":"2h","maxInterval":"1h"}}""", "retry.maxInterval", "must"),
        Put("""{"handler":"noop","overlap":"maybe"}""", "overlap", "must be one of skip"),
        Put("""{"handler":"noop","overlap":{"mode":"skip","limit":3}}""", "overlap.limit", "only with the mode allow"),
        Put("""{"handler":"noop","catchUp":{"policy":"some"}}""", "catchUp.policy", "must be one of"),
        Put("""{"handler":"noop","queue":"a/b"}""", "queue", "must not contain '/'"),
        Put("""{"handler":"noop","priority":1001}""", "priority", "must be between -1000 and 1000"),
        Put("""{"handler":"noop","enabled":"yes"}""", "enabled", "must be true or false"),
        Put("""{"handler":"noop","tags":["a","a\u0000b"]}""", "tags[1]", "control characters"),
        Put("""{"handler":"noop","description":"a\u0000b"}""", "description", "NUL"),
        Put($$"""{"handler":"{{Long}}"}""", "handler", "at most 100"),
        Put("""{"handler":"http","schedule":"@daily"}""", "payload", "must"),
        Put("""{"handler":"http","payload":{"url":5}}""", "payload.url", "must"),
        Trigger("""{"wait":"soon"}""", "wait", "must be true, false, a number of seconds or a duration"),
        Trigger("""{"wait":[]}""", "wait", "must be true, false, a number of seconds or a duration"),
        Trigger("""{"overlap":"maybe"}""", "overlap", "must be one of skip"),
        Trigger("""{"id":"x"}""", "id", "must be a UUID"),
        Written("POST /api/jobs/{name}/pause", $"/api/jobs/{Job}/pause", """{"reason":5}""", "reason", "must be text"),
        Written("POST /api/jobs/{name}/pause", $"/api/jobs/{Job}/pause", """{"reason":"a\u0000"}""", "reason", "NUL"),
        Written("POST /api/jobs/{name}/resume", $"/api/jobs/{Job}/resume", $$"""{"reason":"{{Long}}"}""", "reason", "at most 1000"),
        Backfill("""{}""", "from", "is required"),
        Backfill("""{"from":"2026-01-01T00:00:00Z"}""", "to", "is required"),
        Backfill("""{"from":"x","to":"2026-01-01T00:00:00Z"}""", "from", "an instant with an offset"),
        Backfill("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "to", "must not be before"),
        Backfill("""{"from":"2026-01-02T00:00:00Z","to":"9000-01-01T00:00:00Z"}""", "to", "future"),
        Backfill("""{"from":"2026-01-02T00:00:00Z","to":"2026-01-03T00:00:00Z","dryRun":"yes"}""", "dryRun", "must be true or false"),
    ];

    private static BadInput Put(string body, string field, string problem, int? position = null) =>
        Written("PUT /api/jobs/{name}", "/api/jobs/new", body, field, problem, position);

    private static BadInput Trigger(string body, string field, string problem) =>
        Written("POST /api/jobs/{name}/trigger", $"/api/jobs/{Job}/trigger", body, field, problem);

    private static BadInput Backfill(string body, string field, string problem) =>
        Written("POST /api/jobs/{name}/backfill", $"/api/jobs/{Job}/backfill", body, field, problem);
}
