using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>The addresses a host listens on, and whether it may.</summary>
internal static class ListenAddresses
{
    /// <summary>The address when nobody says otherwise: this machine only.</summary>
    public const string Default = "http://127.0.0.1:8080";

    private const string Key = "urls";

    /// <summary>Gets the addresses, separated by semicolons.</summary>
    public static string Of(IConfiguration configuration) => configuration[Key] is { Length: > 0 } urls ? urls : Default;

    /// <summary>Finds what is wrong with them.</summary>
    /// <remarks>
    /// Without a credential everybody who reaches the port may register and run jobs, so then only this machine may reach it.
    /// </remarks>
    public static IEnumerable<string> Check(IConfiguration configuration)
    {
        var open = !AccessSettings.IsClosed(configuration)
            && SettingValue.Flag(configuration["Silos:AllowRemoteWithoutKey"] ?? "false") != true;
        foreach (var (address, key) in All(configuration))
        {
            var from = SettingsOrigin.Suffix(configuration, key);
            if (Parse(address) is not { } parsed)
            {
                yield return $"{key} '{FieldProblem.Shorten(address)}'{from} must be an address like {Default}.";
            }
            else if (open && !IsLocal(parsed))
            {
                yield return
                    $"{address}{from} can be reached from other machines, and without an API key everybody there could run jobs. "
                    + "Set Silos:ApiKey (Silos__ApiKey) to a secret of 16 characters or more, or make a key by 'keys create' and set "
                    + "Silos:RequireAuthentication=true, or listen on 127.0.0.1.";
            }
        }
    }

    /// <summary>Finds the address by which the process on this machine is asked: the first without encryption, if there is one.</summary>
    public static BindingAddress ToAsk(IConfiguration configuration)
    {
        var addresses = Parsed(configuration).ToList();
        return addresses.Find(address => address.Scheme == "http") ?? addresses.FirstOrDefault() ?? BindingAddress.Parse(Default);
    }

    /// <summary>Gets the addresses that can be read.</summary>
    public static IEnumerable<BindingAddress> Parsed(IConfiguration configuration) =>
        All(configuration).Select(address => Parse(address.Address)).OfType<BindingAddress>();

    private static IEnumerable<(string Address, string Key)> All(IConfiguration configuration)
    {
        // Kestrel's own section overrides the addresses.
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Where(endpoint => endpoint["Url"] is not null)
            .Select(endpoint => (endpoint["Url"]!, $"{endpoint.Path}:Url"))
            .ToList();
        return endpoints.Count > 0
            ? endpoints
            : Of(configuration).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(address => (address, Key));
    }

    private static BindingAddress? Parse(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            return parsed.Scheme is "http" or "https" && parsed.Port is >= 0 and <= 65_535 ? parsed : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // Kestrel listens everywhere for any name but localhost.
    private static bool IsLocal(BindingAddress address) =>
        address.IsUnixPipe
        || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
