using Silos.Client.Json;
using Silos.Schedules;

namespace Silos.Cli;

/// <summary>Values of options that are more than a word.</summary>
internal static class Inputs
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(49);

    /// <summary>Reads JSON: as it stands, <c>@FILE</c>, or <c>-</c> for standard input.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static async Task<JsonText?> JsonAsync(CliCall call, string? value, string option, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            return null;
        }

        var text = value switch
        {
            "-" => await call.Host.In.ReadToEndAsync(cancellationToken),
            ['@', .. var file] => await File.ReadAllTextAsync(call.Host.PathOf(file), cancellationToken),
            _ => value,
        };
        return JsonText.TryParse(text, out var json)
            ? json
            : throw CliException.Usage($"{option} '{FieldProblem.Shorten(text)}' is not JSON; write it like '{{\"id\": 7}}', or name a file with {option} @FILE");
    }

    /// <summary>Reads an instant, or how long ago it is: <c>2h</c>.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static DateTimeOffset? Past(CliCall call, string? text, string option) => text is null ? null
        : InstantText.TryParse(text, out var instant) ? instant
        : DurationText.TryParse(text, out var ago) ? (call.Host.Clock.GetUtcNow() - ago).ToInstant()
        : throw CliException.Usage($"{option} '{FieldProblem.Shorten(text)}' must be {InstantText.Hint}, or how long ago, like 2h");

    /// <summary>Reads an instant.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static DateTimeOffset? Instant(string? text, string option) => text is null ? null
        : InstantText.TryParse(text, out var instant) ? instant
        : throw CliException.Usage($"{option} '{FieldProblem.Shorten(text)}' must be {InstantText.Hint}");

    /// <summary>Reads how long to wait.</summary>
    /// <exception cref="CliException">It is no duration, or longer than a clock can be set for.</exception>
    public static TimeSpan? Patience(string? text, string option) => Duration(text, option) is not { } patience ? null
        : patience <= LongestPatience ? patience
        : throw CliException.Usage($"{option} '{FieldProblem.Shorten(text)}' is longer than {LongestPatience.Days}d; leave it out to wait for ever");

    /// <summary>Reads a duration.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static TimeSpan? Duration(string? text, string option) => text is null ? null
        : DurationText.TryParse(text, out var duration) ? duration
        : throw CliException.Usage($"{option} '{FieldProblem.Shorten(text)}' is not a duration; {DurationText.Hint}");
}
