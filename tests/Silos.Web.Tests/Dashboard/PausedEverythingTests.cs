using System.Net;
using Microsoft.AspNetCore.TestHost;
using Silos.Audit;
using Silos.Jobs;
using Silos.Keys;
using Silos.Stores;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>Pages do not deny that everything is paused: each says so, and lets it go on who may.</summary>
public sealed class PausedEverythingTests : IAsyncLifetime
{
    private TestApi? _api;

    private TestApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(o => o.RequireAuthentication = true);
        await Api.Client.SeedJobAsync("nightly", job => job with { NextDue = TestApi.Noon.AddHours(1) });
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    [Theory]
    [InlineData("*", "every tenant")]
    [InlineData("default", "tenant &#x27;default&#x27;")]
    public async Task Every_page_says_who_paused_everything_and_why(string key, string whose)
    {
        await PauseAsync(key);
        using var admin = await LogInAsync(Role.Admin, TenantScope.All);
        foreach (var path in new[] { "/", "/jobs", "/jobs/nightly", "/runs", "/operations", "/alarms", "/queues", "/silos", "/settings" })
        {
            var page = await admin.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains($"Everything of {whose} is paused", page.Text, StringComparison.Ordinal);
            Assert.Contains("By ann ", page.Text, StringComparison.Ordinal);
            Assert.Contains("flood &lt;b&gt;", page.Text, StringComparison.Ordinal);
            Assert.Contains($"name=\"scope\" value=\"{(key == "*" ? "all" : "tenant")}\"", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("nothing is paused", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task While_nothing_is_paused_the_pages_say_nothing_of_it()
    {
        await PauseAsync("acme");
        using var admin = await LogInAsync(Role.Admin, TenantScope.All);
        var page = await admin.GetAsync("/");
        Assert.DoesNotContain("is paused</b>", page.Text, StringComparison.Ordinal);
        Assert.Contains("goes on", (await admin.GetAsync("/settings")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_resume_it_is_not_offered_that()
    {
        await PauseAsync("*");
        using var ofOne = await LogInAsync(Role.Admin, TenantScope.Of(TenantId.Default));
        var page = await ofOne.GetAsync("/jobs");
        Assert.Contains("Everything of every tenant is paused", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/settings/resume\"", page.Text, StringComparison.Ordinal);
        var refused = await ofOne.PostAsync("/settings/resume", ("scope", "all"), ("__token", Browser.TokenOf(page)));
        Assert.Equal(HttpStatusCode.SeeOther, refused.Status);
        Assert.DoesNotContain(Api.Client.Calls, call => call.StartsWith("resume", StringComparison.Ordinal));

        await PauseAsync("default");
        using var viewer = await LogInAsync(Role.Viewer, TenantScope.Of(TenantId.Default));
        page = await viewer.GetAsync("/jobs");
        Assert.Contains("Everything of tenant", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/settings/resume\"", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all", "resume * operator", "installation.resume", "*")]
    [InlineData("tenant", "resume default operator", "tenant.resume", "default")]
    public async Task The_banner_lets_everything_go_on_and_that_is_recorded(string scope, string call, string action, string target)
    {
        await PauseAsync(scope == "all" ? "*" : "default");
        using var browser = await LogInAsync(Role.Operator, TenantScope.All);
        var page = await browser.GetAsync("/runs");
        var answer = await browser.PostAsync("/settings/resume", ("scope", scope), ("back", "/runs"), ("__token", Browser.TokenOf(page)));
        Assert.Equal((HttpStatusCode.SeeOther, "/runs"), (answer.Status, answer.Response.Headers.Location?.OriginalString));
        Assert.Contains(call, Api.Client.Calls);
        var entry = (await Api.Store.Audit.ListAsync(new AuditQuery(TenantId.Default) { Limit = 10 }, ApiCaller.Cancelled)).First(e => e.Action == action);
        Assert.Equal(target, entry.TargetName);
    }

    [Fact]
    public async Task Who_looks_after_one_tenant_is_not_offered_to_drain_a_silo()
    {
        using var ofOne = await LogInAsync(Role.Admin, TenantScope.Of(TenantId.Default));
        Assert.DoesNotContain("action=\"/silos/", (await ofOne.GetAsync("/silos")).Text, StringComparison.Ordinal);
        using var ofAll = await LogInAsync(Role.Admin, TenantScope.All);
        var page = (await ofAll.GetAsync("/silos")).Text;
        Assert.Contains("action=\"/silos/a/resume\"", page, StringComparison.Ordinal);
        Assert.Contains("action=\"/silos/b/drain\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_tells_it()
    {
        using var viewer = await LogInAsync(Role.Viewer, TenantScope.Of(TenantId.Default));
        Assert.Equal("{}", (await viewer.GetAsync("/api/pause")).Is(HttpStatusCode.OK).GetRawText());
        await PauseAsync("*");
        await PauseAsync("default");
        await PauseAsync("acme");
        var pause = (await viewer.GetAsync("/api/pause")).Is(HttpStatusCode.OK);
        foreach (var whose in new[] { "tenant", "all" })
        {
            Assert.Equal(("ann", "flood <b>"), (pause.GetProperty(whose).GetProperty("by").GetString(), pause.GetProperty(whose).GetProperty("reason").GetString()));
        }
    }

    private async Task PauseAsync(string key) => Assert.NotNull(await Api.Store.Settings.TrySaveAsync(
        new Setting("pause", key, JsonText.From(new Pause("ann", "flood <b>", TestApi.Noon.AddMinutes(-3)))), ApiCaller.Cancelled));

    private async Task<Browser> LogInAsync(Role role, TenantScope scope)
    {
        var token = KeyToken.New();
        await Api.Store.Keys.TryAddAsync(
            new ApiKey { Id = token.Id, Hash = token.Hash, Name = role.ToText(), Role = role, Scope = scope, CreatedAt = TestApi.Noon, CreatedBy = "test" },
            ApiCaller.Cancelled);
        var browser = new Browser(Api.App.GetTestClient());
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", token.Text), ("__token", page))).Status);
        return browser;
    }
}
