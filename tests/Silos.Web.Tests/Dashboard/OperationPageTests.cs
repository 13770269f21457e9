using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Silos.Keys;
using Silos.Operations;
using Silos.Runs;
using Silos.Testing;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>Who may do what to many runs on the pages, and how patient the pages are.</summary>
public sealed class OperationPageTests : IAsyncLifetime
{
    private TestApi? _api;

    private TestApi Api => _api!;

    private OperationBook Book => Api.App.Services.GetRequiredService<OperationBook>();

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(o => o.RequireAuthentication = true);

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    [Fact]
    public async Task Who_only_reads_is_offered_nothing_and_refused_everything_but_looking()
    {
        await Api.Client.SeedAsync(RunState.Dead, "import");
        using var viewer = await LogInAsync(Role.Viewer, "default");
        using var operators = await LogInAsync(Role.Operator, "default");
        var mine = await operators.GetAsync("/runs?q=job:import");
        Assert.Contains("/operations/new?action=retry", mine.Text, StringComparison.Ordinal);
        Assert.Contains("type=\"checkbox\" name=\"id\"", mine.Text, StringComparison.Ordinal);

        var theirs = await viewer.GetAsync("/runs?q=job:import");
        Assert.DoesNotContain("/operations/new", theirs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("checkbox", theirs.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/operations/new?action=retry&q=job:import")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await StartAsync(viewer, "retry", "job:import")).Status);
        Assert.Empty(await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled));

        var started = await StartAsync(operators, "retry", "job:import");
        var page = started.Response.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(page)).Status);
        Assert.Contains(page, (await viewer.GetAsync("/operations")).Text, StringComparison.Ordinal);
        var operation = Assert.Single(await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled));
        Assert.Equal((OperationAction.Retry, 1L, "operator"), (operation.Action, operation.Matched, operation.By));
    }

    [Fact]
    public async Task Another_tenants_operation_is_unknown_and_its_runs_are_not_counted()
    {
        await Api.Client.SeedAsync(RunState.Dead, "import");
        using var ours = await LogInAsync(Role.Operator, "default");
        using var theirs = await LogInAsync(Role.Operator, "beta");
        var page = (await StartAsync(ours, "retry", "job:import")).Response.Headers.Location!.ToString();
        Assert.Equal(HttpStatusCode.NotFound, (await theirs.GetAsync(page)).Status);
        Assert.DoesNotContain(page, (await theirs.GetAsync("/operations")).Text, StringComparison.Ordinal);
        Assert.Contains("There is nothing to retry", (await theirs.GetAsync("/operations/new?action=retry&q=job:import")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ticked_runs_are_those_that_are_taken()
    {
        var first = await Api.Client.SeedAsync(RunState.Dead, "import");
        await Api.Client.SeedAsync(RunState.Dead, "import");
        var third = await Api.Client.SeedAsync(RunState.Failed, "import");
        var waiting = await Api.Client.SeedAsync(RunState.Queued, "import");
        using var browser = await LogInAsync(Role.Operator, "default");
        var asked = await browser.GetAsync($"/operations/new?action=retry&id={first}&id={third}&id={waiting}");
        Assert.Contains("2 runs will be run again", asked.Text, StringComparison.Ordinal);
        Assert.Contains("one of the 3 that were ticked", asked.Text, StringComparison.Ordinal);
        var search = Regex.Match(asked.Text, "name=\"q\" value=\"([^\"]+)\"").Groups[1].Value;
        Assert.Equal($"id:{first},{third},{waiting}", search);
        await StartAsync(browser, "retry", search);
        Assert.Equal(2, Assert.Single(await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled)).Matched);

        // As many as a page holds are not too much for an address nor for the search box.
        var many = string.Join('&', Enumerable.Range(0, 50).Select(_ => $"id={RunId.New(TestApi.Noon)}"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/operations/new?action=cancel&{many}")).Status);
    }

    [Fact]
    public async Task The_last_two_hours_are_those_that_were_counted()
    {
        await Api.Client.SeedAsync(RunState.Dead, "import");
        Api.Clock.Advance(TimeSpan.FromHours(1));
        using var browser = await LogInAsync(Role.Operator, "default");
        var asked = await browser.GetAsync("/operations/new?action=retry&q=since:2h");
        var at = Regex.Match(asked.Text, "name=\"at\" value=\"([^\"]+)\"").Groups[1].Value;
        Api.Clock.Advance(TimeSpan.FromMinutes(90));
        await StartAsync(browser, "retry", "since:2h", at);
        var operation = Assert.Single(await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled));
        Assert.Equal(1, operation.Matched);
        Assert.Contains("2026-03-02T11:00:00", operation.Filter.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_too_long_to_count_is_begun_uncounted_and_says_so()
    {
        var trap = new StoreTrap();
        await Api.DisposeAsync();
        _api = await TestApi.StartAsync(o => o.RequireAuthentication = true, new InMemoryStore(new InMemoryDatabase(), trap));
        await Api.Client.SeedAsync(RunState.Dead, "import");
        using var browser = await LogInAsync(Role.Operator, "default");
        trap.Before = site =>
        {
            if (site == "reader.count")
            {
                Api.Clock.Advance(TimeSpan.FromSeconds(6));
            }

            return default;
        };
        var asked = await browser.GetAsync("/operations/new?action=retry&q=error~x");
        Assert.Contains("More than could be counted in 5 seconds", asked.Text, StringComparison.Ordinal);
        Assert.Equal("true", Browser.FieldOf(asked, "uncounted"));

        var started = await browser.PostAsync(
            "/operations", ("action", "retry"), ("q", "error~x"), ("at", Browser.FieldOf(asked, "at")), ("uncounted", "true"), ("__token", Browser.TokenOf(asked)));
        var operation = Assert.Single(await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled));
        Assert.Equal((true, 0L), (operation.Uncounted, operation.Matched));
        var page = (await browser.GetAsync(started.Response.Headers.Location!.ToString())).Text;
        Assert.Contains("that took too long when it was asked for", page, StringComparison.Ordinal);
        Assert.DoesNotContain("0 runs when", page, StringComparison.Ordinal);
        var answer = (await browser.GetAsync($"/api/operations/{operation.Id}")).Text;
        Assert.Contains("\"by\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\"matched\"", answer, StringComparison.Ordinal);

        // Also where it could be counted when it was asked, and not any more when it is begun.
        await StartAsync(browser, "retry", "error~y");
        Assert.Equal(2, (await Book.ListAsync(TenantId.Default, ApiCaller.Cancelled)).Count(one => one.Uncounted));
    }

    private static async Task<Reply> StartAsync(Browser browser, string action, string search, string at = "2026-03-02T12:00:00Z")
    {
        var token = Browser.TokenOf(await browser.GetAsync("/runs"));
        return await browser.PostAsync("/operations", ("action", action), ("q", search), ("at", at), ("__token", token));
    }

    private async Task<Browser> LogInAsync(Role role, string tenant)
    {
        var token = KeyToken.New();
        await Api.Store.Keys.TryAddAsync(
            new ApiKey
            {
                Id = token.Id,
                Hash = token.Hash,
                Name = role.ToText(),
                Role = role,
                Scope = TenantScope.Of(TenantId.Parse(tenant)),
                CreatedAt = TestApi.Noon,
                CreatedBy = "test",
            },
            ApiCaller.Cancelled);
        var browser = new Browser(Api.App.GetTestClient());
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", token.Text), ("__token", page))).Status);
        return browser;
    }
}
