using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>What the settings say about who is let in, as far as a host must know before anything is built.</summary>
internal static class AccessSettings
{
    /// <summary>Tells whether every request wants a credential.</summary>
    public static bool IsClosed(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["Silos:ApiKey"]) || !string.IsNullOrEmpty(configuration["Silos:Jwt:Authority"])
        || SettingValue.Flag(configuration["Silos:RequireAuthentication"] ?? "false") == true;

    /// <summary>Tells whether only a stored key opens the door.</summary>
    public static bool NeedsStoredKey(IConfiguration configuration) => IsClosed(configuration)
        && string.IsNullOrEmpty(configuration["Silos:ApiKey"]) && string.IsNullOrEmpty(configuration["Silos:Jwt:Authority"]);
}
