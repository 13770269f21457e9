using Microsoft.Extensions.Options;
using Silos.Keys;
using Silos.Web.Http;

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

        CheckAccess(options, failures);
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

    private static void CheckAccess(SilosWebOptions options, List<string> failures)
    {
        foreach (var proxy in options.KnownProxies.Where(proxy => Proxies.Parse(proxy) is null))
        {
            failures.Add($"{Section}:KnownProxies '{FieldProblem.Shorten(proxy)}' must be an address or a network such as 10.0.0.7 or 10.1.0.0/16.");
        }

        if (options.KeepAudit < TimeSpan.FromHours(1))
        {
            failures.Add($"{Section}:KeepAudit ({options.KeepAudit}) must be at least 1 hour.");
        }

        if (options.Session.Lifetime < TimeSpan.FromMinutes(1) || options.Session.Lifetime > TimeSpan.FromDays(90))
        {
            failures.Add($"{Section}:Session:Lifetime ({options.Session.Lifetime}) must be between 1 minute and 90 days.");
        }

        foreach (var (name, value) in new[]
        {
            (nameof(RateSettings.Requests), options.Rates.Requests), (nameof(RateSettings.Enqueues), options.Rates.Enqueues),
            (nameof(RateSettings.MaxWaiting), options.Rates.MaxWaiting), (nameof(RateSettings.Failures), options.Rates.Failures),
        })
        {
            if (value < 0)
            {
                failures.Add($"{Section}:Rates:{name} ({value}) must be 0 (unlimited) or more.");
            }
        }

        CheckJwt(options.Jwt, failures);
    }

    private static void CheckJwt(JwtSettings jwt, List<string> failures)
    {
        if (string.IsNullOrEmpty(jwt.Authority))
        {
            if (!string.IsNullOrEmpty(jwt.ClientId) || !string.IsNullOrEmpty(jwt.Audience))
            {
                failures.Add($"{Section}:Jwt:Authority is missing: Audience and ClientId mean something only together with it.");
            }

            return;
        }

        // Whoever can answer for the issuer decides who gets in.
        if (!Uri.TryCreate(jwt.Authority, UriKind.Absolute, out var authority)
            || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
        {
            failures.Add($"{Section}:Jwt:Authority '{FieldProblem.Shorten(jwt.Authority)}' must be an https address (http only on this machine).");
        }

        if (string.IsNullOrWhiteSpace(jwt.Audience))
        {
            failures.Add($"{Section}:Jwt:Audience is missing: tokens that the issuer makes for somebody else must not open this.");
        }

        if (string.IsNullOrWhiteSpace(jwt.RoleClaim))
        {
            failures.Add($"{Section}:Jwt:RoleClaim must name a claim.");
        }

        foreach (var (word, role) in jwt.Roles.Where(pair => !Roles.TryParse(pair.Value, out _)))
        {
            failures.Add($"{Section}:Jwt:Roles:{word} '{FieldProblem.Shorten(role)}' must be viewer, operator or admin.");
        }
    }
}
