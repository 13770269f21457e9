using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>What was shown without its secrets comes back: with them, or not at all.</summary>
public abstract partial class ApiSuite<THost>
{
    private const string Mark = "[redacted]";

    [Fact]
    [Covers("POST /api/apply")]
    public async Task A_job_that_was_shown_is_applied_again_with_its_secrets_and_nothing_changes()
    {
        var (name, source) = (Unique("nightly"), Unique("shop.yaml"));
        (await ApplyAsync(source, $$$"""{"name":"{{{name}}}","handler":"noop","payload":{"url": "https://a.example",  "headers":{"Authorization":"Bearer hush-hush"}, "password":"hush-hush"}}"""))
            .Is(HttpStatusCode.OK);
        var shown = (await Api.GetAsync($"/api/jobs/{name}")).Is(HttpStatusCode.OK).GetProperty("definition").GetRawText();
        Assert.Contains(Mark, shown, StringComparison.Ordinal);

        foreach (var dryRun in new[] { true, false, true })
        {
            var same = (await ApplyAsync(source, shown, dryRun)).Is(HttpStatusCode.OK);
            Assert.Equal((0, 0, 1), (same.GetProperty("added").GetArrayLength(), same.GetProperty("changed").GetArrayLength(), same.GetProperty("unchanged").GetInt32()));
        }

        var moved = (await ApplyAsync(source, shown.Replace("a.example", "b.example", StringComparison.Ordinal))).Is(HttpStatusCode.OK);
        var field = Assert.Single(Assert.Single(moved.GetProperty("changed").EnumerateArray()).GetProperty("fields").EnumerateArray()).GetString();
        Assert.StartsWith("payload.url:", field, StringComparison.Ordinal);
        var versions = (await Api.GetAsync($"/api/jobs/{name}/definitions")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal((2, 1), (versions.Count, versions[0].GetProperty("changes").GetArrayLength()));
    }

    [Fact]
    [Covers("POST /api/apply")]
    public async Task A_new_job_with_the_mark_of_a_secret_is_refused_and_so_is_a_record()
    {
        var (known, source) = (Unique("known"), Unique("shop.yaml"));
        var first = $$$"""{"name":"{{{known}}}","handler":"noop","payload":{"password":"hush-hush"}}""";
        (await ApplyAsync(source, first)).Is(HttpStatusCode.OK);

        var fresh = Unique("fresh");
        var wrong = $$$"""{"name":"{{{fresh}}}","handler":"noop","payload":{"list":[{"apiKey":"{{{Mark}}}"}]}}""";
        foreach (var dryRun in new[] { true, false })
        {
            var refused = await ApplyAsync(source, $$$"""{"name":"{{{known}}}","handler":"noop","payload":{"password":"{{{Mark}}}","token":"{{{Mark}}}"}},{{{wrong}}}""", dryRun);
            Assert.Contains("not known here", refused.Blames("jobs[0].payload.token"), StringComparison.Ordinal);
            Assert.Contains("not known here", refused.Blames("jobs[1].payload.list[0].apiKey"), StringComparison.Ordinal);
        }

        (await Api.GetAsync($"/api/jobs/{fresh}")).Is(HttpStatusCode.NotFound);
        var record = await Api.PostAsync("/api/collections/queues/records", $$$$"""{"name":"n","payload":{"type":"noop","data":{"password":"{{{{Mark}}}}"}}}""");
        Assert.Contains("not known here", record.Blames("payload.data.password"), StringComparison.Ordinal);
    }

    [Fact]
    [Covers("POST /api/jobs/{name}/trigger")]
    [Covers("POST /jobs/{name}/trigger")]
    public async Task An_operator_cannot_have_the_secrets_of_a_job_sent_elsewhere()
    {
        var name = await JobAsync("call", """{"handler":"work","payload":{"url":"https://good.example/","headers":{"Authorization":"Bearer hush-hush"}},"overlap":"allow"}""");
        var key = (await Api.PostAsync("/api/keys", $$"""{"name":"{{Unique("op")}}","role":"operator","tenant":"default"}""")).Is(HttpStatusCode.Created).GetProperty("key").GetString()!;
        var trigger = $"/api/jobs/{name}/trigger";
        const string shown = $$$"""{"headers":{"Authorization":"{{{Mark}}}"},"url":"https://good.example/"}""";
        var stolen = shown.Replace("good", "evil", StringComparison.Ordinal);

        var wrong = new[]
        {
            stolen,
            $$$"""{"headers":{"Authorization":"{{{Mark}}}"}}""",
            shown.Replace("\"url\"", "\"method\":\"PUT\",\"url\"", StringComparison.Ordinal),
            shown.Replace("\"url\"", "\"url\":\"https://evil.example/\",\"url\"", StringComparison.Ordinal),
        };
        foreach (var payload in wrong[..3])
        {
            Assert.Contains("ask an administrator", (await WithBodyAsync(trigger, payload, key)).Blames("payload.headers.Authorization"), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await WithBodyAsync(trigger, wrong[3], key)).Status);
        Assert.Empty((await Api.GetAsync($"/api/runs?job={name}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());

        // As it was shown it is good for everybody, with a secret of one's own too; and an administrator may change the rest.
        (await WithBodyAsync(trigger, shown, key)).Is(HttpStatusCode.Accepted);
        (await WithBodyAsync(trigger, stolen.Replace(Mark, "Bearer mine", StringComparison.Ordinal), key)).Is(HttpStatusCode.Accepted);
        (await Api.PostAsync(trigger, $$"""{"payload":{{stolen}}}""")).Is(HttpStatusCode.Accepted);

        using var browser = new Browser(Host.Http.BaseAddress!);
        var login = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", key), ("__token", login))).Status);
        var page = Browser.TokenOf(await browser.GetAsync($"/jobs/{name}/trigger"));
        var refused = await browser.PostAsync($"/jobs/{name}/trigger", ("payload", stolen), ("__token", page));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("ask an administrator", refused.Text, StringComparison.Ordinal);
        var taken = await browser.PostAsync($"/jobs/{name}/trigger", ("payload", shown), ("__token", page));
        Assert.StartsWith("/runs/", taken.Response.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, (await Api.GetAsync($"/api/runs?job={name}")).Is(HttpStatusCode.OK).GetProperty("items").GetArrayLength());
    }

    private Task<Reply> ApplyAsync(string source, string jobs, bool dryRun = false) =>
        Api.PostAsync("/api/apply", $$"""{"source":"{{source}}","jobs":[{{jobs}}],"dryRun":{{(dryRun ? "true" : "false")}}}""");

    private Task<Reply> WithBodyAsync(string path, string payload, string key) => Api.SendAsync(
        HttpMethod.Post, path, $$"""{"payload":{{payload}}}""", change: r => r.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}"));
}
