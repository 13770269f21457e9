using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>The dashboard, as far as it can be told without a browser.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    [Covers("GET /")]
    [Covers("GET /jobs")]
    [Covers("GET /@jobs")]
    [Covers("GET /jobs/{name}")]
    [Covers("GET /jobs/{name}/changes")]
    [Covers("GET /jobs/{name}/trigger")]
    [Covers("GET /jobs/{name}/backfill")]
    [Covers("GET /runs")]
    [Covers("GET /runs/{id}")]
    [Covers("GET /queues")]
    [Covers("GET /silos")]
    [Covers("GET /settings")]
    public async Task Every_page_answers_and_what_people_name_things_is_text()
    {
        var name = await JobAsync("<b>shown<b>", """{"handler":"noop","schedule":"0 0 1 1 *"}""");
        var run = (await Api.PostAsync($"/api/jobs/{Uri.EscapeDataString(name)}/trigger")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        await EndAsync(run);
        var job = $"/jobs/{Uri.EscapeDataString(name)}";
        foreach (var path in new[]
        {
            "/jobs?search=shown", "/@jobs?search=shown", job, $"{job}/changes", $"{job}/trigger", $"{job}/backfill", "/runs?q=job~shown", $"/runs/{run}",
        })
        {
            var page = await Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
            Assert.Contains(WebUtility.HtmlEncode(name), page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(name, page.Text, StringComparison.Ordinal);
        }

        foreach (var path in new[] { "/", "/?range=24h", "/queues", "/silos", "/settings" })
        {
            var page = await Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
            Assert.Contains("</html>", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Covers("GET /ui/style.css")]
    [Covers("GET /ui/silos.js")]
    [Covers("GET /ui/icon.svg")]
    public async Task Assets_are_asked_for_again_only_when_they_change()
    {
        foreach (var (path, type) in new[] { ("/ui/style.css", "text/css"), ("/ui/silos.js", "text/javascript"), ("/ui/icon.svg", "image/svg+xml") })
        {
            var first = await Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, type), (first.Status, first.ContentType));
            var tag = first.Response.Headers.ETag!.ToString();
            var second = await Api.SendAsync(HttpMethod.Get, path, null, change: request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, string.Empty), (second.Status, second.Text));
        }
    }

    [Fact]
    [Covers("GET /jobs/{**path}")]
    [Covers("GET /runs/{**path}")]
    [Covers("GET /operations/{**path}")]
    [Covers("GET /alarms/{**path}")]
    [Covers("GET /queues/{**path}")]
    [Covers("GET /silos/{**path}")]
    [Covers("GET /settings/{**path}")]
    [Covers("GET /ui/{**path}")]
    [Covers("GET /{**path}")]
    public async Task An_address_that_is_no_page_is_a_page_that_says_so()
    {
        foreach (var path in new[] { "/jobs/a/b/c", "/runs/a/b", "/operations/a/b", "/alarms/a", "/queues/a", "/silos/a", "/settings/a", "/ui/a", "/nowhere" })
        {
            var page = await Api.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.Status, page.ContentType));
        }
    }

    [Fact]
    [Covers("POST /jobs/{name}/trigger")]
    [Covers("POST /jobs/{name}/backfill")]
    [Covers("POST /jobs/{name}/pause")]
    [Covers("POST /jobs/{name}/resume")]
    public async Task Forms_do_to_a_job_what_the_API_does()
    {
        var name = await JobAsync("formed", """{"handler":"noop","schedule":"0 * * * *"}""");
        var job = $"/jobs/{name}";

        Assert.Equal(job, await PostFormAsync($"{job}/pause", ("reason", "because"), ("back", job)));
        var paused = (await Api.GetAsync($"/api/jobs/{name}")).Is(HttpStatusCode.OK);
        Assert.Equal("because", paused.GetProperty("pause").GetProperty("reason").GetString());
        var recorded = (await Api.GetAsync($"/api/audit?job={name}&action=job.pause")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("because", recorded.GetProperty("reason").GetString());
        Assert.Equal("/", await PostFormAsync($"{job}/resume", ("back", "//evil.example")));
        Assert.False((await Api.GetAsync($"/api/jobs/{name}")).Is(HttpStatusCode.OK).TryGetProperty("pause", out _));

        var run = await PostFormAsync($"{job}/trigger", ("payload", """{"a":1}"""), ("overlap", "allow"));
        Assert.StartsWith("/runs/", run, StringComparison.Ordinal);
        await EndAsync(run["/runs/".Length..]);
        Assert.Equal(job, await PostFormAsync($"{job}/backfill", ("from", "2026-01-01T00:30:00"), ("to", "2026-01-01T02:30:00Z")));
        var ledger = (await Api.GetAsync($"/api/jobs/{name}/occurrences?since=2026-01-01T00:00:00Z&before=2026-01-02T00:00:00Z")).Is(HttpStatusCode.OK);
        Assert.Equal(2, ledger.GetProperty("items").GetArrayLength());
    }

    [Fact]
    [Covers("POST /runs/{id}/cancel")]
    [Covers("POST /runs/{id}/retry")]
    public async Task Forms_do_to_a_run_what_the_API_does()
    {
        var waiting = await RunAsync("""{"handler":"noop","delay":"1h"}""");
        Assert.Equal("/runs", await PostFormAsync($"/runs/{waiting}/cancel", ("reason", "no"), ("back", "/runs")));
        var cancelled = await EndAsync(waiting);
        Assert.Equal("no", cancelled.GetProperty("cancel").GetProperty("reason").GetString());

        var again = await PostFormAsync($"/runs/{waiting}/retry");
        await EndAsync(again["/runs/".Length..]);
    }

    [Fact]
    [Covers("POST /queues/{name}/pause")]
    [Covers("POST /queues/{name}/resume")]
    [Covers("POST /queues/{name}/limits")]
    public async Task Forms_do_to_a_queue_what_the_API_does()
    {
        var name = Unique("formed");
        await PostFormAsync($"/queues/{name}/pause", ("reason", "spam"));
        await PostFormAsync($"/queues/{name}/limits", ("maxConcurrency", "3"), ("rate", "5"), ("rateInterval", "10s"), ("burst", ""), ("weight", "2"));
        var queue = (await Api.GetAsync("/api/queues")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().Single(q => q.GetProperty("name").GetString() == name);
        Assert.Equal("spam", queue.GetProperty("pause").GetProperty("reason").GetString());
        Assert.Equal(3, queue.GetProperty("limits").GetProperty("maxConcurrency").GetInt32());
        Assert.Equal("10s", queue.GetProperty("limits").GetProperty("rateInterval").GetString());

        await PostFormAsync($"/queues/{name}/resume");
        queue = (await Api.GetAsync("/api/queues")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().Single(q => q.GetProperty("name").GetString() == name);
        Assert.False(queue.TryGetProperty("pause", out _));
    }

    [Fact]
    [Covers("POST /silos/{name}/drain")]
    [Covers("POST /silos/{name}/resume")]
    [Covers("POST /settings/pause")]
    [Covers("POST /settings/resume")]
    [Covers("POST /ui/theme")]
    public async Task What_a_form_is_refused_is_told_on_the_next_page()
    {
        foreach (var action in new[] { "drain", "resume" })
        {
            // What drains or pauses this host would stop every other test of it; the browser tests have one of their own.
            var reply = await FormAsync($"/silos/nobody/{action}", ("back", "/silos"));
            Assert.Equal("/silos", reply.Response.Headers.Location!.ToString());
            Assert.Contains("There%20is%20no%20silo", string.Join(' ', SetCookies(reply)), StringComparison.Ordinal);
        }

        foreach (var action in new[] { "pause", "resume" })
        {
            var reply = await FormAsync($"/settings/{action}", ("back", "/settings"), ("reason", action == "pause" ? new string('x', 2_000) : string.Empty));
            Assert.Equal(HttpStatusCode.SeeOther, reply.Status);
        }

        var themed = await FormAsync("/ui/theme", ("theme", "dark"), ("back", "/runs"));
        Assert.Contains("silos_theme=dark", string.Join(' ', SetCookies(themed)), StringComparison.Ordinal);
        Assert.Contains("httponly", string.Join(' ', SetCookies(themed)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Covers("GET /settings/audit")]
    [Covers("POST /settings/keys/{id}/revoke")]
    public async Task Keys_are_listed_and_revoked_and_the_audit_log_tells_who_did_it()
    {
        var name = Unique("page-key");
        var key = (await Api.PostAsync("/api/keys", $$"""{"name":"{{name}}","role":"viewer"}""")).Is(HttpStatusCode.Created);
        var settings = (await Api.GetAsync("/settings")).Text;
        Assert.Contains(name, settings, StringComparison.Ordinal);
        Assert.DoesNotContain(key.GetProperty("key").GetString()!, settings, StringComparison.Ordinal);

        await PostFormAsync($"/settings/keys/{key.GetProperty("id").GetString()}/revoke");

        Assert.NotNull((await Api.GetAsync("/api/keys")).Json.GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == name).GetProperty("revokedAt").GetString());
        var audit = (await Api.GetAsync("/settings/audit?action=key.revoke")).Text;
        Assert.Contains(name, audit, StringComparison.Ordinal);
        Assert.DoesNotContain("key.create", audit, StringComparison.Ordinal);
    }

    [Fact]
    [Covers("GET /settings/keys/new")]
    [Covers("POST /settings/keys/new")]
    public async Task A_key_that_a_form_makes_opens_what_its_role_may_and_is_recorded()
    {
        var name = Unique("form-key");
        using var browser = new Browser(Host.Http.BaseAddress!);
        var form = await browser.GetAsync("/settings/keys/new");
        var made = await browser.PostAsync(
            "/settings/keys/new", ("__token", Browser.TokenOf(form)), ("once", Browser.FieldOf(form, "once")), ("name", name), ("role", "operator"), ("tenant", "acme"));
        Assert.Equal((HttpStatusCode.Created, "text/html"), (made.Status, made.ContentType));

        var secret = System.Text.RegularExpressions.Regex.Match(made.Text, "silos_[0-9a-z]{12}_[0-9a-z]{52}").Value;
        var who = (await WithKeyAsync(HttpMethod.Get, "/api/whoami", secret)).Is(HttpStatusCode.OK);
        Assert.Equal($$"""{"name":"{{name}}","kind":"key","role":"operator","tenant":"acme","tenants":["acme"]}""", who.GetRawText());
        var audit = (await Api.SendAsync(HttpMethod.Get, "/api/audit?action=key.create", null, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", "acme")))
            .Is(HttpStatusCode.OK).GetRawText();
        Assert.Contains(name, audit, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[19..], audit, StringComparison.Ordinal);
    }

    [Fact]
    [Covers("GET /api/stats")]
    public async Task Statistics_tell_what_ended_when()
    {
        await EndAsync(await RunAsync("""{"handler":"noop"}"""));
        long completed;
        do
        {
            // Counts are written every two seconds.
            var stats = (await Api.GetAsync("/api/stats?bucket=5m")).Is(HttpStatusCode.OK);
            Assert.Equal("5m", stats.GetProperty("bucket").GetString());
            Assert.InRange(stats.GetProperty("items").GetArrayLength(), 12, 14);
            completed = stats.GetProperty("items").EnumerateArray().Sum(bucket => bucket.GetProperty("completed").GetInt64());
            ApiCaller.Cancelled.ThrowIfCancellationRequested();
        }
        while (completed == 0);
    }

    [Fact]
    [Covers("GET /api/events")]
    public async Task Who_listens_hears_that_something_happened()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Add("Accept", "text/event-stream");
        using var response = await Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ApiCaller.Cancelled);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ApiCaller.Cancelled));
        Assert.Equal("retry: 2000", await reader.ReadLineAsync(ApiCaller.Cancelled));

        var run = await RunAsync("""{"handler":"noop","delay":"1h"}""");
        string? line;
        do
        {
            line = await reader.ReadLineAsync(ApiCaller.Cancelled);
            Assert.NotNull(line);
        }
        while (line != "event: change");
        await Api.PostAsync($"/api/runs/{run}/cancel");
    }

    private async Task<string> PostFormAsync(string path, params (string Name, string Value)[] fields)
    {
        var reply = await FormAsync(path, fields);
        var said = string.Join(' ', SetCookies(reply));
        Assert.True(said.Contains("silos_notice=%2B", StringComparison.Ordinal), $"{path}: {reply.Status} {said} {reply.Text}");
        return reply.Response.Headers.Location!.ToString();
    }

    /// <summary>Posts a form as the browser does to which the page was shown.</summary>
    private async Task<Reply> FormAsync(string path, params (string Name, string Value)[] fields)
    {
        using var browser = new Browser(Host.Http.BaseAddress!);
        var token = Browser.TokenOf(await browser.GetAsync("/settings"));
        return await browser.PostAsync(path, [.. fields, ("__token", token)]);
    }

    private static IEnumerable<string> SetCookies(Reply reply) =>
        reply.Response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [];
}
