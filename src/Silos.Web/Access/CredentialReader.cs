using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Silos.Keys;
using Silos.Web.Dashboard.Shell;
using Silos.Web.Http;

namespace Silos.Web.Access;

/// <summary>Finds out who makes a request: by key, token, session or, where nothing is required, because it comes from this machine.</summary>
internal sealed class CredentialReader
{
    private readonly SilosWebOptions _options;
    private readonly byte[]? _keyHash;
    private readonly KeyRing _ring;
    private readonly JwtReader _jwt;
    private readonly RateGate _rates;

    public CredentialReader(IOptions<SilosWebOptions> options, KeyRing ring, JwtReader jwt, RateGate rates)
    {
        _options = options.Value;
        _keyHash = string.IsNullOrEmpty(_options.ApiKey) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(_options.ApiKey));
        _ring = ring;
        _jwt = jwt;
        _rates = rates;
    }

    /// <summary>Gives the caller, or why there is none.</summary>
    public async ValueTask<(Caller? Caller, Refusal? Refusal)> ReadAsync(HttpContext context, ForwardedOrigin origin, bool page)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count > 0)
        {
            var (secret, kind) = header.Count == 1 ? Presented(header[0]!, page) : default;

            // Where nothing is required, what is no credential of ours is not looked at: clients of other systems always send something.
            if (_options.IsClosed || KeyToken.TryParse(secret, out _))
            {
                return await ReadSecretAsync(context, origin, page, secret, kind);
            }
        }
        else if (KeyToken.TryParse(context.Request.Cookies[Sessions.CookieName], out var session)
            && await _ring.FindAsync(session, KeyKind.Session, context.RequestAborted) is { } found
            && IsStillConfigured(found.Parent))
        {
            return (Caller.Of(found, CallerKind.Session), null);
        }

        if (_options.IsClosed)
        {
            return (null, Unknown(context, page, "A credential is missing; send it as 'Authorization: Bearer KEY'."));
        }

        return CheckLocal(context, origin) is { } refusal ? (null, refusal) : (Caller.Local, null);
    }

    /// <summary>Finds out whose secret it is; null when it is nobody's.</summary>
    /// <exception cref="TooManyException">Too many wrong ones came from this address, and nobody says whether this is another.</exception>
    public async ValueTask<Caller?> FindAsync(string secret, CallerKind kind, IPAddress? remote, CancellationToken cancellationToken)
    {
        var token = KeyToken.TryParse(secret, out var parsed) ? parsed : null;
        if (!(token is not null && _ring.Knows(token)) && !IsForIssuer(secret, kind))
        {
            _rates.ThrowIfGuessing(remote);
        }

        if (_keyHash is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), _keyHash))
        {
            return Caller.ApiKey with { Kind = kind };
        }

        return token is not null && await _ring.FindAsync(token, KeyKind.Key, cancellationToken) is { } key ? Caller.Of(key, kind) : null;
    }

    /// <summary>Gets what a session that is opened with the key of the configuration depends on: it ends when that key is changed.</summary>
    public string? ConfiguredParent => _keyHash is null ? null : Sessions.ConfiguredParent + Convert.ToHexStringLower(_keyHash)[..12];

    /// <summary>Tells whether the keys of the issuer say whether it is good: nothing is to be guessed then.</summary>
    private bool IsForIssuer(string secret, CallerKind kind) => kind == CallerKind.Key && _jwt.IsOn && JwtReader.LooksLikeOne(secret);

    private bool IsStillConfigured(string? parent) =>
        parent?.StartsWith(Sessions.ConfiguredParent, StringComparison.Ordinal) != true || parent == ConfiguredParent;

    private async ValueTask<(Caller? Caller, Refusal? Refusal)> ReadSecretAsync(
        HttpContext context, ForwardedOrigin origin, bool page, string? secret, CallerKind kind)
    {
        if (secret is not null && await FindAsync(secret, kind, origin.Remote, context.RequestAborted) is { } caller)
        {
            return (caller, null);
        }

        if (secret is not null && IsForIssuer(secret, kind))
        {
            var (person, problem) = await _jwt.ReadAsync(secret, context.RequestAborted);
            return person is not null
                ? (person, null)
                : (null, new Refusal(StatusCodes.Status401Unauthorized, "unauthorized", problem!, "Bearer realm=\"silos\", error=\"invalid_token\""));
        }

        _rates.CountFailure(origin.Remote);
        return (null, Unknown(context, page, "The credential is not a good one; send a key as 'Authorization: Bearer KEY'."));
    }

    /// <summary>Says that nobody was recognised. A browser that asks for a page is sent to log in; what else asks for one is told that Basic would do.</summary>
    private static Refusal Unknown(HttpContext context, bool page, string message)
    {
        var request = context.Request;
        var person = page && request.Headers.Authorization.Count == 0 && ProblemPages.IsWanted(request);

        // The challenge of Basic would have the browser ask for a password over the page that tells a person that the login is over.
        var refusal = new Refusal(
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            message,
            page && !person ? "Basic realm=\"silos\", charset=\"UTF-8\"" : "Bearer realm=\"silos\"");
        return person && HttpMethods.IsGet(request.Method)
            ? refusal with { Location = $"/login?next={Uri.EscapeDataString(request.PathBase + request.Path + request.QueryString)}" }
            : refusal;
    }

    private Refusal? CheckLocal(HttpContext context, ForwardedOrigin origin)
    {
        if (!_options.AllowRemoteWithoutKey)
        {
            // No address at all is a Unix socket or a test server: this machine.
            if (origin.Remote is { } remote && !IPAddress.IsLoopback(remote))
            {
                return Closed("only this machine is served without a credential");
            }

            // A proxy on this machine would lend its loopback address to the whole world.
            if (!origin.Believed
                && (context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded")))
            {
                return Closed("the request came through a proxy, and has no credential");
            }
        }

        return IsLocalName(origin.Host) ? null : Closed(
            $"the Host header '{FieldProblem.Shorten(origin.Host)}' is neither localhost nor configured as an allowed host, and the request has no credential");
    }

    private static Refusal Closed(string why) => new(StatusCodes.Status403Forbidden, "local_only", $"Refused: {why}.");

    private bool IsLocalName(string hostAndPort)
    {
        var host = new HostString(hostAndPort).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && (IPAddress.IsLoopback(address) || _options.AllowRemoteWithoutKey))
            || _options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    private static (string? Secret, CallerKind Kind) Presented(string text, bool page)
    {
        const string bearer = "Bearer ";
        const string basic = "Basic ";
        if (text.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            return (text[bearer.Length..].Trim(), CallerKind.Key);
        }

        if (!page || !text.StartsWith(basic, StringComparison.OrdinalIgnoreCase))
        {
            return default;
        }

        var encoded = text.AsSpan(basic.Length).Trim();
        if (!Base64.IsValid(encoded))
        {
            return default;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded.ToString()));
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? default : (pair[(colon + 1)..], CallerKind.Basic);
    }
}
