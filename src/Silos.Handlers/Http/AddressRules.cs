using System.Net;
using System.Net.Sockets;

namespace Silos.Handlers.Http;

/// <summary>Decides which addresses the <c>http</c> handler may connect to.</summary>
internal sealed class AddressRules
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>What may be allowed for a trusted host or with <see cref="HttpHandlerOptions.AllowPrivateNetworks"/>.</summary>
    private static readonly (IPNetwork Network, string Kind)[] Private =
    [
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback address"),
        (IPNetwork.Parse("10.0.0.0/8"), "a private address"),
        (IPNetwork.Parse("172.16.0.0/12"), "a private address"),
        (IPNetwork.Parse("192.168.0.0/16"), "a private address"),
        (IPNetwork.Parse("100.64.0.0/10"), "a carrier-grade NAT address"),
        (IPNetwork.Parse("::1/128"), "a loopback address"),
        (IPNetwork.Parse("fc00::/7"), "a unique local address"),
    ];

    /// <summary>What only a network in <see cref="HttpHandlerOptions.AllowedNetworks"/> allows. Looked at before <see cref="Private"/>.</summary>
    private static readonly (IPNetwork Network, string Kind)[] Special =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address (where clouds keep their metadata)"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's metadata address"),
        (IPNetwork.Parse("100.100.100.200/32"), "a cloud's metadata address"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "a cloud's metadata address"),
        (IPNetwork.Parse("fd20:ce::254/128"), "a cloud's metadata address"),
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified address"),
        (IPNetwork.Parse("192.0.0.0/24"), "a reserved address"),
        (IPNetwork.Parse("192.0.2.0/24"), "a documentation address"),
        (IPNetwork.Parse("192.88.99.0/24"), "a reserved address"),
        (IPNetwork.Parse("198.18.0.0/15"), "a benchmarking address"),
        (IPNetwork.Parse("198.51.100.0/24"), "a documentation address"),
        (IPNetwork.Parse("203.0.113.0/24"), "a documentation address"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast address"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved or broadcast address"),
        (IPNetwork.Parse("::/128"), "an unspecified address"),
        (IPNetwork.Parse("fe80::/10"), "a link-local address"),
        (IPNetwork.Parse("fec0::/10"), "a site-local address"),
        (IPNetwork.Parse("ff00::/8"), "a multicast address"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "a local NAT64 address"),
        (IPNetwork.Parse("2001::/23"), "a tunnel or reserved address"),
        (IPNetwork.Parse("2001:db8::/32"), "a documentation address"),
        (IPNetwork.Parse("3fff::/20"), "a documentation address"),
    ];

    private readonly bool _allowPrivate;
    private readonly IPNetwork[] _networks;
    private readonly HostPattern[] _hosts;

    public AddressRules(HttpHandlerOptions options)
    {
        _allowPrivate = options.AllowPrivateNetworks;
        _networks = [.. options.AllowedNetworks.Select(network => IPNetwork.Parse(network))];
        _hosts = [.. options.AllowedHosts.Select(host => HostPattern.TryParse(host, out var pattern) ? pattern : null).OfType<HostPattern>()];
    }

    /// <summary>Says what kind of address it is that must not be called; null if it may be.</summary>
    /// <param name="host">The host as the payload names it.</param>
    /// <param name="port">The port.</param>
    /// <param name="address">One of the host's addresses.</param>
    public string? Refusal(string host, int port, IPAddress address)
    {
        // A scope id (fe80::1%eth0) takes no part in what network an address is in.
        var plain = address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()) : address;
        if (Allowed(plain))
        {
            return null;
        }

        var meant = Unwrap(plain);
        if (!meant.Equals(plain) && Allowed(meant))
        {
            return null;
        }

        foreach (var (network, kind) in Special)
        {
            if (network.Contains(meant))
            {
                return kind;
            }
        }

        foreach (var (network, kind) in Private)
        {
            if (network.Contains(meant))
            {
                return _allowPrivate || Array.Exists(_hosts, pattern => pattern.Matches(host, port)) ? null : kind;
            }
        }

        return meant.AddressFamily == AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(meant)
            ? "not a public address"
            : null;
    }

    private bool Allowed(IPAddress address) => Array.Exists(_networks, network => network.Contains(address));

    /// <summary>Takes the IPv4 address out of an IPv6 one that is only a wrapping, because the packets end up there.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        if (Nat64.Contains(address))
        {
            return new IPAddress(bytes.AsSpan(12, 4));
        }

        return SixToFour.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4)) : address;
    }
}
