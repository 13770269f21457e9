namespace Silos.Samples.Billing;

/// <summary>Whole months.</summary>
internal static class Months
{
    /// <summary>Gets the first of the month after an instant's.</summary>
    public static DateOnly After(DateTimeOffset instant)
    {
        var day = DateOnly.FromDateTime(instant.UtcDateTime);
        return new DateOnly(day.Year, day.Month, 1).AddMonths(1);
    }
}
