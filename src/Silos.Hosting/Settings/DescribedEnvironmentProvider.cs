using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>Hands out what <see cref="DescribedEnvironment"/> read, and remembers the variable of each setting.</summary>
internal sealed class DescribedEnvironmentProvider : ConfigurationProvider
{
    private readonly IReadOnlyDictionary<string, string> _origins;

    public DescribedEnvironmentProvider(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> origins)
    {
        _origins = origins;
        foreach (var (key, value) in settings)
        {
            Data[key] = value;
        }
    }

    /// <summary>Names the variable that a setting comes from.</summary>
    public string? NameOf(string key) => _origins.GetValueOrDefault(key);
}
