using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Web;
using Microsoft.AspNetCore.TestHost;
using Microsoft.IdentityModel.Tokens;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

public sealed class JwtTests : IAsyncLifetime
{
    private FakeIssuer? _issuer;
    private TestApi? _api;

    private FakeIssuer Issuer => _issuer!;

    private TestApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _api = await TestApi.StartAsync(o =>
        {
            o.Jwt.Authority = _issuer.Address;
            o.Jwt.Audience = FakeIssuer.Audience;
            o.Jwt.RoleClaim = "realm_access.roles";
            o.Jwt.Roles["sre"] = "operator";
            o.Jwt.TenantClaim = "teams";
            o.Jwt.ClientId = FakeIssuer.Client;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_brings_name_role_and_tenants_from_its_claims()
    {
        var token = Issuer.Token(Ann(roles: ["viewer", "unknown", "sre"], teams: new[] { "acme", "beta" }));
        Assert.Equal(
            """{"name":"ann","kind":"jwt","role":"operator","tenant":"acme","tenants":["acme","beta"]}""",
            (await AskAsync("/api/whoami", token)).Is(HttpStatusCode.OK).GetRawText());
        Assert.Equal("beta", (await AskAsync("/api/whoami", token, "beta")).Is(HttpStatusCode.OK).GetProperty("tenant").GetString());
        Assert.Equal("unknown_team", (await AskAsync("/api/whoami", token, "default")).Code);
        Assert.Equal("forbidden", (await AskAsync("/api/keys", token)).Code);
    }

    [Fact]
    public async Task A_token_that_is_not_good_in_any_way_opens_nothing()
    {
        using var stranger = RSA.Create(2048);
        var theirs = new SigningCredentials(new RsaSecurityKey(stranger) { KeyId = "first" }, SecurityAlgorithms.RsaSha256);
        var shared = new SigningCredentials(new SymmetricSecurityKey(new byte[64]), SecurityAlgorithms.HmacSha256);
        var claims = Ann(["admin"], "acme");
        var good = Issuer.Token(claims);
        var parts = good.Split('.');
        foreach (var (what, token, reason) in new[]
        {
            ("another key of that name", Issuer.Token(claims, signing: theirs), "signature"),
            ("a shared secret", Issuer.Token(claims, signing: shared), "signature"),
            ("no signature", $"{Base64UrlEncoder.Encode("{\"alg\":\"none\"}")}.{parts[1]}.", "signature"),
            ("changed claims", $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("acme", "beta", StringComparison.Ordinal))}.{parts[2]}", "signature"),
            ("another audience", Issuer.Token(claims, audience: "somebody-else"), "aud"),
            ("another issuer", Issuer.Token(claims, issuer: "https://evil.example"), "iss"),
            ("expired", Issuer.Token(claims, expires: TestApi.Noon.AddMinutes(-2)), "it is over"),
            ("not valid yet", Issuer.Token(new(claims) { ["nbf"] = TestApi.Noon.AddMinutes(5).ToUnixTimeSeconds() }), "not yet valid"),
            ("no role", Issuer.Token(Ann(["root", "Administrator"], "acme")), "role"),
            ("no tenant", Issuer.Token(Ann(["admin"], Array.Empty<string>())), "tenant"),
            ("every tenant", Issuer.Token(Ann(["admin"], "*")), "tenant"),
            ("nonsense", "eyJ.a.b", "cannot be read"),
        })
        {
            var reply = await AskAsync("/api/jobs", token);
            Assert.True(reply.Status == HttpStatusCode.Unauthorized, $"{what}: {reply.Status}");
            Assert.True(reply.Detail.Contains(reason, StringComparison.Ordinal), $"{what}: {reply.Detail}");
        }

        (await AskAsync("/api/jobs", good)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task New_keys_of_the_issuer_are_found_without_a_restart()
    {
        (await AskAsync("/api/jobs", Issuer.Token(Ann(["admin"], "acme")))).Is(HttpStatusCode.OK);
        Issuer.Rotate();
        Api.Clock.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync("/api/jobs", Issuer.Token(Ann(["admin"], "acme")))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_browser_logs_in_at_the_issuer_and_only_with_the_token_made_for_its_own_login()
    {
        using var browser = new Browser(Api.App.GetTestClient());
        Assert.Contains("/login/oidc?next=", (await browser.GetAsync("/login?next=%2F%40jobs")).Text, StringComparison.Ordinal);
        var away = new Uri((await browser.GetAsync("/login/oidc?next=/@jobs")).Response.Headers.Location!.OriginalString);
        Assert.StartsWith($"{Issuer.Address}/authorize?", away.ToString(), StringComparison.Ordinal);
        var asked = HttpUtility.ParseQueryString(away.Query);
        Assert.Equal(("code", FakeIssuer.Client, "http://localhost/login/callback", "S256"),
            (asked["response_type"], asked["client_id"], asked["redirect_uri"], asked["code_challenge_method"]));

        // Another browser cannot finish this login, and a token of another login does not.
        using (var other = new Browser(Api.App.GetTestClient()))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync($"/login/callback?code=c&state={asked["state"]}")).Status);
        }

        Issuer.IdToken = Issuer.Token(new(Ann(["viewer"], "acme")) { ["nonce"] = asked["nonce"]! }, audience: FakeIssuer.Client);
        var cookie = browser.Cookies["silos_login"];
        var back = await browser.GetAsync($"/login/callback?code=the-code&state={asked["state"]}");
        Assert.Equal((HttpStatusCode.SeeOther, "/@jobs"), (back.Status, back.Response.Headers.Location?.OriginalString));
        Assert.Equal("the-code", Issuer.Exchange["code"]);
        Assert.Equal(asked["code_challenge"], Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(Issuer.Exchange["code_verifier"]))));
        Assert.Equal(
            """{"name":"ann","kind":"session","role":"viewer","tenant":"acme","tenants":["acme"]}""",
            (await browser.GetAsync("/api/whoami")).Is(HttpStatusCode.OK).GetRawText());

        foreach (var token in new[]
        {
            Issuer.Token(new(Ann(["viewer"], "acme")) { ["nonce"] = "another" }, audience: FakeIssuer.Client),
            Issuer.Token(new(Ann(["viewer"], "acme")) { ["nonce"] = asked["nonce"]! }), null,
        })
        {
            Issuer.IdToken = token;
            var refused = await browser.SendAsync(
                HttpMethod.Get, $"/login/callback?code=c&state={asked["state"]}", null, r =>
                {
                    r.Headers.Remove("Cookie");
                    r.Headers.TryAddWithoutValidation("Cookie", $"silos_login={cookie}");
                });
            Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
            Assert.Contains("role=\"alert\"", refused.Text, StringComparison.Ordinal);
        }
    }

    private static Dictionary<string, object> Ann(string[] roles, object teams) => new()
    {
        ["sub"] = "1234",
        ["preferred_username"] = "ann",
        ["realm_access"] = JsonSerializer.SerializeToElement(new { roles }),
        ["teams"] = teams,
    };

    private Task<Reply> AskAsync(string path, string token, string? team = null) => Api.SendAsync(HttpMethod.Get, path, null, change: request =>
    {
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (team is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Team-ID", team);
        }
    });
}
