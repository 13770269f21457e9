using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>Keys, sessions and the audit log.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    [Covers("GET /api/whoami")]
    [Covers("GET /api/keys")]
    [Covers("POST /api/keys")]
    [Covers("DELETE /api/keys/{id}")]
    public async Task A_key_opens_what_its_role_may_in_its_tenant_until_it_is_revoked()
    {
        var name = Unique("ci");
        var created = (await Api.PostAsync("/api/keys", $$"""{"name":"{{name}}","role":"viewer","tenant":"acme","expiresAt":"2999-01-01T00:00:00Z"}"""))
            .Is(HttpStatusCode.Created);
        var (id, key) = (created.GetProperty("id").GetString()!, created.GetProperty("key").GetString()!);
        Assert.Matches("^silos_[0-9a-z]{12}_[0-9a-z]{52}$", key);
        Assert.Equal(key[..18], created.GetProperty("prefix").GetString());

        var who = (await WithKeyAsync(HttpMethod.Get, "/api/whoami", key)).Is(HttpStatusCode.OK);
        Assert.Equal($$"""{"name":"{{name}}","kind":"key","role":"viewer","tenant":"acme","tenants":["acme"]}""", who.GetRawText());
        (await WithKeyAsync(HttpMethod.Get, "/api/jobs", key)).Is(HttpStatusCode.OK);
        var refused = await WithKeyAsync(HttpMethod.Post, "/api/pause", key);
        refused.Is(HttpStatusCode.Forbidden);
        Assert.Equal("forbidden", refused.Code);

        var listed = (await Api.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(key[19..], listed.GetRawText(), StringComparison.Ordinal);
        var shown = Assert.Single(listed.GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == id);
        Assert.Equal(("local", "acme", "viewer"), (shown.GetProperty("createdBy").GetString(), shown.GetProperty("tenant").GetString(), shown.GetProperty("role").GetString()));
        Assert.True(shown.TryGetProperty("lastUsedAt", out _));

        (await Api.SendAsync(HttpMethod.Delete, $"/api/keys/{id}", null)).Is(HttpStatusCode.NoContent);
        (await Api.SendAsync(HttpMethod.Delete, $"/api/keys/{id}", null)).Is(HttpStatusCode.NoContent);
        await RefusedAsync(key);
    }

    [Fact]
    [Covers("GET /api/audit")]
    public async Task The_audit_log_tells_who_did_what_with_which_reason()
    {
        var job = await JobAsync("audited");
        (await Api.PostAsync($"/api/jobs/{job}/pause", """{"reason":"flood"}""")).Is(HttpStatusCode.OK);
        var run = await RunAsync("""{"handler":"wait"}""");
        (await Api.PostAsync($"/api/runs/{run}/cancel", """{"reason":"not needed"}""")).Is(HttpStatusCode.Accepted);
        (await Api.PostAsync($"/api/jobs/{Unique("unknown")}/pause")).Is(HttpStatusCode.NotFound);

        var ofJob = (await Api.GetAsync($"/api/audit?job={job}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["job.pause", "job.put"], ofJob.Select(entry => entry.GetProperty("action").GetString()));
        Assert.Equal(("flood", "local"), (ofJob[0].GetProperty("reason").GetString(), ofJob[0].GetProperty("actor").GetString()));
        Assert.Equal("local:local", ofJob[0].GetProperty("detail").GetProperty("by").GetString());

        var ofRun = Assert.Single((await Api.GetAsync($"/api/audit?run={run}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Equal(("run.cancel", "not needed"), (ofRun.GetProperty("action").GetString(), ofRun.GetProperty("reason").GetString()));

        var page = (await Api.GetAsync("/api/audit?limit=1")).Is(HttpStatusCode.OK);
        var next = (await Api.GetAsync($"/api/audit?limit=1&cursor={page.GetProperty("next").GetString()}")).Is(HttpStatusCode.OK);
        Assert.NotEqual(page.GetProperty("items").GetRawText(), next.GetProperty("items").GetRawText());
        Assert.Empty((await Api.GetAsync("/api/audit?action=nothing.")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
    }

    [Fact]
    [Covers("GET /login")]
    [Covers("GET /login/style.css")]
    [Covers("POST /login")]
    [Covers("POST /logout")]
    [Covers("POST /team")]
    [Covers("GET /login/oidc")]
    [Covers("GET /login/callback")]
    public async Task A_browser_logs_in_with_a_key_and_out()
    {
        var created = (await Api.PostAsync("/api/keys", $$"""{"name":"{{Unique("person")}}","role":"operator","tenant":"acme"}""")).Is(HttpStatusCode.Created);
        using var browser = new Browser(Host.Http.BaseAddress!);
        Assert.Equal("text/css", (await browser.GetAsync("/login/style.css")).ContentType);

        var token = Browser.TokenOf(await browser.GetAsync("/login?next=/@jobs"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/login", ("key", created.GetProperty("key").GetString()!))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/login", ("key", "silos_wrong"), ("__token", token))).Status);
        var entered = await browser.PostAsync("/login", ("key", created.GetProperty("key").GetString()!), ("__token", token), ("next", "/@jobs"));
        Assert.Equal((HttpStatusCode.SeeOther, "/@jobs"), (entered.Status, entered.Response.Headers.Location?.OriginalString));

        var who = (await browser.GetAsync("/api/whoami")).Is(HttpStatusCode.OK);
        Assert.Equal(("session", "operator", "acme"), (who.GetProperty("kind").GetString(), who.GetProperty("role").GetString(), who.GetProperty("tenant").GetString()));

        // The pages of a session carry a token of their own; the one of the login page is nobody's.
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/team", ("team", "acme"), ("__token", token))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/logout", ("__token", token))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(HttpMethod.Post, "/api/pause", null)).Status);
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await browser.SendAsync(HttpMethod.Post, "/api/resume", null, r => r.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin"))).Status);

        // The issuer is a matter of its own host.
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/login/oidc")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/login/callback?state=x")).Status);

        (await Api.SendAsync(HttpMethod.Delete, $"/api/keys/{created.GetProperty("id").GetString()}", null)).Is(HttpStatusCode.NoContent);
        while ((await browser.GetAsync("/api/whoami")).Is(HttpStatusCode.OK).GetProperty("kind").GetString() == "session")
        {
            ApiCaller.Cancelled.ThrowIfCancellationRequested();
        }
    }

    private Task<Reply> WithKeyAsync(HttpMethod method, string path, string key) =>
        Api.SendAsync(method, path, null, change: r => r.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"));

    /// <summary>Waits until a key is refused everywhere: at once by the process that revoked it, within seconds by others.</summary>
    private async Task RefusedAsync(string key)
    {
        var refusals = 0;
        while (refusals < 4)
        {
            ApiCaller.Cancelled.ThrowIfCancellationRequested();
            refusals = (await WithKeyAsync(HttpMethod.Get, "/api/whoami", key)).Status == HttpStatusCode.Unauthorized ? refusals + 1 : 0;
        }
    }
}
