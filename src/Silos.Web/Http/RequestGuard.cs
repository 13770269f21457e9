using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Silos.Web.Http;

/// <summary>Decides who is let in: the key, or without one this machine only; and never a write by a foreign web page.</summary>
internal sealed class RequestGuard
{
    private const string TeamHeader = "X-Team-ID";

    private readonly SilosWebOptions _options;
    private readonly byte[]? _keyHash;

    public RequestGuard(IOptions<SilosWebOptions> options)
    {
        _options = options.Value;
        _keyHash = _options.ApiKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;
    }

    /// <summary>Lets a request in (null; the <see cref="Caller"/> is set) or says why not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="page">Whether it is for a person with a browser, who may give the key as a Basic password.</param>
    public Refusal? Check(HttpContext context, bool page)
    {
        var origin = ForwardedOrigin.Of(context, _options.TrustForwardedHeaders);
        var refusal = _keyHash is null ? CheckLocal(context, origin) : CheckKey(context, page);
        if (refusal is not null)
        {
            return refusal;
        }

        context.Features.Set(_keyHash is null ? Caller.Local : Caller.ApiKey);
        return CheckTeam(context.Request) ?? CheckWrite(context.Request, origin, page);
    }

    private static Refusal? CheckTeam(HttpRequest request) =>
        request.Headers.TryGetValue(TeamHeader, out var team) && team != TenantId.Default.Value
            ? new Refusal(
                StatusCodes.Status403Forbidden,
                "unknown_team",
                $"{TeamHeader} '{FieldProblem.Shorten(team)}' is not a team of this credential; leave the header out or send '{TenantId.Default}'.")
            : null;

    private static Refusal? CheckWrite(HttpRequest request, ForwardedOrigin origin, bool page)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        if (IsForeign(request, origin))
        {
            return new Refusal(
                StatusCodes.Status403Forbidden, "cross_origin", "Writes that a browser makes for another origin's page are refused.");
        }

        return request.ContentType switch
        {
            null when request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding") => null,
            { } type when (page ? request.HasFormContentType : IsJson(type)) => null,
            var type => new Refusal(
                StatusCodes.Status415UnsupportedMediaType,
                "not_json",
                $"Content-Type '{FieldProblem.Shorten(type)}' is not accepted; send {(page ? "a form" : "application/json in UTF-8")}."),
        };
    }

    private static bool IsForeign(HttpRequest request, ForwardedOrigin origin)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none")
        {
            return true;
        }

        var given = request.Headers.Origin;
        return given.Count > 0
            && !string.Equals(given.ToString(), $"{origin.Scheme}://{origin.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsJson(string type)
    {
        var span = type.AsSpan();
        var end = span.IndexOf(';');
        var media = (end < 0 ? span : span[..end]).Trim();
        if (!media.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var charset = end < 0 ? -1 : span.IndexOf("charset=", StringComparison.OrdinalIgnoreCase);
        return charset < 0
            || span[(charset + 8)..].Trim().Trim('"').StartsWith("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    private Refusal? CheckLocal(HttpContext context, ForwardedOrigin origin)
    {
        if (!_options.AllowRemoteWithoutKey)
        {
            // No address at all is a Unix socket or a test server: this machine.
            if (origin.Remote is { } remote && !IPAddress.IsLoopback(remote))
            {
                return Closed("only this machine is served, because no API key is configured");
            }

            // A proxy on this machine would lend its loopback address to the whole world.
            if (!_options.TrustForwardedHeaders
                && (context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded")))
            {
                return Closed("the request came through a proxy, and no API key is configured");
            }
        }

        return IsLocalName(origin.Host) ? null : Closed(
            $"the Host header '{FieldProblem.Shorten(origin.Host)}' is neither localhost nor configured as an allowed host, and no API key is configured");
    }

    private static Refusal Closed(string why) => new(StatusCodes.Status403Forbidden, "local_only", $"Refused: {why}.");

    private bool IsLocalName(string hostAndPort)
    {
        var host = new HostString(hostAndPort).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address) && (IPAddress.IsLoopback(address) || _options.AllowRemoteWithoutKey))
            || _options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    private Refusal? CheckKey(HttpContext context, bool page)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 1 && Presented(header, page) is { } key
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), _keyHash))
        {
            return null;
        }

        var message = header.Count == 0
            ? "The API key is missing; send it as 'Authorization: Bearer KEY'."
            : "The API key is not the right one; send it as 'Authorization: Bearer KEY'.";
        return new Refusal(
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            message,
            page ? "Basic realm=\"silos\", charset=\"UTF-8\"" : "Bearer realm=\"silos\"");
    }

    private static string? Presented(StringValues header, bool page)
    {
        const string bearer = "Bearer ";
        const string basic = "Basic ";
        var text = header.ToString();
        if (text.StartsWith(bearer, StringComparison.OrdinalIgnoreCase))
        {
            return text[bearer.Length..].Trim();
        }

        if (!page || !text.StartsWith(basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = text.AsSpan(basic.Length).Trim();
        if (!Base64.IsValid(encoded))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded.ToString()));
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
