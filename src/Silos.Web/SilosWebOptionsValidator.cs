using Microsoft.Extensions.Options;

namespace Silos.Web;

internal sealed class SilosWebOptionsValidator : IValidateOptions<SilosWebOptions>
{
    private const int ShortestKey = 16;

    // Where every host reads them from.
    private const string Section = "Silos";

    public ValidateOptionsResult Validate(string? name, SilosWebOptions options)
    {
        var failures = new List<string>();
        if (options.ApiKey is { } key)
        {
            // The key itself is never shown.
            if (key.Length < ShortestKey)
            {
                failures.Add($"{Section}:ApiKey has {key.Length} characters; at least {ShortestKey} are needed, or it can be guessed.");
            }

            if (key.Any(c => c is <= ' ' or > '~'))
            {
                failures.Add($"{Section}:ApiKey must consist of visible ASCII characters without spaces, because it travels in a header.");
            }
        }

        if (options.MaxPayloadBytes is < 1024 or > 64 * 1024 * 1024)
        {
            failures.Add($"{Section}:MaxPayloadBytes ({options.MaxPayloadBytes}) must be between 1024 and 67108864 (64 MiB).");
        }

        if (options.MaxBatchBytes < options.MaxPayloadBytes || options.MaxBatchBytes > 1024 * 1024 * 1024)
        {
            failures.Add($"{Section}:MaxBatchBytes ({options.MaxBatchBytes}) must be between {Section}:MaxPayloadBytes ({options.MaxPayloadBytes}) and 1073741824 (1 GiB).");
        }

        if (options.MaxWait < TimeSpan.FromSeconds(1) || options.MaxWait > TimeSpan.FromHours(1))
        {
            failures.Add($"{Section}:MaxWait ({options.MaxWait}) must be between 1 second and 1 hour.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
