using System.Net;
using Microsoft.AspNetCore.TestHost;
using Silos.Keys;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>What a browser is told when a page or a form is refused, and that programs are told the same as ever.</summary>
public sealed class RefusedPageTests
{
    private const string Html = "text/html,application/xhtml+xml,*/*;q=0.8";

    [Fact]
    public async Task A_form_that_is_out_of_date_is_answered_with_a_page_that_leads_back()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        using var browser = new Browser(api.App.GetTestClient());
        foreach (var token in new[] { null, new string('0', 64) })
        {
            var refused = await PostAsync(browser, "/jobs/a/pause", token, from: "http://localhost/jobs/a?x=1");
            IsPage(refused, HttpStatusCode.Forbidden, "This form is out of date", "Nothing was changed.", "href=\"/jobs/a?x=1\"", "aria-label=\"Pages\"");
            Assert.Null((await api.GetAsync("/api/jobs/a")).Json.TryGetProperty("pause", out var pause) ? pause.GetRawText() : null);
        }

        // Programs that send forms are told in their own language.
        var told = await PostAsync(browser, "/jobs/a/pause", null, accept: "*/*");
        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json", "stale_form"), (told.Status, told.ContentType, told.Code));
    }

    [Fact]
    public async Task A_form_after_the_end_of_the_login_leads_to_the_login_and_back_and_asks_for_no_password()
    {
        await using var api = await TestApi.StartAsync(o => o.RequireAuthentication = true);
        using var browser = await LogInAsync(api);
        var token = Browser.TokenOf(await browser.GetAsync("/settings"));
        api.Clock.Advance(TimeSpan.FromHours(12));

        var refused = await PostAsync(browser, "/settings/pause", token, from: "http://localhost/settings");
        IsPage(refused, HttpStatusCode.Unauthorized, "You are not logged in", "Nothing was changed.", "href=\"/login?next=%2Fsettings\"", "href=\"/login/style.css\"");
        Assert.Equal("Bearer", refused.Response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain("/ui/", refused.Text, StringComparison.Ordinal);

        // Who logs in again has another token; the old form stays refused, and says so.
        var login = Browser.TokenOf(await browser.GetAsync("/login"));
        var key = await KeyAsync(api, Role.Admin);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", key), ("__token", login))).Status);
        IsPage(await PostAsync(browser, "/settings/pause", token), HttpStatusCode.Forbidden, "This form is out of date");
    }

    [Fact]
    public async Task A_login_that_is_out_of_date_leads_to_a_fresh_one()
    {
        await using var api = await TestApi.StartAsync(o => o.RequireAuthentication = true);
        using var browser = new Browser(api.App.GetTestClient());
        IsPage(await PostAsync(browser, "/login", "old"), HttpStatusCode.Forbidden, "This form is out of date", "href=\"/login?next=%2F\"");
    }

    [Theory]
    [InlineData("GET", "/settings/audit")]
    [InlineData("GET", "/settings/keys/new")]
    [InlineData("POST", "/queues/default/limits")]
    public async Task What_the_role_does_not_allow_is_a_page_that_names_the_role(string method, string path)
    {
        await using var api = await TestApi.StartAsync(o => o.RequireAuthentication = true);
        using var browser = await LogInAsync(api, Role.Viewer);
        var refused = method == "GET" ? await browser.GetAsync(path, Html) : await PostAsync(browser, path, Browser.TokenOf(await browser.GetAsync("/queues")));
        IsPage(refused, HttpStatusCode.Forbidden, "Your role does not allow this", "needs the role admin", "Ask an administrator", "aria-label=\"Pages\"");
    }

    [Fact]
    public async Task A_form_of_another_site_is_a_page_that_leads_nowhere_of_theirs()
    {
        await using var api = await TestApi.StartAsync();
        using var browser = new Browser(api.App.GetTestClient());
        var token = Browser.TokenOf(await browser.GetAsync("/settings"));
        var refused = await PostAsync(browser, "/settings/pause", token, from: "https://evil.example/trap", change: r => r.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site"));
        IsPage(refused, HttpStatusCode.Forbidden, "another origin", "Nothing was changed.");
        Assert.DoesNotContain("evil", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("trap", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_what_is_no_form_and_what_is_too_large_are_pages()
    {
        await using var api = await TestApi.StartAsync();
        using var browser = new Browser(api.App.GetTestClient());
        IsPage(await browser.GetAsync("/jobs/nobody", Html), HttpStatusCode.NotFound, "There is no job", "belong to another tenant");
        IsPage(await browser.GetAsync("/jobs/a/b/c", Html), HttpStatusCode.NotFound, "There is no page");
        IsPage(await browser.GetAsync("/login/oidc", Html), HttpStatusCode.NotFound, "There is no address");
        IsPage(await browser.GetAsync("/openapi/v1.json", "text/html", ("X-Team-ID", "*")), HttpStatusCode.Forbidden, "X-Team-ID");

        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        IsPage(await browser.SendAsync(HttpMethod.Post, "/settings/pause", json, Accepts), HttpStatusCode.UnsupportedMediaType, "Pages take forms");
        var token = Browser.TokenOf(await browser.GetAsync("/settings"));
        using var large = new FormUrlEncodedContent([new("__token", token), new("reason", new string('x', 3_000_000))]);
        IsPage(await browser.SendAsync(HttpMethod.Post, "/settings/pause", large, Accepts), HttpStatusCode.RequestEntityTooLarge, "Go back and send less.");
        IsPage(await PostAsync(browser, "/team", token), HttpStatusCode.BadRequest, "is not a team of this login");
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_when_to_come_back_on_a_page_that_needs_nothing_more()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Requests = 1);
        using var browser = new Browser(api.App.GetTestClient());
        var token = Browser.TokenOf(await browser.GetAsync("/settings"));
        await browser.GetAsync("/settings");
        var refused = await browser.GetAsync("/jobs?state=paused", Html);
        IsPage(refused, HttpStatusCode.TooManyRequests, "Too many requests", "Wait a moment and try again.", "href=\"/jobs?state=paused\"", "href=\"/login/style.css\"");
        Assert.Equal(1.0, refused.Response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.DoesNotContain("/ui/", refused.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/login/style.css")).Status);
        IsPage(await PostAsync(browser, "/settings/pause", token, from: "http://localhost/settings"), HttpStatusCode.TooManyRequests, "Nothing was changed.", "Back to the page");
    }

    [Fact]
    public async Task Whoever_guesses_keys_on_the_login_page_is_told_there()
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.RequireAuthentication = true;
            o.Rates.Failures = 1;
        });
        using var browser = new Browser(api.App.GetTestClient());
        var token = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/login", ("key", KeyToken.New().Text), ("__token", token))).Status);
        IsPage(await PostAsync(browser, "/login", token, fields: [("key", KeyToken.New().Text)]), HttpStatusCode.TooManyRequests, "Too many wrong credentials");
    }

    [Theory]
    [InlineData("GET", "/api/jobs/nobody", 404)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("PUT", "/api/audit", 405)]
    [InlineData("GET", "/api/jobs?limit=0", 400)]
    [InlineData("POST", "/api/runs", 415)]
    [InlineData("POST", "/api/pause", 403)]
    public async Task The_API_answers_browsers_as_it_answers_everybody(string method, string path, int status)
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.SendAsync(new HttpMethod(method), path, method == "POST" ? "a=b" : null, "text/plain", r =>
        {
            Accepts(r);
            if (status == 403)
            {
                r.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "cross-site");
            }
        });
        Assert.Equal((status, "application/problem+json"), ((int)reply.Status, reply.ContentType));
    }

    private static void Accepts(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Accept", Html);

    private static void IsPage(Reply reply, HttpStatusCode status, params string[] told)
    {
        Assert.True((status, "text/html") == (reply.Status, reply.ContentType), $"{reply.Status} {reply.ContentType}: {reply.Text}");
        Assert.Equal("no-store", reply.Response.Headers.CacheControl?.ToString());
        Assert.Contains("default-src 'none'", reply.Response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.EndsWith("</html>", reply.Text.TrimEnd(), StringComparison.Ordinal);
        Assert.All(told, text => Assert.Contains(text, WebUtility.HtmlDecode(reply.Text), StringComparison.Ordinal));
    }

    private static Task<Reply> PostAsync(
        Browser browser, string path, string? token, string? from = null, string accept = Html, (string Name, string Value)[]? fields = null, Action<HttpRequestMessage>? change = null)
    {
        var sent = (fields ?? []).Append((Name: "__token", Value: token ?? string.Empty)).Select(f => KeyValuePair.Create(f.Name, f.Value));
        return browser.SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(sent), r =>
        {
            r.Headers.TryAddWithoutValidation("Accept", accept);
            if (from is not null)
            {
                r.Headers.TryAddWithoutValidation("Referer", from);
            }

            change?.Invoke(r);
        });
    }

    private static async Task<Browser> LogInAsync(TestApi api, Role role = Role.Admin)
    {
        var browser = new Browser(api.App.GetTestClient());
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", await KeyAsync(api, role)), ("__token", page))).Status);
        return browser;
    }

    private static async Task<string> KeyAsync(TestApi api, Role role)
    {
        var token = KeyToken.New();
        await api.Store.Keys.TryAddAsync(
            new ApiKey { Id = token.Id, Name = "ann", Scope = TenantScope.All, Role = role, Hash = token.Hash, CreatedAt = TestApi.Noon, CreatedBy = "test" }, ApiCaller.Cancelled);
        return token.Text;
    }
}
