using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Silos.Web.Access;
using Silos.Web.Http;

namespace Silos.Web.Login;

/// <summary>Logging in at the OIDC issuer: authorization code with PKCE. What must come back unchanged waits in a cookie, so that any silo may receive it.</summary>
internal sealed partial class OidcLogin(
    IOptions<SilosWebOptions> options, JwtReader jwt, Proxies proxies, ILogger<OidcLogin> logger) : IDisposable
{
    private const string CookieName = "silos_login";
    private const string CallbackPath = "/login/callback";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly JwtSettings _settings = options.Value.Jwt;
    private readonly HttpClient _http = new() { Timeout = Patience };

    /// <summary>Gets whether one can log in there.</summary>
    public bool IsOn => jwt.IsOn && !string.IsNullOrEmpty(_settings.ClientId);

    /// <summary>Sends a browser to the issuer.</summary>
    public async Task BeginAsync(HttpContext context)
    {
        MustBeOn(context);
        var issuer = await jwt.IssuerAsync(context.RequestAborted);
        var journey = new Journey(Random(), Random(), Random(), LocalPath.Of(context.Request.Query["next"]));
        context.Response.Cookies.Append(
            CookieName, Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(journey)), Cookie(context, TimeSpan.FromMinutes(10)));
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(journey.Verifier)));
        context.Response.Redirect(QueryHelpers.AddQueryString(issuer.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = _settings.ClientId,
            ["redirect_uri"] = CallbackOf(context),
            ["scope"] = _settings.Scopes,
            ["state"] = journey.State,
            ["nonce"] = journey.Nonce,
            ["code_challenge"] = challenge,
            ["code_challenge_method"] = "S256",
        }));
    }

    /// <summary>Receives a browser from the issuer.</summary>
    /// <returns>Who it is, or what went wrong; and where to go.</returns>
    public async Task<(Caller? Caller, string Next, string? Problem)> EndAsync(HttpContext context)
    {
        MustBeOn(context);
        var journey = Read(context.Request.Cookies[CookieName]);
        context.Response.Cookies.Delete(CookieName, Cookie(context, null));
        var query = context.Request.Query;
        if (journey is null || !Same(journey.State, query["state"].ToString()))
        {
            return (null, "/", "This login was not begun in this browser, or too long ago. Try again.");
        }

        var next = LocalPath.Of(journey.Next);
        if (query["error"].ToString() is { Length: > 0 } error)
        {
            return (null, next, $"The issuer refused the login ({FieldProblem.Shorten(error)}).");
        }

        if (await ExchangeAsync(context, query["code"].ToString(), journey) is not { } token)
        {
            return (null, next, "The issuer did not confirm the login. Try again.");
        }

        var (caller, problem) = await jwt.ReadAsync(token, _settings.ClientId!, journey.Nonce, context.RequestAborted);
        return (caller, next, problem);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private void MustBeOn(HttpContext context)
    {
        if (!IsOn)
        {
            throw new NotFoundException("address", context.Request.Path.Value ?? string.Empty);
        }
    }

    private async Task<string?> ExchangeAsync(HttpContext context, string code, Journey journey)
    {
        var issuer = await jwt.IssuerAsync(context.RequestAborted);
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = CallbackOf(context),
            ["client_id"] = _settings.ClientId!,
            ["code_verifier"] = journey.Verifier,
        };
        if (!string.IsNullOrEmpty(_settings.ClientSecret))
        {
            fields["client_secret"] = _settings.ClientSecret;
        }

        try
        {
            using var body = new FormUrlEncodedContent(fields);
            using var response = await _http.PostAsync(new Uri(issuer.TokenEndpoint), body, context.RequestAborted);
            if (!response.IsSuccessStatusCode)
            {
                LogNotConfirmed((int)response.StatusCode);
                return null;
            }

            return (await response.Content.ReadFromJsonAsync<Tokens>(context.RequestAborted))?.IdToken;
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException
            && !context.RequestAborted.IsCancellationRequested)
        {
            LogAway(exception);
            return null;
        }
    }

    private string CallbackOf(HttpContext context)
    {
        var origin = proxies.OriginOf(context);
        return $"{origin.Scheme}://{origin.Host}{CallbackPath}";
    }

    // Lax: the issuer's page is another site, and leads back by a link.
    private CookieOptions Cookie(HttpContext context, TimeSpan? age) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = proxies.OriginOf(context).Scheme == "https",
        Path = CallbackPath,
        MaxAge = age,
    };

    private static Journey? Read(string? cookie)
    {
        try
        {
            return cookie is { Length: > 0 } ? JsonSerializer.Deserialize<Journey>(Base64Url.DecodeFromChars(cookie)) : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Not a cookie of ours: as good as none.
            return null;
        }
    }

    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    [LoggerMessage(LogLevel.Warning, "The issuer answered {Status} when a login was to be confirmed; are client id, secret and redirect address those that it knows?")]
    private partial void LogNotConfirmed(int status);

    [LoggerMessage(LogLevel.Warning, "The issuer does not answer; nobody can log in there")]
    private partial void LogAway(Exception exception);

    /// <summary>What is needed when the browser comes back.</summary>
    private sealed record Journey(string State, string Nonce, string Verifier, string Next);

    private sealed record Tokens([property: JsonPropertyName("id_token")] string? IdToken);
}
