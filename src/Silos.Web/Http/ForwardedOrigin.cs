using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Silos.Web.Http;

/// <summary>Where a request comes from and what it was addressed to, as its connection says, or its proxy if that is believed.</summary>
/// <param name="Remote">The address of whoever asks; null when there is none (Unix sockets).</param>
/// <param name="Scheme">The scheme it was addressed with.</param>
/// <param name="Host">The host and port it was addressed to.</param>
/// <param name="Believed">Whether what its connection comes from is a proxy that is believed.</param>
internal readonly record struct ForwardedOrigin(IPAddress? Remote, string Scheme, string Host, bool Believed);

/// <summary>Finds out where requests come from. A proxy is believed if it is one of the configured ones.</summary>
internal sealed class Proxies
{
    private readonly bool _onThisMachine;
    private readonly IPNetwork[] _known;

    public Proxies(IOptions<SilosWebOptions> options)
    {
        _onThisMachine = options.Value.TrustForwardedHeaders;
        _known = [.. options.Value.KnownProxies.Select(text => Parse(text)).OfType<IPNetwork>()];
    }

    /// <summary>Reads an address or a network; null when it is neither.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary>Finds out where a request comes from.</summary>
    public ForwardedOrigin OriginOf(HttpContext context)
    {
        var request = context.Request;
        var direct = new ForwardedOrigin(context.Connection.RemoteIpAddress, request.Scheme, request.Host.Value ?? string.Empty, Believed: false);
        if (!IsBelieved(direct.Remote))
        {
            return direct;
        }

        return new ForwardedOrigin(
            Farthest(request) ?? direct.Remote,
            Last(request, "X-Forwarded-Proto") ?? direct.Scheme,
            Last(request, "X-Forwarded-Host") ?? direct.Host,
            Believed: true);
    }

    private bool IsBelieved(IPAddress? remote) =>
        (_onThisMachine && (remote is null || IPAddress.IsLoopback(remote))) || (remote is not null && IsKnown(remote));

    private bool IsKnown(IPAddress remote)
    {
        var plain = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return Array.Exists(_known, network => network.Contains(plain));
    }

    /// <summary>Goes back along the chain as far as configured proxies wrote it; what stands before that is hearsay.</summary>
    private IPAddress? Farthest(HttpRequest request)
    {
        IPAddress? farthest = null;
        foreach (var entry in request.Headers.GetCommaSeparatedValues("X-Forwarded-For").Reverse())
        {
            if (!IPAddress.TryParse(entry, out var address))
            {
                break;
            }

            farthest = address;
            if (!IsKnown(address))
            {
                break;
            }
        }

        return farthest;
    }

    private static string? Last(HttpRequest request, string header)
    {
        var values = request.Headers.GetCommaSeparatedValues(header);
        return values.Length == 0 ? null : values[^1];
    }
}
