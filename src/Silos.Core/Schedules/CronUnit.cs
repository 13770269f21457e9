namespace Silos.Schedules;

/// <summary>A field of a cron expression.</summary>
internal enum CronUnit
{
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
    Year,
}

/// <summary>What a field is called, what it may hold, and which names it knows.</summary>
internal static class CronUnits
{
    public const int FirstYear = 1970;
    public const int LastYear = 2199;

    private static readonly string[] Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public static string Name(this CronUnit unit) => unit switch
    {
        CronUnit.Second => "second",
        CronUnit.Minute => "minute",
        CronUnit.Hour => "hour",
        CronUnit.DayOfMonth => "dayOfMonth",
        CronUnit.Month => "month",
        CronUnit.DayOfWeek => "dayOfWeek",
        _ => "year",
    };

    public static int Minimum(this CronUnit unit) => unit switch
    {
        CronUnit.DayOfMonth or CronUnit.Month => 1,
        CronUnit.Year => FirstYear,
        _ => 0,
    };

    public static int Maximum(this CronUnit unit) => unit switch
    {
        CronUnit.Second or CronUnit.Minute => 59,
        CronUnit.Hour => 23,
        CronUnit.DayOfMonth => 31,
        CronUnit.Month => 12,
        CronUnit.DayOfWeek => 6,
        _ => LastYear,
    };

    /// <summary>Says what may be written, for error messages.</summary>
    public static string Allowed(this CronUnit unit) => unit switch
    {
        CronUnit.Second or CronUnit.Minute => "0 to 59",
        CronUnit.Hour => "0 to 23",
        CronUnit.DayOfMonth => "1 to 31",
        CronUnit.Month => "1 to 12 or JAN to DEC",
        CronUnit.DayOfWeek => "0 to 7 (0 and 7 are Sunday) or SUN to SAT",
        _ => "1970 to 2199",
    };

    /// <summary>Finds the value of a name of three letters, in upper or lower case; -1 if the field has none such.</summary>
    public static int ValueOf(this CronUnit unit, ReadOnlySpan<char> name)
    {
        var (names, first) = unit switch
        {
            CronUnit.Month => (Months, 1),
            CronUnit.DayOfWeek => (Days, 0),
            _ => ([], 0),
        };
        for (var i = 0; i < names.Length; i++)
        {
            if (name.Equals(names[i], StringComparison.OrdinalIgnoreCase))
            {
                return first + i;
            }
        }

        return -1;
    }
}
