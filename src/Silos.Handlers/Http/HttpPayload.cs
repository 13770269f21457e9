using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Silos.Handlers.Http;

/// <summary>What the <c>http</c> handler is asked to do.</summary>
internal sealed record HttpPayload
{
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS";

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Headers that say how the message is framed or routed; a payload that sets them could smuggle requests.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect",
        "Proxy-Authorization", "Proxy-Connection",
    };

    public required HttpMethod Method { get; init; }

    public required Uri Url { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    public string? Body { get; init; }

    /// <summary>Gets the body's type, unless the headers give one.</summary>
    public string? BodyType { get; init; }

    public required ExpectedStatus Expected { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the address without its query, which may hold secrets.</summary>
    public string Place => Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public static HttpPayload Read(PayloadObject payload, AddressRules rules)
    {
        var url = ReadUrl(payload, rules);
        var body = payload.Find("body");
        return new HttpPayload
        {
            Method = ReadMethod(payload, body is null ? "GET" : "POST"),
            Url = url,
            Headers = ReadHeaders(payload),
            Body = body is { } value
                ? value.ValueKind == JsonValueKind.String ? PayloadObject.TextOf(payload.Path("body"), value) : value.GetRawText()
                : null,
            BodyType = body switch
            {
                null => null,
                { ValueKind: JsonValueKind.String } => "text/plain; charset=utf-8",
                _ => "application/json",
            },
            Expected = ExpectedStatus.Read(payload, "expectedStatus"),
            Timeout = payload.Duration("timeout", TimeSpan.FromDays(1)),
        };
    }

    private static HttpMethod ReadMethod(PayloadObject payload, string fallback)
    {
        var text = (payload.TextOrNull("method") ?? fallback).ToUpperInvariant();
        return text is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS"
            ? new HttpMethod(text)
            : throw payload.Problem("method", text, $"must be {Methods}");
    }

    private static Uri ReadUrl(PayloadObject payload, AddressRules rules)
    {
        const string Hint = "must be an absolute http or https address such as https://example.com/hook";
        var text = payload.Text("url", Hint);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            throw payload.Problem("url", text, Hint);
        }

        if (url.UserInfo.Length > 0)
        {
            // The value is not repeated: it holds a password.
            throw payload.Problem("url", null, "must not contain a user or password; send an Authorization header instead");
        }

        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
        {
            throw payload.Problem("url", text, Hint);
        }

        // Literal addresses can be judged before the run is stored; names only when they are resolved to connect.
        return IPAddress.TryParse(url.IdnHost, out var address) && rules.Refusal(url.IdnHost, url.Port, address) is { } kind
            ? throw payload.Problem("url", text, $"must not be called: {AddressRefusedException.Explain(url.IdnHost, kind)}")
            : url;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(PayloadObject payload)
    {
        var headers = payload.TextMap("headers");
        foreach (var (name, value) in headers)
        {
            var field = $"headers.{FieldProblem.Shorten(name)}";
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
            {
                throw payload.Problem("headers", name, "must name headers with letters, digits and !#$%&'*+-.^_`|~ only");
            }

            if (Reserved.Contains(name))
            {
                throw payload.Problem(field, null, "must not be set: it belongs to the connection");
            }

            // Values are never repeated in messages: they are often keys.
            if (value.Any(c => c is (< ' ' and not '\t') or > '~'))
            {
                throw payload.Problem(field, null, "must be printable ASCII without line breaks");
            }
        }

        return headers;
    }
}
