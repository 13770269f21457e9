using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Finds everything that is wrong with the settings before anything is opened, so that it is told at once.</summary>
internal static class SettingsCheck
{
    /// <exception cref="SettingsException">Something is wrong.</exception>
    public static void Run(WebApplication app)
    {
        var problems = new List<string>(app.Services.GetRequiredService<HostPlan>().Problems);
        problems.AddRange(SettingsGuard.Check(app.Configuration, app.Services.GetServices<SettingsSection>()));
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (OptionsValidationException exception)
        {
            problems.AddRange(StartupFailure.Failures(exception, app.Configuration));
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            problems.AddRange(exception.InnerExceptions.Cast<OptionsValidationException>()
                .SelectMany(inner => StartupFailure.Failures(inner, app.Configuration)));
        }

        if (problems.Count > 0)
        {
            throw new SettingsException([.. problems.Distinct()]);
        }
    }
}
