using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Silos.Silo;

/// <summary>What a silo is called and where it is reached, where nobody says.</summary>
internal static class SiloIdentity
{
    /// <summary>The variable by which Kubernetes tells a pod its name.</summary>
    public const string NameVariable = "POD_NAME";

    /// <summary>The variable by which Kubernetes tells a pod its address.</summary>
    public const string AddressVariable = "POD_IP";

    private const int UsualPort = 11111;

    /// <summary>Gets the name of this silo.</summary>
    public static string NameOf(SiloSettings settings)
    {
        if (!string.IsNullOrWhiteSpace(settings.SiloName))
        {
            return settings.SiloName;
        }

        var name = Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 } pod ? pod : Environment.MachineName;
        return settings.SiloPort == UsualPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{settings.SiloPort}");
    }

    /// <summary>Gets the address at which others reach this silo.</summary>
    public static IPAddress AddressOf(SiloSettings settings) =>
        Written(settings) is { } written ? IPAddress.Parse(written) : FirstOfMachine();

    /// <summary>Gets the address that somebody wrote down, or null.</summary>
    public static string? Written(SiloSettings settings) =>
        !string.IsNullOrWhiteSpace(settings.Address) ? settings.Address
        : Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } pod ? pod
        : null;

    /// <summary>Gets an endpoint on all addresses.</summary>
    public static IPEndPoint Anywhere(int port) => new(IPAddress.Any, port);

    private static IPAddress FirstOfMachine() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(face => face.OperationalStatus == OperationalStatus.Up && face.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(face => face.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
        ?? IPAddress.Loopback;
}
