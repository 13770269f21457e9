using System.Net;
using System.Text;
using Silos.Web.Tests.Hosts;

namespace Silos.Web.Tests.Api;

/// <summary>Everything that is wrong and must be refused with nothing done, endpoint by endpoint.</summary>
internal static partial class BadInputTable
{
    /// <summary>The job that exists while the table is asked.</summary>
    public const string Job = "canary";

    private const string Id = "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01";

    private static readonly Lazy<IReadOnlyDictionary<string, BadInput>> Table = new(() =>
        Bodies().Concat(Addresses()).Concat(Parameters).Concat(JobRows).Concat(RunRows()).Concat(LogRows).Concat(OtherRows).Concat(PageRows())
            .ToDictionary(row => row.Title, StringComparer.Ordinal));

    /// <summary>Every endpoint that takes a body, with an address that is right.</summary>
    private static readonly (string Endpoint, string Path)[] WithBody =
    [
        ("PUT /api/jobs/{name}", "/api/jobs/new"),
        ("POST /api/apply", "/api/apply"),
        ("POST /api/silos/{name}/drain", "/api/silos/a/drain"),
        ("POST /api/silos/{name}/resume", "/api/silos/a/resume"),
        ("POST /api/jobs/{name}/trigger", $"/api/jobs/{Job}/trigger"),
        ("POST /api/jobs/{name}/pause", $"/api/jobs/{Job}/pause"),
        ("POST /api/jobs/{name}/resume", $"/api/jobs/{Job}/resume"),
        ("POST /api/jobs/{name}/backfill", $"/api/jobs/{Job}/backfill"),
        ("POST /api/runs", "/api/runs"),
        ("POST /api/runs/batch", "/api/runs/batch"),
        ("POST /api/runs/{id}/cancel", $"/api/runs/{Id}/cancel"),
        ("POST /api/runs/{id}/retry", $"/api/runs/{Id}/retry"),
        ("POST /api/queues/{name}/pause", "/api/queues/a/pause"),
        ("POST /api/queues/{name}/resume", "/api/queues/a/resume"),
        ("PUT /api/queues/{name}/limits", "/api/queues/a/limits"),
        ("POST /api/pause", "/api/pause"),
        ("POST /api/resume", "/api/resume"),
        ("POST /api/job_logs/list", "/api/job_logs/list"),
        ("POST /api/collections/queues/records", "/api/collections/queues/records"),
        ("POST /api/keys", "/api/keys"),
        ("POST /api/operations", "/api/operations"),
    ];

    /// <summary>Every endpoint that takes a query, with a query that is right.</summary>
    private static readonly (string Endpoint, string Path)[] WithQuery =
    [
        ("GET /api/jobs", "/api/jobs?"),
        ("GET /api/jobs/{name}", $"/api/jobs/{Job}?"),
        ("DELETE /api/jobs/{name}", $"/api/jobs/{Job}?"),
        ("GET /api/jobs/{name}/occurrences", $"/api/jobs/{Job}/occurrences?"),
        ("GET /api/jobs/{name}/definitions", $"/api/jobs/{Job}/definitions?"),
        ("GET /api/jobs/{name}/preview", $"/api/jobs/{Job}/preview?"),
        ("GET /api/jobs/{name}/explain", $"/api/jobs/{Job}/explain?"),
        ("GET /api/runs", "/api/runs?"),
        ("GET /api/runs/{id}", $"/api/runs/{Id}?"),
        ("GET /api/runs/{id}/log", $"/api/runs/{Id}/log?"),
        ("GET /api/runs/{id}/explain", $"/api/runs/{Id}/explain?"),
        ("GET /api/queues", "/api/queues?"),
        ("GET /api/pause", "/api/pause?"),
        ("GET /api/stats", "/api/stats?"),
        ("GET /api/events", "/api/events?"),
        ("GET /api/silos", "/api/silos?"),
        ("GET /api/schedules/preview", "/api/schedules/preview?expression=@daily&"),
        ("GET /api/job_logs/statistics", "/api/job_logs/statistics?"),
        ("GET /api/health", "/api/health?"),
        ("GET /api/whoami", "/api/whoami?"),
        ("GET /api/keys", "/api/keys?"),
        ("DELETE /api/keys/{id}", "/api/keys/0123456789ab?"),
        ("GET /api/audit", "/api/audit?"),
        ("GET /api/alarms", "/api/alarms?"),
        ("GET /api/operations", "/api/operations?"),
        ("GET /api/operations/{id}", $"/api/operations/{Id}?"),
        .. WithBody.Select(row => (row.Endpoint, $"{row.Path}?")),
    ];

