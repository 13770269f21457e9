using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Fills options from their section, strictly.</summary>
internal sealed class StrictSettings<TOptions>(IConfiguration configuration, string section) : IConfigureOptions<TOptions>
    where TOptions : class
{
    public void Configure(TOptions options)
    {
        var binder = new SettingsBinder(configuration);
        binder.Bind(configuration.GetSection(section), options);
        if (binder.Problems.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), binder.Problems);
        }
    }
}
