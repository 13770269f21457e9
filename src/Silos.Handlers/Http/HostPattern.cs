using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Silos.Handlers.Http;

/// <summary>A host that configuration trusts: <c>name</c>, <c>*.domain</c> (any depth, not the domain itself), each with an optional port.</summary>
internal sealed record HostPattern(string Host, int? Port)
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out HostPattern? pattern)
    {
        pattern = null;
        var host = text?.Trim() ?? string.Empty;
        int? port = null;
        var colon = host.LastIndexOf(':');

        // A bare IPv6 address has colons of its own; with a port it is written in brackets.
        if (colon > 0 && (host.IndexOf(':') == colon || host[colon - 1] == ']'))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > 65535)
            {
                return false;
            }

            port = number;
            host = host[..colon];
        }

        host = host.TrimStart('[').TrimEnd(']').TrimEnd('.');
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
        {
            return false;
        }

        pattern = new HostPattern(host, port);
        return true;
    }

    public bool Matches(string host, int port)
    {
        if (Port is { } only && only != port)
        {
            return false;
        }

        var name = host.TrimStart('[').TrimEnd(']').TrimEnd('.');
        return Host.StartsWith("*.", StringComparison.Ordinal)
            ? name.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase)
            : name.Equals(Host, StringComparison.OrdinalIgnoreCase);
    }
}