    /// <summary>Every endpoint with a name in its address.</summary>
    private static readonly (string Endpoint, string Path)[] WithName =
    [
        ("GET /api/jobs/{name}", "/api/jobs/{0}"),
        ("DELETE /api/jobs/{name}", "/api/jobs/{0}"),
        ("PUT /api/jobs/{name}", "/api/jobs/{0}"),
        ("POST /api/jobs/{name}/trigger", "/api/jobs/{0}/trigger"),
        ("POST /api/jobs/{name}/pause", "/api/jobs/{0}/pause"),
        ("POST /api/jobs/{name}/resume", "/api/jobs/{0}/resume"),
        ("POST /api/jobs/{name}/backfill", "/api/jobs/{0}/backfill"),
        ("GET /api/jobs/{name}/occurrences", "/api/jobs/{0}/occurrences"),
        ("GET /api/jobs/{name}/definitions", "/api/jobs/{0}/definitions"),
        ("GET /api/jobs/{name}/preview", "/api/jobs/{0}/preview"),
        ("GET /api/jobs/{name}/explain", "/api/jobs/{0}/explain"),
        ("POST /api/queues/{name}/pause", "/api/queues/{0}/pause"),
        ("POST /api/queues/{name}/resume", "/api/queues/{0}/resume"),
        ("PUT /api/queues/{name}/limits", "/api/queues/{0}/limits"),
        ("POST /api/silos/{name}/drain", "/api/silos/{0}/drain"),
        ("POST /api/silos/{name}/resume", "/api/silos/{0}/resume"),
    ];

    /// <summary>All rows by title.</summary>
    public static IReadOnlyDictionary<string, BadInput> Rows => Table.Value;

    private static string Long => new('x', 10_240);

