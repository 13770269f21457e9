using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Binds options to the configuration strictly.</summary>
public static class SettingsExtensions
{
    /// <summary>
    /// Reads options from a section: durations as <c>30s</c>, lists as JSON arrays or with commas, words in any case. A value that
    /// does not fit, and a key that means nothing, stop the start with the variable or file they came from.
    /// </summary>
    /// <typeparam name="TOptions">The options; each public property that can be set is a key.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="section">The section, such as <c>Silos:Web</c>.</param>
    public static IServiceCollection BindSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(new SettingsSection(section, typeof(TOptions)));
        services.AddOptions<TOptions>().ValidateOnStart();

        // In front of what is configured in code, which has the last word.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(
            provider => new StrictSettings<TOptions>(provider.GetRequiredService<IConfiguration>(), section)));
        return services;
    }
}
