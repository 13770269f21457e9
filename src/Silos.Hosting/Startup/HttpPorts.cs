using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Silos.Hosting;

/// <summary>
/// Finds out that an address for HTTP is taken before anything has started: the server itself listens last, when a silo has already joined
/// the others and taken work from them.
/// </summary>
internal sealed class HttpPorts(IConfiguration configuration) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in ListenAddresses.Parsed(configuration).SelectMany(Endpoints))
        {
            Check(endpoint);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // As Kestrel reads an address: any name but localhost means everywhere.
    private static IEnumerable<IPEndPoint> Endpoints(BindingAddress address)
    {
        if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
        {
            return [];
        }

        var host = address.Host.Trim('[', ']');
        return IPAddress.TryParse(host, out var ip) ? [new IPEndPoint(ip, address.Port)]
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [new IPEndPoint(IPAddress.Loopback, address.Port)]
            : [new IPEndPoint(IPAddress.Any, address.Port)];
    }

    private static void Check(IPEndPoint endpoint)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(1);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // As the server would say it, and so told as that is.
            throw new IOException($"Failed to bind to address {endpoint}.", new AddressInUseException(exception.Message, exception));
        }
    }
}
