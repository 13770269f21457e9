using System.Net;

namespace Silos.Web.Tests.Api;

/// <summary>Pages and the forms on them.</summary>
internal static partial class BadInputTable
{
    private static readonly (string Endpoint, string Path)[] Forms =
    [
        ("POST /jobs/{name}/trigger", $"/jobs/{Job}/trigger"),
        ("POST /jobs/{name}/backfill", $"/jobs/{Job}/backfill"),
        ("POST /jobs/{name}/pause", $"/jobs/{Job}/pause"),
        ("POST /jobs/{name}/resume", $"/jobs/{Job}/resume"),
        ("POST /runs/{id}/cancel", $"/runs/{Id}/cancel"),
        ("POST /runs/{id}/retry", $"/runs/{Id}/retry"),
        ("POST /operations", "/operations"),
        ("POST /queues/{name}/pause", "/queues/a/pause"),
        ("POST /queues/{name}/resume", "/queues/a/resume"),
        ("POST /queues/{name}/limits", "/queues/a/limits"),
        ("POST /silos/{name}/drain", "/silos/a/drain"),
        ("POST /silos/{name}/resume", "/silos/a/resume"),
        ("POST /settings/pause", "/settings/pause"),
        ("POST /settings/resume", "/settings/resume"),
        ("POST /settings/keys/{id}/revoke", "/settings/keys/0123456789ab/revoke"),
        ("POST /settings/keys/new", "/settings/keys/new"),
        ("POST /ui/theme", "/ui/theme"),
    ];

    private static readonly (string Endpoint, string Path)[] Pages =
    [
        ("GET /@jobs", "/@jobs"),
        ("GET /settings", "/settings"),
        ("GET /settings/keys/new", "/settings/keys/new"),
        ("GET /silos", "/silos"),
        ("GET /queues", "/queues"),
        ("GET /ui/style.css", "/ui/style.css"),
        ("GET /ui/silos.js", "/ui/silos.js"),
        ("GET /ui/icon.svg", "/ui/icon.svg"),
    ];

    private static IEnumerable<BadInput> PageRows()
    {
        foreach (var (endpoint, path) in Pages)
        {
            yield return Method("PUT", endpoint, path, null);
        }

        foreach (var (endpoint, path) in Forms)
        {
            yield return NoForm(endpoint, path);
        }

        yield return Page("GET /", "/?range=5y", "must be one of 1h");
        yield return Page("GET /jobs", "/jobs?state=tired", "must be one of active");
        yield return Page("GET /jobs", "/jobs?surprise=1", "is not known");
        yield return Page("GET /jobs/{name}", "/jobs/nobody", "There is no job", HttpStatusCode.NotFound);
        yield return Page("GET /jobs/{name}/trigger", "/jobs/nobody/trigger", "There is no job", HttpStatusCode.NotFound);
        yield return Page("GET /jobs/{name}/changes", "/jobs/nobody/changes", "There is no job", HttpStatusCode.NotFound);
        yield return Page("GET /jobs/{name}/changes", $"/jobs/{Job}/changes?before=x", "must be a whole number");
        yield return Page("GET /jobs/{name}/backfill", $"/jobs/{Job}/backfill?from=yesterday&to=today", "an instant with an offset");
        yield return Page("GET /runs", "/runs?cursor=1", "must be the one of a link");
        yield return Page("GET /settings/audit", "/settings/audit?before=x", "must be a whole number");
        yield return Page("GET /runs/{id}", $"/runs/{Id}", "There is no run", HttpStatusCode.NotFound);
        yield return Page("GET /runs/{id}", "/runs/not-an-id", "There is no run", HttpStatusCode.NotFound);
        yield return Page("GET /operations", "/operations?surprise=1", "is not known");
        yield return Page("GET /operations/{id}", $"/operations/{Id}", "There is no operation", HttpStatusCode.NotFound);
        yield return Page("GET /operations/{id}", "/operations/not-an-id", "There is no operation", HttpStatusCode.NotFound);
        yield return Page("GET /operations/new", "/operations/new?q=state:dead", "is required: retry, replay, cancel");
        yield return Page("GET /operations/new", "/operations/new?action=delete&q=state:dead", "must be one of retry, replay, cancel");
        yield return Page("GET /operations/new", "/operations/new?action=retry", "is too much to be asked for by leaving out");
        yield return Page("GET /operations/new", "/operations/new?action=retry&q=%7B%7D", "is too much to be asked for by leaving out");
        yield return Page("GET /operations/new", "/operations/new?action=retry&q=stat:dead", "is not known");
        yield return Page("GET /operations/new", "/operations/new?action=retry&id=1", "must be the id of a run");
        yield return Page("GET /alarms", "/alarms?state=loud", "must be one of active, all");
        foreach (var section in new[] { "jobs", "runs", "operations", "alarms", "queues", "silos", "settings", "ui" })
        {
            yield return Page($"GET /{section}/{{**path}}", $"/{section}/a/b/c/d", "There is no page", HttpStatusCode.NotFound);
        }

        yield return Page("GET /{**path}", "/nowhere", "There is no page", HttpStatusCode.NotFound);
    }

    private static BadInput Page(string endpoint, string path, string problem, HttpStatusCode status = HttpStatusCode.BadRequest) =>
        new(endpoint, path, problem) { Status = status, Code = null, Problem = problem };
}
