using System.Net;
using System.Text;
using Microsoft.AspNetCore.TestHost;
using Silos.Keys;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

/// <summary>Stored keys and sessions, on a clock that the test moves.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private TestApi? _api;

    private TestApi Api => _api!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(o => o.RequireAuthentication = true);

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    [Fact]
    public async Task A_key_ends_when_it_was_to_end()
    {
        var (token, _) = await AddAsync(key => key with { ExpiresAt = TestApi.Noon.AddMinutes(5) });
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Api.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Api.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task A_key_revoked_by_another_silo_is_closed_within_three_seconds()
    {
        var (token, key) = await AddAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        await Api.Store.Keys.RevokeAsync(key.Id, "another silo", TestApi.Noon, ApiCaller.Cancelled);
        Api.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task A_key_revoked_here_is_closed_at_once_and_so_is_its_session()
    {
        var (admin, _) = await AddAsync(key => key with { Role = Role.Admin, Scope = TenantScope.All });
        var (token, key) = await AddAsync();
        using var browser = await LogInAsync(token);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/whoami")).Status);

        (await Api.SendAsync(HttpMethod.Delete, $"/api/keys/{key.Id}", null, change: r => Bear(r, admin))).Is(HttpStatusCode.NoContent);

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/whoami")).Status);
    }

    [Fact]
    public async Task A_session_whose_key_was_revoked_stays_closed_when_the_store_goes_away()
    {
        var (admin, _) = await AddAsync(key => key with { Role = Role.Admin, Scope = TenantScope.All });
        var (token, key) = await AddAsync();
        using var browser = await LogInAsync(token);
        var (kept, _) = await AddAsync();
        using var other = await LogInAsync(kept);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/whoami")).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/whoami")).Status);
        (await Api.SendAsync(HttpMethod.Delete, $"/api/keys/{key.Id}", null, change: r => Bear(r, admin))).Is(HttpStatusCode.NoContent);

        Api.Store.Kill();

        foreach (var seconds in new[] { 0, 2, 10 })
        {
            Api.Clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync("/api/whoami")).Status);
            Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/whoami")).Status);
        }

        Api.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await other.GetAsync("/api/whoami")).Status);
    }

    [Fact]
    public async Task The_id_of_a_key_is_not_the_key()
    {
        var (token, _) = await AddAsync();
        var other = KeyToken.New().Text;
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token[..19] + other[19..]));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token[..^1]));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token + "0"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(other));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
    }

    [Fact]
    public async Task Last_use_is_written_once_a_minute_and_not_once_a_request()
    {
        var (token, key) = await AddAsync();
        for (var second = 0; second < 55; second++)
        {
            await AskAsync(token);
            Api.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(TestApi.Noon, (await Api.Store.Keys.FindAsync(key.Id, ApiCaller.Cancelled))?.LastUsedAt);
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        await AskAsync(token);
        Assert.Equal(TestApi.Noon.AddSeconds(65), (await Api.Store.Keys.FindAsync(key.Id, ApiCaller.Cancelled))?.LastUsedAt);
    }

    [Fact]
    public async Task While_the_store_is_away_a_known_key_is_good_for_a_minute_and_an_unknown_one_is_not()
    {
        var (token, _) = await AddAsync();
        var (late, _) = await AddAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Api.Store.Kill();
        Api.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(late));
        Api.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(token));
    }

    [Fact]
    public async Task A_key_is_a_password_on_pages_and_a_browser_without_one_is_sent_to_log_in()
    {
        var (token, _) = await AddAsync();
        var basic = await Api.SendAsync(HttpMethod.Get, "/", null, change: r => r.Headers.TryAddWithoutValidation(
            "Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{token}"))}"));
        Assert.Equal(HttpStatusCode.OK, basic.Status);

        using var browser = new Browser(Api.App.GetTestClient());
        var sent = await browser.GetAsync("/@jobs?x=1", "text/html,application/xhtml+xml");
        Assert.Equal((HttpStatusCode.Redirect, "/login?next=%2F%40jobs%3Fx%3D1"), (sent.Status, sent.Response.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/@jobs")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/jobs", "text/html")).Status);
    }

    [Fact]
    public async Task A_session_is_good_in_its_cookie_only_and_a_key_is_not()
    {
        var (token, _) = await AddAsync();
        using var browser = await LogInAsync(token);
        var session = browser.Cookies["silos_session"];
        Assert.NotEqual(token, session);
        var cookie = Assert.Single(browser.SetCookies, c => c.StartsWith("silos_session", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);

        Assert.Equal("session", (await browser.GetAsync("/api/whoami")).Json.GetProperty("kind").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(session));
        var asCookie = await Api.SendAsync(HttpMethod.Get, "/api/whoami", null, change: r => r.Headers.TryAddWithoutValidation("Cookie", $"silos_session={token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, asCookie.Status);

        Api.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/whoami")).Status);
    }

    [Fact]
    public async Task A_session_works_on_another_silo_and_ends_there_with_the_logout()
    {
        var (token, _) = await AddAsync();
        using var browser = await LogInAsync(token);
        await using var second = await TestApi.StartAsync(o => o.RequireAuthentication = true, Api.Store, Api.Clock);
        async Task<HttpStatusCode> ThereAsync() => (await second.SendAsync(
            HttpMethod.Get, "/api/whoami", null, change: r => r.Headers.TryAddWithoutValidation("Cookie", $"silos_session={browser.Cookies["silos_session"]}"))).Status;
        Assert.Equal(HttpStatusCode.OK, await ThereAsync());

        var session = browser.Cookies["silos_session"];
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/logout", ("__token", page))).Status);
        await Api.Store.Keys.RevokeAsync(session.Substring(6, 12), "logout", TestApi.Noon, ApiCaller.Cancelled);
        Api.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.Unauthorized, await ThereAsync());
    }

    [Fact]
    public async Task A_login_leads_nowhere_but_here()
    {
        var (token, _) = await AddAsync();
        foreach (var (next, where) in new[]
        {
            ("/@jobs?a=b", "/@jobs?a=b"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"), ("/\r\nSet-Cookie: a=b", "/"),
        })
        {
            using var browser = new Browser(Api.App.GetTestClient());
            var page = Browser.TokenOf(await browser.GetAsync("/login"));
            var reply = await browser.PostAsync("/login", ("key", token), ("__token", page), ("next", next));
            Assert.Equal((HttpStatusCode.SeeOther, where), (reply.Status, reply.Response.Headers.Location?.OriginalString));
        }
    }

    [Fact]
    public async Task Where_nothing_is_required_what_is_no_key_of_ours_is_ignored_and_a_wrong_one_is_not()
    {
        await using var open = await TestApi.StartAsync();
        async Task<HttpStatusCode> WithAsync(string secret) => (await open.SendAsync(HttpMethod.Get, "/api/whoami", null, change: r => Bear(r, secret))).Status;
        Assert.Equal(HttpStatusCode.OK, await WithAsync("whatever-an-old-client-sends"));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(KeyToken.New().Text));
    }

    private async Task<Browser> LogInAsync(string token)
    {
        var browser = new Browser(Api.App.GetTestClient());
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", token), ("__token", page))).Status);
        return browser;
    }

    private async Task<(string Token, ApiKey Key)> AddAsync(Func<ApiKey, ApiKey>? change = null)
    {
        var token = KeyToken.New();
        var key = new ApiKey
        {
            Id = token.Id,
            Name = "ci",
            Scope = TenantScope.Of(TenantId.Parse("acme")),
            Role = Role.Viewer,
            Hash = token.Hash,
            CreatedAt = TestApi.Noon,
            CreatedBy = "test",
        };
        key = change?.Invoke(key) ?? key;
        await Api.Store.Keys.TryAddAsync(key, ApiCaller.Cancelled);
        return (token.Text, key);
    }

    private async Task<HttpStatusCode> AskAsync(string token) =>
        (await Api.SendAsync(HttpMethod.Get, "/api/whoami", null, change: r => Bear(r, token))).Status;

    private static void Bear(HttpRequestMessage request, string secret) => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
}
