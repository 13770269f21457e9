namespace Silos.Schedules;

/// <summary>Short names for common cron expressions.</summary>
internal static class CronMacros
{
    public const string Names = "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every_minute";

    private static readonly (string Name, string Expression)[] Macros =
    [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        ("@every_minute", "* * * * *"),
    ];

    /// <summary>Finds what a macro stands for; empty if there is no such macro.</summary>
    public static ReadOnlySpan<char> Find(ReadOnlySpan<char> name)
    {
        foreach (var macro in Macros)
        {
            if (name.Equals(macro.Name, StringComparison.OrdinalIgnoreCase))
            {
                return macro.Expression;
            }
        }

        return default;
    }
}
