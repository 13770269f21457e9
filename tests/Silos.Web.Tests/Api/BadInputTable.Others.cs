using System.Net;

namespace Silos.Web.Tests.Api;

/// <summary>Parameters, and what belongs to no job and no run.</summary>
internal static partial class BadInputTable
{
    private static BadInput[] Parameters =>
    [
        Query("GET /api/jobs", "/api/jobs?limit=0", "limit", "between 1 and 500"),
        Query("GET /api/jobs", "/api/jobs?limit=ten", "limit", "between 1 and 500"),
        Query("GET /api/jobs", "/api/jobs?limit=1&limit=2", "limit", "only once"),
        Query("GET /api/jobs", "/api/jobs?after=a/b", "after", "must not contain '/'"),
        Query("GET /api/jobs", "/api/jobs?search=%00", "search", "NUL"),
        Query("GET /api/jobs", $"/api/jobs?search={Long}", "search", "at most"),
        Query("GET /api/jobs", "/api/jobs?tag=a%00", "tag", "NUL"),
        Query("GET /api/jobs/{name}/preview", $"/api/jobs/{Job}/preview?count=100000", "count", "between 1 and 1000"),
        Query("GET /api/jobs/{name}/preview", $"/api/jobs/{Job}/preview?from=yesterday", "from", "an instant with an offset"),
        Query("GET /api/jobs/{name}/occurrences", $"/api/jobs/{Job}/occurrences?before=1", "before", "an instant with an offset"),
        Query("GET /api/jobs/{name}/occurrences", $"/api/jobs/{Job}/occurrences?limit=1001", "limit", "between 1 and 1000"),
        Query("GET /api/runs", "/api/runs?state=bogus", "state", "must be one of scheduled, queued"),
        Query("GET /api/runs", "/api/runs?state=failed,bogus", "state", "must be one of scheduled, queued"),
        Query("GET /api/runs", "/api/runs?since=2026-01-01", "since", "an instant with an offset"),
        Query("GET /api/runs", "/api/runs?cursor=abc", "cursor", "'next' of the previous page"),
        Query("GET /api/runs", "/api/runs?limit=501", "limit", "between 1 and 500"),
        Query("GET /api/runs", "/api/runs?job=a%00b", "job", "NUL"),
        Query("GET /api/runs", $"/api/runs?tag={Long}", "tag", "at most"),
        Query("GET /api/runs", "/api/runs?filter=nonsense", "filter", "must be JSON"),
        Query("GET /api/runs", "/api/runs?filter={\"field\":\"password\",\"value\":\"x\"}", "filter.field", "is not known (known: id, job, handler"),
        Query("GET /api/runs", "/api/runs?filter={\"field\":\"1=1; drop table run\",\"value\":\"x\"}", "filter.field", "is not known"),
        Query("GET /api/runs", "/api/runs?filter={\"field\":\"job\",\"operator\":\"~\",\"value\":\"x\"}", "filter.operator", "is not known (known: =, !="),
        Query("GET /api/runs", "/api/runs?filter={\"field\":\"job\",\"value\":\"a\\u0000\"}", "filter.value", "NUL"),
        Query("GET /api/runs/{id}", $"/api/runs/{Id}?wait=maybe", "wait", "must be true, false or a duration"),
        Query("GET /api/runs/{id}/log", $"/api/runs/{Id}/log?after=-1", "after", "must be a whole number"),
        Query("GET /api/stats", "/api/stats?since=yesterday", "since", "an instant with an offset"),
        Query("GET /api/stats", "/api/stats?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "since", "must be before 'until'"),
        Query("GET /api/stats", "/api/stats?bucket=90s", "bucket", "whole minutes"),
        Query("GET /api/stats", "/api/stats?since=2020-01-01T00:00:00Z", "bucket", "more than 1500 buckets"),
        Query("GET /api/events", "/api/events?run=1", "run", "must be the id of a run"),
        new("GET /api/events", "/api/events", "no listener") { Status = HttpStatusCode.NotAcceptable, Code = "not_events", Problem = "text/event-stream" },
        Query("GET /api/schedules/preview", "/api/schedules/preview", "expression", "is required"),
        Query("GET /api/schedules/preview", $"/api/schedules/preview?expression={Long}", "expression", "at most"),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=@daily&count=x", "count", "between 1 and 1000"),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=@daily&daylightSaving=never", "daylightSaving", "must be one of default, skip, both"),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=61+*+*+*+*", "expression", "minute", 0),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=0+25+*+*+*", "expression", "hour", 2),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=0+0+30+2+*", "expression", "no date ever fits"),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=0+0+*+*+FUNDAY", "expression", "FUNDAY", 8),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=0+0+*+*+*&timeZone=Mars/Olympus", "timeZone", "Mars/Olympus"),
        Query("GET /api/schedules/preview", "/api/schedules/preview?expression=nonsense", "expression", "nonsense", 0),
    ];

    private static BadInput[] OtherRows =>
    [
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"maxConcurrency":0}""", "maxConcurrency", "between 1 and"),
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"maxConcurrency":1.5}""", "maxConcurrency", "must be a whole number"),
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"rate":"fast"}""", "rate", "must be a whole number"),
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"rate":1,"rateInterval":"0s"}""", "rateInterval", "must be between"),
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"burst":5}""", "burst", "together with 'rate'"),
        Written("PUT /api/queues/{name}/limits", "/api/queues/a/limits", """{"weight":0}""", "weight", "between 1 and 1000"),
        Written("POST /api/queues/{name}/pause", "/api/queues/a/pause", """{"reason":5}""", "reason", "must be text"),
        Written("POST /api/queues/{name}/pause", "/api/queues/a/pause", """{"reason":"a\u0000"}""", "reason", "NUL"),
        Written("POST /api/queues/{name}/resume", "/api/queues/a/resume", $$"""{"reason":"{{Long}}"}""", "reason", "at most"),
        Written("POST /api/pause", "/api/pause", """{"scope":"world"}""", "scope", "must be one of tenant, all"),
        Written("POST /api/pause", "/api/pause", """{"reason":["a"]}""", "reason", "must be text"),
        Written("POST /api/resume", "/api/resume", """{"scope":1}""", "scope", "must be"),
        Written("POST /api/apply", "/api/apply", """{"jobs":[]}""", "source", "is required"),
        Written("POST /api/apply", "/api/apply", """{"source":"a/b","jobs":[]}""", "source", "must not contain '/'"),
        Written("POST /api/apply", "/api/apply", """{"source":"a"}""", "jobs", "must be a list of jobs"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[{"name":"x","handler":"noop"},{"handler":"noop"}]}""", "jobs[1].name", "is required"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[{"name":"x","handler":"noop","priority":"high"}]}""", "jobs[0].priority", "must be a whole number"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[{"name":"x","handler":"nobody"}]}""", "jobs[0].handler", "No handler registered"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[{"name":"x","handler":"noop"},{"name":"x","handler":"noop"}]}""", "jobs[1].name", "duplicate names"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[{"name":"x","handler":"noop","schedule":"61 * * * *"}]}""", "jobs[0].schedules[0].expression", "minute"),
        Written("POST /api/apply", "/api/apply", """{"source":"a","jobs":[],"prune":"yes"}""", "prune", "must be"),
        Written("POST /api/silos/{name}/drain", "/api/silos/a/drain", """{"reason":5}""", "reason", "must be text"),
        new("POST /api/silos/{name}/drain", "/api/silos/nobody/drain", "no such silo") { Status = HttpStatusCode.NotFound, Code = "not_found", Problem = "There is no silo 'nobody'" },
        new("POST /api/silos/{name}/resume", "/api/silos/nobody/resume", "no such silo") { Status = HttpStatusCode.NotFound, Code = "not_found", Problem = "There is no silo 'nobody'" },
        new("POST /api/runs", "/api/runs", "empty body") { Body = [], Field = "body", Problem = "not empty" },
        new("* /api/{**path}", "/api/nothing/here", "no such address") { Method = "GET", Status = HttpStatusCode.NotFound, Code = "not_found" },
        Method("DELETE", "GET /api/runs", "/api/runs"),
        Method("PATCH", "GET /api/jobs/{name}", $"/api/jobs/{Job}"),
        Method("GET", "POST /api/jobs/{name}/trigger", $"/api/jobs/{Job}/trigger"),
        Method("PUT", "GET /health/live", "/health/live", null),
        Method("DELETE", "GET /health/ready", "/health/ready", null),
        Method("POST", "GET /", "/", null),
        new("GET /openapi/{documentName}.json", "/openapi/v9.json", "no such document") { Status = HttpStatusCode.NotFound, Code = null },
    ];

    private static BadInput Method(string method, string endpoint, string path, string? code = "method_not_allowed") =>
        new(endpoint, path, "wrong method") { Method = method, Status = HttpStatusCode.MethodNotAllowed, Code = code };
}
