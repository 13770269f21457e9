using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.TestHost;
using Silos.Audit;
using Silos.Keys;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Dashboard;

/// <summary>Keys that are made on a page: seen once, made once, and only of what one has.</summary>
public sealed partial class KeyPageTests : IAsyncLifetime
{
    private const string Path = "/settings/keys/new";

    private static readonly AuditQuery Made = new(TenantId.Parse("acme")) { Action = "key.create" };

    private TestApi? _api;

    private TestApi Api => _api!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(o => o.RequireAuthentication = true);

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    [Fact]
    public async Task The_secret_is_on_the_answer_to_the_form_and_nowhere_else()
    {
        using var browser = await LogInAsync(TenantScope.All);
        var form = await browser.GetAsync(Path);
        var made = await browser.PostAsync(Path, [.. Wish(form), ("name", "deploy"), ("role", "admin"), ("tenant", "acme"), ("expiresAt", "2026-06-01T00:00")]);

        Assert.Equal((HttpStatusCode.Created, "text/html"), (made.Status, made.ContentType));
        var secret = Assert.Single(Secrets().Matches(made.Text).Select(match => match.Value).Distinct());
        Assert.Equal("no-store", made.Response.Headers.CacheControl?.ToString());
        Assert.DoesNotContain(browser.SetCookies, cookie => cookie.Contains("silos_notice", StringComparison.Ordinal) || cookie.Contains(secret[19..], StringComparison.Ordinal));
        Assert.Null(made.Response.Headers.Location);

        var key = await Api.Store.Keys.FindAsync(secret.Substring(6, 12), ApiCaller.Cancelled);
        Assert.NotNull(key);
        Assert.Equal(("deploy", Role.Admin, "acme", "boss"), (key.Name, key.Role, key.Scope.Text, key.CreatedBy));
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), key.ExpiresAt);
        foreach (var path in new[] { "/settings", "/settings/audit", "/api/keys", "/api/audit", Path })
        {
            Assert.DoesNotContain(secret[19..], (await browser.GetAsync(path)).Text, StringComparison.Ordinal);
        }

        var entry = Assert.Single(await Api.Store.Audit.ListAsync(Made, ApiCaller.Cancelled));
        Assert.Equal(("key.create", "key", "deploy", "boss"), (entry.Action, entry.TargetKind, entry.TargetName, entry.Actor));
        Assert.DoesNotContain(secret[19..], entry.Detail?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_is_sent_again_makes_no_second_key_and_says_so()
    {
        using var browser = await LogInAsync(TenantScope.All);
        var form = await browser.GetAsync(Path);
        (string, string)[] sent = [.. Wish(form), ("name", "deploy"), ("role", "viewer"), ("tenant", "acme")];
        var made = await browser.PostAsync(Path, sent);
        Assert.Equal(HttpStatusCode.Created, made.Status);

        await using var other = await TestApi.StartAsync(o => o.RequireAuthentication = true, Api.Store, Api.Clock);
        using var elsewhere = new Browser(other.App.GetTestClient());
        elsewhere.Take(browser);
        foreach (var again in new[] { await browser.PostAsync(Path, sent), await elsewhere.PostAsync(Path, sent) })
        {
            Assert.Equal((HttpStatusCode.Conflict, "text/html"), (again.Status, again.ContentType));
            Assert.Contains("deploy was made already", again.Text, StringComparison.Ordinal);
            Assert.DoesNotMatch(Secrets(), again.Text);
        }

        Assert.Single(await KeysAsync());
        Assert.Single(await Api.Store.Audit.ListAsync(Made, ApiCaller.Cancelled));
        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsync(Path, [.. Wish(await browser.GetAsync(Path)), ("name", "deploy"), ("role", "viewer"), ("tenant", "acme")])).Status);
        Assert.Equal(2, (await KeysAsync()).Count);
    }

    [Fact]
    public async Task The_same_word_in_the_form_of_somebody_else_is_another_key()
    {
        using var boss = await LogInAsync(TenantScope.All);
        using var other = await LogInAsync(TenantScope.All);
        var once = ("once", new string('a', 32));
        foreach (var browser in new[] { boss, other })
        {
            var token = ("__token", Browser.TokenOf(await browser.GetAsync(Path)));
            Assert.Equal(HttpStatusCode.Created, (await browser.PostAsync(Path, token, once, ("name", "k"), ("role", "viewer"))).Status);
        }

        Assert.Equal(2, (await KeysAsync()).Count);
    }

    [Theory]
    [InlineData("name", "", "is required")]
    [InlineData("name", "a/b", "must not contain")]
    [InlineData("role", "king", "must be viewer, operator or admin")]
    [InlineData("role", "", "is required")]
    [InlineData("tenant", "a/b", "must not contain")]
    [InlineData("tenant", "beta", "is not a tenant of this credential")]
    [InlineData("tenant", "*", "is not a tenant of this credential")]
    [InlineData("expiresAt", "2026-01-01T00:00", "must be in the future")]
    [InlineData("expiresAt", "soon", "must be an instant with an offset")]
    public async Task What_is_wrong_stands_beside_its_field_as_the_API_says_it_and_nothing_written_is_lost(string field, string value, string problem)
    {
        using var browser = await LogInAsync(TenantScope.Of(TenantId.Parse("acme")));
        var form = await browser.GetAsync(Path);
        var fields = new Dictionary<string, string> { ["name"] = "<deploy>", ["role"] = "operator", ["tenant"] = "acme", ["expiresAt"] = "2026-06-01T00:00" };
        fields[field] = value;
        var refused = await browser.PostAsync(Path, [.. Wish(form), .. fields.Select(f => (f.Key, f.Value))]);

        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (refused.Status, refused.ContentType));
        var beside = Regex.Match(refused.Text, $"id=\"{field}-problem\">([^<]*)<");
        Assert.Contains(problem, beside.Groups[1].Value, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(refused.Text, "id=\"\\w+-problem\""));
        Assert.Matches($"name=\"{field}\"[^>]* aria-invalid=\"true\"", refused.Text);
        Assert.Equal(Browser.FieldOf(form, "once"), Browser.FieldOf(refused, "once"));
        if (field != "name")
        {
            Assert.Contains("value=\"&lt;deploy&gt;\"", refused.Text, StringComparison.Ordinal);
        }

        Assert.Empty(await KeysAsync());
        Assert.Empty(await Api.Store.Audit.ListAsync(Made, ApiCaller.Cancelled));

        // The same form, put right, makes the key.
        fields = new Dictionary<string, string> { ["name"] = "deploy", ["role"] = "operator" };
        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsync(Path, [.. Wish(refused), .. fields.Select(f => (f.Key, f.Value))])).Status);
        Assert.Equal("acme", Assert.Single(await KeysAsync()).Scope.Text);
    }

    [Fact]
    public async Task A_form_without_its_word_makes_nothing()
    {
        using var browser = await LogInAsync(TenantScope.All);
        var token = ("__token", Browser.TokenOf(await browser.GetAsync(Path)));
        var refused = await browser.PostAsync(Path, token, ("name", "k"), ("role", "viewer"));
        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (refused.Status, refused.ContentType));
        Assert.Empty(await KeysAsync());
    }

    [Fact]
    public async Task Tenants_are_offered_that_one_may_give()
    {
        using var of = await LogInAsync(TenantScope.Of(TenantId.Parse("acme"), TenantId.Parse("beta")));
        var page = (await of.GetAsync(Path)).Text;
        Assert.Contains("<option value=\"acme\" selected", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"beta\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("for every one", page, StringComparison.Ordinal);

        using var all = await LogInAsync(TenantScope.All);
        Assert.Contains("* for every one", (await all.GetAsync(Path)).Text, StringComparison.Ordinal);
        var made = await all.PostAsync(Path, [.. Wish(await all.GetAsync(Path)), ("name", "everything"), ("role", "viewer"), ("tenant", "*")]);
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.True(Assert.Single(await KeysAsync()).Scope.IsAll);
    }

    [Fact]
    public async Task Of_very_many_keys_those_that_are_good_stand_first_and_the_rest_on_further_pages()
    {
        using var browser = await LogInAsync(TenantScope.All);
        for (var i = 0; i < 150; i++)
        {
            var token = KeyToken.New();
            await Api.Store.Keys.TryAddAsync(
                new ApiKey
                {
                    Id = token.Id,
                    Name = $"old-{i:000}",
                    Scope = TenantScope.All,
                    Role = Role.Viewer,
                    Hash = token.Hash,
                    CreatedAt = TestApi.Noon.AddMinutes(i - 500),
                    CreatedBy = "test",
                    RevokedAt = i == 0 ? null : TestApi.Noon,
                    RevokedBy = "test",
                },
                ApiCaller.Cancelled);
        }

        var page = (await browser.GetAsync("/settings")).Text;
        Assert.Contains("Revoke old-000", page, StringComparison.Ordinal);
        Assert.DoesNotContain("old-001", page, StringComparison.Ordinal);
        Assert.Contains("keys 1 to 100", page, StringComparison.Ordinal);
        Assert.Contains("/settings?keys=100", page, StringComparison.Ordinal);
        var last = (await browser.GetAsync("/settings?keys=100")).Text;
        Assert.Contains("old-001", last, StringComparison.Ordinal);
        Assert.Contains("keys 101 to 151", last, StringComparison.Ordinal);
        Assert.DoesNotContain("/settings?keys=200", last, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync("/settings?keys=x")).Status);

        var names = new List<string?>();
        for (var path = "/api/keys?limit=60"; path is not null;)
        {
            var list = (await browser.GetAsync(path)).Is(HttpStatusCode.OK);
            names.AddRange(list.GetProperty("items").EnumerateArray().Select(key => key.GetProperty("name").GetString()));
            path = list.TryGetProperty("next", out var next) ? $"/api/keys?limit=60&cursor={next.GetString()}" : null!;
        }

        Assert.Equal((151, "boss", "old-000", "old-149", "old-001"), (names.Count, names[0], names[1], names[2], names[^1]));
        Assert.Equal(151, names.Distinct().Count());
    }

    [Fact]
    public async Task Whoever_is_no_administrator_neither_sees_the_form_nor_sends_one()
    {
        using var browser = await LogInAsync(TenantScope.All, Role.Operator);
        Assert.DoesNotContain("New key", (await browser.GetAsync("/settings")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(Path)).Status);
        var token = ("__token", Browser.TokenOf(await browser.GetAsync("/settings")));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(Path, token, ("once", new string('a', 32)), ("name", "k"), ("role", "viewer"))).Status);
        Assert.Empty(await KeysAsync());
    }

    private static (string, string)[] Wish(Reply form) => [("__token", Browser.TokenOf(form)), ("once", Browser.FieldOf(form, "once"))];

    private async Task<IReadOnlyList<ApiKey>> KeysAsync() =>
        [.. (await Api.Store.Keys.ListAsync(new KeyQuery(null, TestApi.Noon), ApiCaller.Cancelled)).Where(key => key.Name != "boss")];

    private async Task<Browser> LogInAsync(TenantScope scope, Role role = Role.Admin)
    {
        var token = KeyToken.New();
        await Api.Store.Keys.TryAddAsync(
            new ApiKey { Id = token.Id, Name = "boss", Scope = scope, Role = role, Hash = token.Hash, CreatedAt = TestApi.Noon, CreatedBy = "test" }, ApiCaller.Cancelled);
        var browser = new Browser(Api.App.GetTestClient());
        var page = Browser.TokenOf(await browser.GetAsync("/login"));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", token.Text), ("__token", page))).Status);
        return browser;
    }

    [GeneratedRegex("silos_[0-9a-z]{12}_[0-9a-z]{52}")]
    private static partial Regex Secrets();
}
