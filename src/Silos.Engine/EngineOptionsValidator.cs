using Microsoft.Extensions.Options;

namespace Silos.Engine;

/// <summary>Refuses a start with settings that cannot work; every message names the setting, its value and what would be right.</summary>
internal sealed class EngineOptionsValidator : IValidateOptions<EngineOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Century = TimeSpan.FromDays(36_525);

    public ValidateOptionsResult Validate(string? name, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        void Number(string setting, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{EngineOptions.Section}:{setting} ({value}) must be between {least} and {most}.");
            }
        }

        void Span(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                problems.Add($"{EngineOptions.Section}:{setting} ({value}) must be between {least} and {most}.");
            }
        }

        if ((options.Roles & ~SilosRoles.All) != 0)
        {
            problems.Add($"{EngineOptions.Section}:Roles ({options.Roles}) must be any of api, scheduler, worker.");
        }

        if (!Names.IsValid(options.WorkerName, out var problem))
        {
            problems.Add($"{EngineOptions.Section}:WorkerName ('{FieldProblem.Shorten(options.WorkerName)}') {problem}.");
        }

        Number(nameof(options.Slots), options.Slots, 0, EngineOptions.UnlimitedSlots);
        Number(nameof(options.MaxAbandoned), options.MaxAbandoned, 0, EngineOptions.UnlimitedSlots);
        Number(nameof(options.MaxPayloadBytes), options.MaxPayloadBytes, 1, 64 * 1024 * 1024);
        Number(nameof(options.MaxLogLines), options.MaxLogLines, 1, 10_000_000);
        Number(nameof(options.MaxLogCharacters), options.MaxLogCharacters, 1, 256 * 1024 * 1024);
        Number(nameof(options.QueueWindow), options.QueueWindow, 10, 1_000_000);
        Number(nameof(options.PartitionWindow), options.PartitionWindow, 10, 10_000_000);
        Span(nameof(options.DefaultTimeout), options.DefaultTimeout, TimeSpan.FromMilliseconds(1), Century);
        Span(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, Day);
        Span(nameof(options.CancelGrace), options.CancelGrace, TimeSpan.Zero, Day);
        Span(nameof(options.InboxInterval), options.InboxInterval, TimeSpan.FromMilliseconds(10), Day);

        // Alarms are known five minutes ahead: a sweep that comes later than that would find jobs overdue.
        Span(nameof(options.SweepInterval), options.SweepInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
        Span(nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(5), Day);
        Span(nameof(options.KeepCompleted), options.KeepCompleted, TimeSpan.Zero, Century);
        Span(nameof(options.KeepFailed), options.KeepFailed, TimeSpan.Zero, Century);
        Span(nameof(options.KeepLedger), options.KeepLedger, TimeSpan.Zero, Century);
        Span(nameof(options.RetentionInterval), options.RetentionInterval, TimeSpan.FromSeconds(1), Day);
        Span(nameof(options.LateAfter), options.LateAfter, TimeSpan.Zero, Day);
        Span(nameof(options.JournalInterval), options.JournalInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Retry(options, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Retry(EngineOptions options, List<string> problems)
    {
        var retry = options.DefaultRetry;
        if (retry.MaxAttempts < 1 || retry.Coefficient < 1 || retry.InitialInterval < TimeSpan.Zero
            || retry.MaxInterval < retry.InitialInterval)
        {
            problems.Add(
                $"{EngineOptions.Section}:DefaultRetry (attempts {retry.MaxAttempts}, from {retry.InitialInterval} by " +
                $"{retry.Coefficient} up to {retry.MaxInterval}) must have at least 1 attempt, a coefficient of at least 1 " +
                "and a longest wait that is not below the first.");
        }
    }
}
