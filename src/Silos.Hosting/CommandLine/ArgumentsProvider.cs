using Microsoft.Extensions.Configuration;

namespace Silos.Hosting;

/// <summary>The settings that were given as arguments.</summary>
internal sealed class ArgumentsProvider : ConfigurationProvider, IConfigurationSource
{
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes a setting over from an argument.</summary>
    public void Add(string key, string? value, string argument)
    {
        if (value is not null)
        {
            Data[key] = value;
            _names[key] = argument;
        }
    }

    /// <summary>Names the argument that a setting comes from.</summary>
    public string? NameOf(string key) => _names.GetValueOrDefault(key);

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
