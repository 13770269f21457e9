using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Silos.Keys;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Reads tokens of the configured OIDC issuer: its signature, for us, still good; then role and tenant from its claims.</summary>
internal sealed partial class JwtReader : IDisposable
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // Nothing that is signed with a shared secret, and never "none".
    private static readonly string[] Algorithms =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JwtSettings _settings;
    private readonly Surroundings _surroundings;
    private readonly ILogger<JwtReader> _logger;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly Issuer? _issuer;

    public JwtReader(IOptions<SilosWebOptions> options, Surroundings surroundings, ILogger<JwtReader> logger)
    {
        _settings = options.Value.Jwt;
        _surroundings = surroundings;
        _logger = logger;
        _issuer = string.IsNullOrEmpty(_settings.Authority) ? null : new Issuer(_settings.Authority, surroundings.Clock, logger);
    }

    /// <summary>Gets whether tokens are accepted.</summary>
    public bool IsOn => _issuer is not null;

    /// <summary>Tells whether text has the form of a token.</summary>
    public static bool LooksLikeOne(string text) => text.StartsWith("eyJ", StringComparison.Ordinal) && text.Count(c => c == '.') == 2;

    /// <summary>Reads what the issuer says about itself.</summary>
    /// <exception cref="UnavailableException">It does not answer.</exception>
    public Task<OpenIdConnectConfiguration> IssuerAsync(CancellationToken cancellationToken) => _issuer!.ReadAsync(null, cancellationToken);

    /// <summary>Reads an access token.</summary>
    public Task<(Caller? Caller, string? Problem)> ReadAsync(string token, CancellationToken cancellationToken) =>
        ReadAsync(token, _settings.Audience!, nonce: null, cancellationToken);

    /// <summary>Reads a token made for an audience, and with a nonce if one was sent.</summary>
    public async Task<(Caller? Caller, string? Problem)> ReadAsync(string token, string audience, string? nonce, CancellationToken cancellationToken)
    {
        var issuer = await IssuerAsync(cancellationToken);
        var result = await ValidateAsync(token, audience, issuer);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The issuer may have new keys.
            result = await ValidateAsync(token, audience, await _issuer!.ReadAsync(issuer, cancellationToken));
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt)
        {
            LogRefused(result.Exception);
            return (null, $"The token is not good: {Reason(result.Exception)}.");
        }

        if (nonce is not null && !(jwt.TryGetPayloadValue<string>("nonce", out var given) && given == nonce))
        {
            return (null, "The token is not good: it belongs to another login.");
        }

        return CallerOf(jwt);
    }

    /// <inheritdoc/>
    public void Dispose() => _issuer?.Dispose();

    private Task<TokenValidationResult> ValidateAsync(string token, string audience, OpenIdConnectConfiguration issuer) =>
        _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = audience,
            IssuerSigningKeys = issuer.SigningKeys,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = IsAlive,
        });

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _surroundings.Clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now - Skew < end && !(notBefore is { } start && now + Skew < start);
    }

    private (Caller? Caller, string? Problem) CallerOf(JsonWebToken jwt)
    {
        using var document = JsonDocument.Parse(Base64UrlEncoder.Decode(jwt.EncodedPayload));
        var claims = document.RootElement;
        var role = Words(claims, _settings.RoleClaim)
            .Select(word => _settings.Roles.TryGetValue(word, out var mapped) ? mapped : word)
            .Select(word => Roles.TryParse(word, out var known) ? known : default)
            .DefaultIfEmpty()
            .Max();
        if (role == default)
        {
            return (null, $"The token gives no role: its claim '{_settings.RoleClaim}' has none of viewer, operator, admin or what is configured to mean one.");
        }

        var scope = TenantScope.Of(TenantId.Default);
        if (!string.IsNullOrEmpty(_settings.TenantClaim))
        {
            // Whoever writes the claims at the issuer must not make themselves the owner of everything by writing '*'.
            var tenants = Words(claims, _settings.TenantClaim)
                .Where(word => word != TenantScope.Everything && TenantId.TryParse(word, out _))
                .Select(TenantId.Parse)
                .ToList();
            if (tenants.Count == 0)
            {
                return (null, $"The token gives no tenant: its claim '{_settings.TenantClaim}' has none.");
            }

            scope = TenantScope.Of(tenants);
        }

        var name = Words(claims, _settings.NameClaim).Concat(Words(claims, "sub")).FirstOrDefault(word => word.Length > 0);
        if (name is null)
        {
            return (null, "The token names nobody: it has no claim 'sub'.");
        }

        var shortened = name.Length > Names.MaxLength ? name[..Names.MaxLength] : name;
        return (new Caller(scope.First, shortened)
        {
            Kind = CallerKind.Jwt,
            Role = role,
            Scope = scope,
            Credential = Words(claims, "sub").FirstOrDefault() ?? name,
            CountedAs = Caller.PersonOf(shortened),
        }, null);
    }

    /// <summary>Gets the texts of a claim: by its name, or, if there is none of that name, by the path that it may be.</summary>
    private static IEnumerable<string> Words(JsonElement claims, string path)
    {
        if (!claims.TryGetProperty(path, out var found))
        {
            found = claims;
            foreach (var part in path.Split('.'))
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(part, out found))
                {
                    return [];
                }
            }
        }

        return found.ValueKind switch
        {
            JsonValueKind.String => [found.GetString()!],
            JsonValueKind.Array => [.. found.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
    }

    // The library's own messages repeat parts of the token.
    private static string Reason(Exception? exception) => exception switch
    {
        SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException or SecurityTokenNoExpirationException =>
            "it is over, or not yet valid",
        SecurityTokenInvalidAudienceException => "it is for somebody else (aud)",
        SecurityTokenInvalidIssuerException => "it is from another issuer (iss)",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidAlgorithmException =>
            "its signature is not the issuer's",
        _ => "it cannot be read",
    };

    [LoggerMessage(LogLevel.Debug, "A token was refused")]
    private partial void LogRefused(Exception? exception);
}
