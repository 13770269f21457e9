using System.Net;
using Microsoft.AspNetCore.Http;

namespace Silos.Web.Http;

/// <summary>Where a request comes from and what it was addressed to, as its connection says, or its proxy if that is believed.</summary>
/// <param name="Remote">The address of whoever asks; null when there is none (Unix sockets).</param>
/// <param name="Scheme">The scheme it was addressed with.</param>
/// <param name="Host">The host and port it was addressed to.</param>
internal readonly record struct ForwardedOrigin(IPAddress? Remote, string Scheme, string Host)
{
    public static ForwardedOrigin Of(HttpContext context, bool trusted)
    {
        var request = context.Request;
        var direct = new ForwardedOrigin(context.Connection.RemoteIpAddress, request.Scheme, request.Host.Value ?? string.Empty);
        if (!trusted)
        {
            return direct;
        }

        // The last entry is the one that the nearest proxy wrote; what stands before it is hearsay.
        return new ForwardedOrigin(
            IPAddress.TryParse(Last(request, "X-Forwarded-For"), out var remote) ? remote : direct.Remote,
            Last(request, "X-Forwarded-Proto") ?? direct.Scheme,
            Last(request, "X-Forwarded-Host") ?? direct.Host);
    }

    private static string? Last(HttpRequest request, string header)
    {
        var values = request.Headers.GetCommaSeparatedValues(header);
        return values.Length == 0 ? null : values[^1];
    }
}
