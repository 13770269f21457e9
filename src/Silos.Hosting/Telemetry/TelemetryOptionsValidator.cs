using Microsoft.Extensions.Options;

namespace Silos.Hosting;

/// <summary>Refuses a start with names that no source and no meter can have: what is not sent is found out too late.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<SilosTelemetryOptions>
{
    private const int MostCharacters = 200;

    public ValidateOptionsResult Validate(string? name, SilosTelemetryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> failures =
        [
            .. Failures(nameof(options.Sources), options.Sources, "an activity source"),
            .. Failures(nameof(options.Meters), options.Meters, "a meter"),
        ];
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Failures(string key, IList<string> names, string what) => names
        .Where(name => string.IsNullOrEmpty(name) || name.Length > MostCharacters || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        .Select(name =>
            $"{SilosTelemetryOptions.Section}:{key} '{FieldProblem.Shorten(name)}' must be the name of {what}, such as Contoso.Billing or Contoso.*, "
            + $"of 1 to {MostCharacters} characters without spaces.");
}
