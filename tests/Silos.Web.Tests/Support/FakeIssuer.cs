using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Silos.Web.Tests.Support;

/// <summary>An OIDC issuer on this machine: says where its keys are, and gives tokens for codes.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string Audience = "silos-api";
    public const string Client = "silos-pages";

    private readonly WebApplication _app;
    private RSA _rsa = RSA.Create(2048);
    private string _keyId = "first";

    private FakeIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/realm/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            jwks_uri = $"{Address}/jwks",
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
        }));
        _app.MapGet("/realm/jwks", () => Results.Text(
            $$"""{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{_keyId}}","n":"{{Encoded(_rsa.ExportParameters(false).Modulus!)}}","e":"{{Encoded(_rsa.ExportParameters(false).Exponent!)}}"}]}""",
            "application/json"));
        _app.MapPost("/realm/token", async (HttpRequest request) =>
        {
            Exchange = (await request.ReadFormAsync(ApiCaller.Cancelled)).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
            return IdToken is { } token ? Results.Json(new { id_token = token, token_type = "Bearer" }) : Results.StatusCode((int)HttpStatusCode.BadRequest);
        });
    }

    public string Address => $"{_app.Urls.First()}/realm";

    /// <summary>What the next code is worth; null for nothing.</summary>
    public string? IdToken { get; set; }

    /// <summary>The form by which the last code came.</summary>
    public IReadOnlyDictionary<string, string> Exchange { get; private set; } = new Dictionary<string, string>();

    public static async Task<FakeIssuer> StartAsync()
    {
        var issuer = new FakeIssuer();
        await issuer._app.StartAsync(ApiCaller.Cancelled);
        return issuer;
    }

    /// <summary>Signs with another key from now on.</summary>
    public void Rotate()
    {
        _rsa.Dispose();
        _rsa = RSA.Create(2048);
        _keyId = "second";
    }

    /// <summary>Makes a token that is good; the changes make it something else.</summary>
    public string Token(
        Dictionary<string, object> claims, string audience = Audience, string? issuer = null, DateTimeOffset? expires = null, SigningCredentials? signing = null)
    {
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Expires = (expires ?? TestApi.Noon.AddHours(1)).UtcDateTime,
            Claims = claims,
            SigningCredentials = signing ?? new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = _keyId }, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private static string Encoded(byte[] bytes) => Base64UrlEncoder.Encode(bytes);
}
