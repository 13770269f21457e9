using System.Diagnostics.CodeAnalysis;

namespace Silos.Schedules;

/// <summary>A cron expression.</summary>
public sealed class CronExpression
{
    /// <summary>Parses.</summary>
    public static CronExpression Parse(string text, string? hashSeed = null) => throw new NotSupportedException();

    /// <summary>Parses.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out CronExpression? expression, string? hashSeed = null) => throw new NotSupportedException();

    /// <summary>Next.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone, DaylightSavingRule rule = DaylightSavingRule.Default) => throw new NotSupportedException();

    /// <summary>Previous.</summary>
    public DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone, DaylightSavingRule rule = DaylightSavingRule.Default) => throw new NotSupportedException();

    /// <summary>Words.</summary>
    public string Explain() => throw new NotSupportedException();
}