    private static IEnumerable<BadInput> Bodies()
    {
        var json = "application/json";
        foreach (var (endpoint, path) in WithBody)
        {
            var row = new BadInput(endpoint, path, string.Empty) { ContentType = json };
            foreach (var body in new[]
            {
                "{", "nonsense", "{\"reason\": 'x'}", "{\"reason\": \"x\",}", "{/* hello */}", "{}{}",
                "{\"handler\":\"a\",\"handler\":\"b\"}", "{\"payload\":{\"a\":1,\"a\":2}}",
                $"{{\"payload\":{new string('[', 70)}{new string(']', 70)}}}", "\u0000",
            })
            {
                yield return row with { What = $"not strict JSON {body}", Body = Bytes(body), Field = "body", Problem = "must be JSON" };
            }

            foreach (var body in new[] { "[]", "5", "\"text\"", "null", "true" })
            {
                yield return row with { What = $"wrong type {body}", Body = Bytes(body), Field = "body", Problem = "must be" };
            }

            yield return row with
            {
                What = "unknown member",
                Body = Bytes("""{"surprise'; drop table runs; --": 1}"""),
                Field = "surprise'; drop table runs; --",
                Problem = "is not known",
            };
            yield return row with
            {
                What = "invalid UTF-8",
                Body = [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
                Field = "body",
                Problem = "must be UTF-8",
            };
            foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=utf-16" })
            {
                yield return row with
                {
                    What = type,
                    Body = Bytes("{}"),
                    ContentType = type,
                    Status = HttpStatusCode.UnsupportedMediaType,
                    Code = "not_json",
                };
            }

            foreach (var chunked in new[] { false, true })
            {
                yield return row with
                {
                    What = chunked ? "oversized, length not told" : "oversized",
                    Body = Bytes($"{{\"payload\":\"{new string('x', TestSettings.MaxBatchBytes)}\"}}"),
                    Chunked = chunked,
                    Status = HttpStatusCode.RequestEntityTooLarge,
                    Code = "too_large",
                };
            }
        }

        foreach (var (endpoint, path, body) in new[]
        {
            ("PUT /api/jobs/{name}", "/api/jobs/new", """{"handler":"noop","payload":"P"}"""),
            ("POST /api/jobs/{name}/trigger", $"/api/jobs/{Job}/trigger", """{"payload":"P"}"""),
            ("POST /api/runs", "/api/runs", """{"handler":"noop","payload":"P"}"""),
            ("POST /api/runs/batch", "/api/runs/batch", """{"runs":[{"handler":"noop"},{"handler":"noop","payload":"P"}]}"""),
            ("POST /api/collections/queues/records", "/api/collections/queues/records", """{"name":"n","payload":{"type":"noop","data":{"x":"P"}}}"""),
        })
        {
            yield return new BadInput(endpoint, path, "payload over the limit")
            {
                Body = Bytes(body.Replace("P", new string('x', TestSettings.MaxPayloadBytes - 1), StringComparison.Ordinal)),
                Status = HttpStatusCode.RequestEntityTooLarge,
                Code = "too_large",
                Problem = "2000",
            };
        }
    }

    private static IEnumerable<BadInput> Addresses()
    {
        foreach (var (endpoint, path) in WithQuery)
        {
            yield return new BadInput(endpoint, $"{path}surprise=1", "unknown parameter") { Field = "surprise", Problem = "is not known" };
        }

        foreach (var (endpoint, pattern) in WithName)
        {
            var field = endpoint.Contains("queues", StringComparison.Ordinal) ? "queue" : "name";
            foreach (var (what, name) in new[]
            {
                ("10 kB name", Long), ("control character", "a%01b"), ("leading space", "%20a"), ("line break", "a%0Ab"), ("slash", "a%2Fb"),
            })
            {
                yield return new BadInput(endpoint, pattern.Replace("{0}", name, StringComparison.Ordinal), what) { Field = field, Problem = "must" };
            }

            yield return new BadInput(endpoint, pattern.Replace("{0}", "a%00b", StringComparison.Ordinal), "NUL") { Code = null };
        }

        foreach (var endpoint in new[]
        {
            "GET /api/runs/{id}", "GET /api/runs/{id}/log", "GET /api/runs/{id}/explain", "POST /api/runs/{id}/cancel", "POST /api/runs/{id}/retry",
        })
        {
            var path = endpoint[(endpoint.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            foreach (var id in new[] { "nonsense", "'%20or%20'1'='1", Long })
            {
                yield return new BadInput(endpoint, path.Replace("{id}", id, StringComparison.Ordinal), "no id") { Field = "run", Problem = "must be a UUID" };
            }

            yield return Missing(endpoint, path.Replace("{id}", Id, StringComparison.Ordinal));
        }

        foreach (var (endpoint, pattern) in WithName.Where(row => row.Path.StartsWith("/api/jobs", StringComparison.Ordinal)
            && !row.Endpoint.StartsWith("PUT", StringComparison.Ordinal)
            && !row.Endpoint.EndsWith("backfill", StringComparison.Ordinal)))
        {
            yield return Missing(endpoint, pattern.Replace("{0}", "none", StringComparison.Ordinal));
            yield return Missing(endpoint, pattern.Replace("{0}", "none'%20or%20'1'='1", StringComparison.Ordinal));
        }

        yield return Missing("POST /api/jobs/{name}/backfill", "/api/jobs/none/backfill") with
        {
            Body = Bytes("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}"""),
        };
    }

    private static BadInput Missing(string endpoint, string path) =>
        new(endpoint, path, "not there") { Status = HttpStatusCode.NotFound, Code = "not_found" };

    private static BadInput Query(string endpoint, string path, string field, string problem, int? position = null) =>
        new(endpoint, path, field) { Field = field, Problem = problem, Position = position };

    private static BadInput Written(string endpoint, string path, string body, string field, string problem, int? position = null) =>
        new(endpoint, path, body) { Body = Bytes(body), Field = field, Problem = problem, Position = position };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
