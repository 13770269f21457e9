using Microsoft.Extensions.Options;

namespace Silos.Engine.Alarms;

/// <summary>Refuses a start with settings that cannot work.</summary>
internal sealed class AlarmOptionsValidator : IValidateOptions<AlarmOptions>
{
    public ValidateOptionsResult Validate(string? name, AlarmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        Span(nameof(options.Interval), options.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Span(nameof(options.SilenceGrace), options.SilenceGrace, TimeSpan.FromSeconds(1), TimeSpan.FromDays(366));
        Span(nameof(options.SlowMinimum), options.SlowMinimum, TimeSpan.FromSeconds(1), TimeSpan.FromDays(366));
        Span(nameof(options.QueueAge), options.QueueAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(366));
        if (options.SlowFactor is not (>= 1 and <= 1_000))
        {
            problems.Add(FormattableString.Invariant($"{AlarmOptions.Section}:{nameof(options.SlowFactor)} ({options.SlowFactor}) must be between 1 and 1000."));
        }

        if (options.SkipStreak is < 1 or > 500)
        {
            problems.Add($"{AlarmOptions.Section}:{nameof(options.SkipStreak)} ({options.SkipStreak}) must be between 1 and 500.");
        }

        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;

        void Span(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{AlarmOptions.Section}:{setting} ({value}) must be between {least} and {most}.");
            }
        }
    }
}
