using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Silos.Cluster.Nodes;

/// <summary>Finds out that a port is taken before anything has started, to say so in one line.</summary>
internal static class SiloPorts
{
    /// <exception cref="StartupException">One of the two ports cannot be had.</exception>
    public static void Check(EndpointOptions endpoints)
    {
        Check(endpoints.SiloListeningEndpoint, endpoints.AdvertisedIPAddress, endpoints.SiloPort, "other silos call");
        Check(endpoints.GatewayListeningEndpoint, endpoints.AdvertisedIPAddress, endpoints.GatewayPort, "client apps call");
    }

    private static void Check(IPEndPoint? listening, IPAddress? advertised, int port, string purpose)
    {
        if (port == 0 || (listening?.Address ?? advertised) is not { } address)
        {
            return;
        }

        var endpoint = listening ?? new IPEndPoint(address, port);
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(1);
        }
        catch (SocketException exception)
        {
            throw new StartupException(
                exception.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => $"Another process listens on {endpoint} already, where {purpose}; stop it, or choose another port.",
                    SocketError.AddressNotAvailable => $"{endpoint.Address}, where {purpose}, is no address of this machine; choose one that is.",
                    _ => $"Cannot listen on {endpoint}, where {purpose}: {exception.Message}.",
                },
                exception)
            {
                Cause = StartupCause.Address,
            };
        }
    }
}
