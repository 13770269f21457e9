using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>
/// Asks the process that listens on this machine whether it is ready (<c>--health</c>): the health check of a container
/// whose image has neither a shell nor curl.
/// </summary>
internal static class HealthQuestion
{
    /// <summary>Where a process tells whether traffic should be sent to it.</summary>
    public const string Path = "/health/ready";

    // Less than what container platforms wait for a check as a rule (30 s), more than a store that is away takes to say so.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks where the settings of this machine say that it listens.</summary>
    public static Task<HealthAnswer> AskAsync(HostArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);

        // The same files and variables that the other process has read.
        var configuration = WebApplication.CreateSlimBuilder().Configuration;
        ((IConfigurationBuilder)configuration).Add(arguments.ToSettings());
        return AskAsync(ListenAddresses.ToAsk(configuration), cancellationToken);
    }

    /// <summary>Asks at an address.</summary>
    public static async Task<HealthAnswer> AskAsync(BindingAddress address, CancellationToken cancellationToken)
    {
        var url = Url(address);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        if (address.IsUnixPipe)
        {
            handler.ConnectCallback = (_, token) => ConnectAsync(address.UnixPipePath, token);
        }

        // The certificate is made out to a public name; who asks on the own machine knows whom it asks.
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(url, cancellationToken);
            var text = (await response.Content.ReadAsStringAsync(cancellationToken)).ReplaceLineEndings(" ");
            return new HealthAnswer(response.StatusCode == HttpStatusCode.OK, $"{url}: {(int)response.StatusCode} {FieldProblem.Shorten(text)}");
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new HealthAnswer(false, $"{url}: {exception.Message}");
        }
    }

    /// <summary>Makes an address to listen on one to ask at.</summary>
    public static Uri Url(BindingAddress address)
    {
        if (address.IsUnixPipe)
        {
            return new Uri($"http://localhost{Path}");
        }

        // Any name but an address and localhost means every address of the machine.
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) switch
        {
            true when ip!.Equals(IPAddress.IPv6Any) => "[::1]",
            true when !ip!.Equals(IPAddress.Any) => address.Host,
            _ => "127.0.0.1",
        };
        return new Uri($"{address.Scheme}://{host}:{address.Port}{address.PathBase}{Path}");
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What the process that was asked said.</summary>
/// <param name="Ready">Whether it is ready.</param>
/// <param name="Text">One line for the log of the platform: where it was asked, and the answer.</param>
internal sealed record HealthAnswer(bool Ready, string Text);
