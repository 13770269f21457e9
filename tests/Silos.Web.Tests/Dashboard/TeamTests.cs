using System.Net;
using Microsoft.AspNetCore.TestHost;
using Silos.Jobs;
using Silos.Keys;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>Whose jobs a page shows, and how one chooses. A browser without scripts posts the same form.</summary>
public sealed class TeamTests
{
    private const string Form = "action=\"/team\"";

    [Fact]
    public async Task Who_looks_after_every_tenant_chooses_among_those_that_have_jobs()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("ours");
        await SeedAsync(api, "acme", "theirs");
        using var browser = new Browser(api.App.GetTestClient());
        var page = await browser.GetAsync("/jobs");
        Assert.Contains(Form, page.Text, StringComparison.Ordinal);
        Assert.Contains("<option value=\"acme\"", page.Text, StringComparison.Ordinal);
        Assert.Contains("<option value=\"default\" selected", page.Text, StringComparison.Ordinal);
        Assert.Contains("ours", page.Text, StringComparison.Ordinal);

        var picked = await PickAsync(browser, page, "acme");
        Assert.Equal((HttpStatusCode.SeeOther, "/jobs"), (picked.Status, picked.Response.Headers.Location?.OriginalString));
        var theirs = await browser.GetAsync("/jobs");
        Assert.Contains("<option value=\"acme\" selected", theirs.Text, StringComparison.Ordinal);
        Assert.Contains(">theirs</a>", theirs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(">ours</a>", theirs.Text, StringComparison.Ordinal);

        // Back to where nobody has chosen: the keys of every tenant are shown again.
        await PickAsync(browser, theirs, "default");
        Assert.DoesNotContain("silos_team", browser.Cookies.Keys);
        Assert.Contains(">ours</a>", (await browser.GetAsync("/jobs")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await PickAsync(browser, page, "*")).Status);
    }

    [Fact]
    public async Task With_one_tenant_there_is_nothing_to_choose()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("ours");
        Assert.DoesNotContain(Form, (await api.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_very_many_tenants_the_name_is_written()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            await SeedAsync(api, $"tenant-{i:00}", "job");
        }

        using var browser = new Browser(api.App.GetTestClient());
        var page = await browser.GetAsync("/jobs");
        Assert.Contains("<input name=\"team\" list=\"teams\"", page.Text, StringComparison.Ordinal);
        var offered = page.Text.Split("<datalist id=\"teams\">")[1].Split("</datalist>")[0];
        Assert.Equal(50, offered.Split("<option value=").Length - 1);
        Assert.Equal(HttpStatusCode.SeeOther, (await PickAsync(browser, page, "tenant-59")).Status);
        Assert.Contains("value=\"tenant-59\"", (await browser.GetAsync("/")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_key_is_for_one_tenant_hears_of_no_other()
    {
        await using var api = await TestApi.StartAsync(o => o.RequireAuthentication = true);
        await SeedAsync(api, "acme", "theirs");
        await SeedAsync(api, "beta", "mine");
        var token = KeyToken.New();
        await api.Store.Keys.TryAddAsync(
            new ApiKey
            {
                Id = token.Id,
                Name = "ann",
                Scope = TenantScope.Of(TenantId.Parse("beta")),
                Role = Role.Admin,
                Hash = token.Hash,
                CreatedAt = TestApi.Noon,
                CreatedBy = "test",
            },
            ApiCaller.Cancelled);
        using var browser = new Browser(api.App.GetTestClient());
        await browser.PostAsync("/login", ("key", token.Text), ("__token", Browser.TokenOf(await browser.GetAsync("/login"))));
        var page = await browser.GetAsync("/jobs");
        Assert.Contains(">mine</a>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Form, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", page.Text, StringComparison.Ordinal);
    }

    private static Task<Reply> PickAsync(Browser browser, Reply page, string team) =>
        browser.PostAsync("/team", ("team", team), ("next", "/jobs"), ("__token", Browser.TokenOf(page)));

    private static async Task SeedAsync(TestApi api, string tenant, string name) => await api.Store.Jobs.TrySaveAsync(
        new Job
        {
            Key = new JobKey(TenantId.Parse(tenant), JobName.Parse(name)),
            Definition = new JobDefinition { Name = JobName.Parse(name), Handler = "noop" },
            Source = "api",
            CreatedAt = TestApi.Noon,
            UpdatedAt = TestApi.Noon,
            Cursor = TestApi.Noon,
        },
        null,
        ApiCaller.Cancelled);
}
