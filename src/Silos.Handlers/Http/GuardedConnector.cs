using System.Net;
using System.Net.Sockets;

namespace Silos.Handlers.Http;

/// <summary>Opens the connections of the <c>http</c> handler: resolves the name, judges each address, connects to that very address.</summary>
/// <remarks>Judging here, not when the payload is read, leaves no time between check and use in which a name could change.</remarks>
internal sealed class GuardedConnector(AddressRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await resolve(host, cancellationToken);
        string? refusal = null;
        Exception? failure = null;
        foreach (var address in addresses)
        {
            if (rules.Refusal(host, port, address) is { } kind)
            {
                refusal ??= kind;
                continue;
            }

            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                failure = exception;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        if (failure is null && refusal is not null)
        {
            throw AddressRefusedException.For(host, refusal);
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }
}
