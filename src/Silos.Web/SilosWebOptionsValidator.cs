using Microsoft.Extensions.Options;

namespace Silos.Web;

internal sealed class SilosWebOptionsValidator : IValidateOptions<SilosWebOptions>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, SilosWebOptions options)
    {
        var failures = new List<string>();
        if (options.ApiKey is { } key)
        {
            // The key itself is never shown.
            if (key.Length < ShortestKey)
            {
                failures.Add($"ApiKey has {key.Length} characters; at least {ShortestKey} are needed, or it can be guessed.");
            }

            if (key.Any(c => c is <= ' ' or > '~'))
            {
                failures.Add("ApiKey must consist of visible ASCII characters without spaces, because it travels in a header.");
            }
        }

        if (options.MaxPayloadBytes is < 1024 or > 64 * 1024 * 1024)
        {
            failures.Add($"MaxPayloadBytes is {options.MaxPayloadBytes}; it must be between 1024 and 67108864 (64 MiB).");
        }

        if (options.MaxBatchBytes < options.MaxPayloadBytes || options.MaxBatchBytes > 1024 * 1024 * 1024)
        {
            failures.Add($"MaxBatchBytes is {options.MaxBatchBytes}; it must be between MaxPayloadBytes and 1073741824 (1 GiB).");
        }

        if (options.MaxWait < TimeSpan.FromSeconds(1) || options.MaxWait > TimeSpan.FromHours(1))
        {
            failures.Add($"MaxWait is {options.MaxWait}; it must be between 1 second and 1 hour.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
