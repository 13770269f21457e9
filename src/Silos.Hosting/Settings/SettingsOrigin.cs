using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Silos.Hosting;

/// <summary>Says where a setting was written, in the words of whoever wrote it.</summary>
internal static class SettingsOrigin
{
    /// <summary>Writes <c> (from JOB_MAX_WORKERS)</c>, or nothing if it is not known.</summary>
    public static string Suffix(IConfiguration configuration, string key) =>
        Of(configuration, key) is { } origin ? $" (from {origin})" : string.Empty;

    /// <summary>Names the variable, file or argument that has the last word about a key.</summary>
    public static string? Of(IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root)
        {
            return null;
        }

        foreach (var provider in root.Providers.Reverse())
        {
            if (!provider.TryGet(key, out _) && !provider.GetChildKeys([], key).Any())
            {
                continue;
            }

            return provider switch
            {
                DescribedEnvironmentProvider described => described.NameOf(key),
                EnvironmentVariablesConfigurationProvider => key.Replace(":", "__", StringComparison.Ordinal),
                ArgumentsProvider arguments => arguments.NameOf(key),
                JsonConfigurationProvider json => json.Source.Path,
                _ => null,
            };
        }

        return null;
    }
}
