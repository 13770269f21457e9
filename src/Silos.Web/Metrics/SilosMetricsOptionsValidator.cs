using Microsoft.Extensions.Options;

namespace Silos.Web.Metrics;

/// <summary>Refuses a start with settings that cannot work.</summary>
internal sealed class SilosMetricsOptionsValidator : IValidateOptions<SilosMetricsOptions>
{
    public ValidateOptionsResult Validate(string? name, SilosMetricsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.OpenOnPort is < 1 or > 65_535
            ? ValidateOptionsResult.Fail(
                $"{SilosMetricsOptions.Section}:{nameof(options.OpenOnPort)} ({options.OpenOnPort}) must be a port, 1 to 65535.")
            : ValidateOptionsResult.Success;
    }
}
