using System.Diagnostics;
using System.Globalization;

namespace Silos.ClusterSystem.Tests.Support;

/// <summary>
/// A network of namespaces of the kernel, one a silo, on one switch with this process and the database. A way is cut by teaching the sender a wrong
/// hardware address of the receiver: packets leave and nobody takes them, in that direction only, without any error on either side.
/// </summary>
/// <remarks>Needs root, <c>ip</c>, and a kernel with namespaces, bridges and pairs of virtual devices.</remarks>
internal sealed class Network : IAsyncDisposable
{
    private const string Nowhere = "02:00:00:00:de:ad";

    private readonly string _id;
    private readonly int _subnet;
    private readonly int _silos;

    private Network(string id, int subnet, int silos)
    {
        _id = id;
        _subnet = subnet;
        _silos = silos;
    }

    /// <summary>Gets the address of the database.</summary>
    public string Database => $"198.18.{_subnet}.1";

    /// <summary>Gets all addresses, in CIDR notation.</summary>
    public string Range => $"198.18.{_subnet}.0/24";

    private string Bridge => $"sw{_id}";

    private string Here => $"me{_id}";

    /// <summary>Makes one.</summary>
    /// <exception cref="InvalidOperationException">There can be none here.</exception>
    public static async Task<Network> MakeAsync(int silos)
    {
        var id = Random.Shared.Next(0x100000).ToString("x5", CultureInfo.InvariantCulture);
        var network = new Network(id, Random.Shared.Next(1, 255), silos);
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch (Exception exception)
        {
            await network.DisposeAsync();
            throw new InvalidOperationException($"Scenarios that cut the network need namespaces (root, ip, bridges and pairs of virtual devices): {exception.Message}", exception);
        }
    }

    /// <summary>Gets the namespace of a silo.</summary>
    public string NameOf(int silo) => $"silos-{_id}-{silo}";

    /// <summary>Gets the address of a silo.</summary>
    public string AddressOf(int silo) => $"198.18.{_subnet}.{silo + 10}";

    /// <summary>Lets nothing from one silo to another through.</summary>
    public Task CutAsync(int from, int to) => TeachAsync(from, AddressOf(to), Nowhere);

    /// <summary>Lets nothing from a silo to the database through.</summary>
    public Task CutDatabaseAsync(int silo) => TeachAsync(silo, Database, Nowhere);

    /// <summary>Makes whole what was cut between silos.</summary>
    public Task HealAsync(int from, int to) => TeachAsync(from, AddressOf(to), HardwareOf(to + 10));

    /// <summary>Makes whole what was cut to the database.</summary>
    public Task HealDatabaseAsync(int silo) => TeachAsync(silo, Database, HardwareOf(1));

    public async ValueTask DisposeAsync()
    {
        for (var silo = 1; silo <= _silos; silo++)
        {
            await TryAsync("netns", "del", NameOf(silo));
        }

        // The pair's other end goes with it.
        await TryAsync("link", "del", Here);
        await TryAsync("link", "del", Bridge);
    }

    private static string HardwareOf(int number) => $"02:00:00:00:01:{number:x2}";

    private async Task BuildAsync()
    {
        await IpAsync("link", "add", Bridge, "type", "bridge");
        await IpAsync("link", "set", Bridge, "up");
        await IpAsync("link", "add", Here, "address", HardwareOf(1), "type", "veth", "peer", "name", $"p0{_id}");
        await IpAsync("link", "set", $"p0{_id}", "master", Bridge, "up");

        // The first is where calls come from, the second where the database listens: each can be cut off by itself.
        await IpAsync("addr", "add", $"198.18.{_subnet}.2/24", "dev", Here);
        await IpAsync("addr", "add", $"{Database}/24", "dev", Here);
        await IpAsync("link", "set", Here, "up");
        for (var silo = 1; silo <= _silos; silo++)
        {
            var name = NameOf(silo);
            await IpAsync("netns", "add", name);
            await IpAsync("link", "add", $"p{silo}{_id}", "type", "veth", "peer", "name", "eth0", "address", HardwareOf(silo + 10), "netns", name);
            await IpAsync("link", "set", $"p{silo}{_id}", "master", Bridge, "up");
            await IpAsync("-n", name, "addr", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
            await IpAsync("-n", name, "link", "set", "eth0", "up");
            await IpAsync("-n", name, "link", "set", "lo", "up");
        }

        // Everybody is told every address, so that nobody asks and learns around a cut.
        for (var silo = 1; silo <= _silos; silo++)
        {
            await HealDatabaseAsync(silo);
            await TeachAsync(silo, $"198.18.{_subnet}.2", HardwareOf(1));
            for (var other = 1; other <= _silos; other++)
            {
                if (other != silo)
                {
                    await HealAsync(silo, other);
                }
            }
        }
    }

    private Task TeachAsync(int silo, string address, string hardware) =>
        IpAsync("-n", NameOf(silo), "neigh", "replace", address, "lladdr", hardware, "dev", "eth0", "nud", "permanent");

    private static async Task TryAsync(params string[] arguments)
    {
        try
        {
            await IpAsync(arguments);
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It was not made, or is gone already.
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException("ip did not start.");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error.Trim()}");
        }
    }
}
