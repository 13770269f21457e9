using Microsoft.Extensions.Options;

namespace Silos.Grains;

internal sealed class SilosClientOptionsValidator : IValidateOptions<SilosClientOptions>
{
    public ValidateOptionsResult Validate(string? name, SilosClientOptions options)
    {
        var problems = new List<string>();
        if (options.Tries is < 1 or > 100)
        {
            problems.Add($"{nameof(options.Tries)} '{options.Tries}' must be between 1 and 100.");
        }

        if (options.TryTimeout < TimeSpan.FromMilliseconds(100) || options.TryTimeout > TimeSpan.FromMinutes(10))
        {
            problems.Add($"{nameof(options.TryTimeout)} '{options.TryTimeout}' must be between 100 milliseconds and 10 minutes.");
        }

        if (options.ConnectTimeout < TimeSpan.Zero || options.ConnectTimeout > TimeSpan.FromHours(1))
        {
            problems.Add($"{nameof(options.ConnectTimeout)} '{options.ConnectTimeout}' must be between zero and one hour.");
        }

        if (options.RetryDelay < TimeSpan.Zero || options.RetryDelay > TimeSpan.FromMinutes(1))
        {
            problems.Add($"{nameof(options.RetryDelay)} '{options.RetryDelay}' must be between zero and one minute.");
        }

        if (options.MaxPayloadBytes < 1)
        {
            problems.Add($"{nameof(options.MaxPayloadBytes)} '{options.MaxPayloadBytes}' must be at least 1.");
        }

        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
