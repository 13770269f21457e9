namespace Silos.Schedules;

public sealed class CronNextTests
{
    // 2026-01-01 is a Thursday.
    private static readonly DateTimeOffset NewYear = Instants.Utc("2026-01-01");

    [Theory]

    // The patterns that described systems document.
    [InlineData("0 * * * *", "2026-01-01 01:00:00, 2026-01-01 02:00:00")]
    [InlineData("0 0 * * *", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData("0 2 * * *", "2026-01-01 02:00:00, 2026-01-02 02:00:00")]
    [InlineData("0 0 * * 0", "2026-01-04 00:00:00, 2026-01-11 00:00:00")]
    [InlineData("0 0 1 * *", "2026-02-01 00:00:00, 2026-03-01 00:00:00")]
    [InlineData("*/15 * * * *", "2026-01-01 00:15:00, 2026-01-01 00:30:00, 2026-01-01 00:45:00, 2026-01-01 01:00:00")]
    [InlineData("0 9-17 * * 1-5", "2026-01-01 09:00:00, 2026-01-01 10:00:00")]
    [InlineData("0 0 0 * * ?", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData("0 */15 9-17 ? * MON-FRI", "2026-01-01 09:00:00, 2026-01-01 09:15:00")]
    [InlineData("* * * * *", "2026-01-01 00:01:00, 2026-01-01 00:02:00")]

    // Macros.
    [InlineData("@yearly", "2027-01-01 00:00:00, 2028-01-01 00:00:00")]
    [InlineData("@annually", "2027-01-01 00:00:00, 2028-01-01 00:00:00")]
    [InlineData("@monthly", "2026-02-01 00:00:00, 2026-03-01 00:00:00")]
    [InlineData("@weekly", "2026-01-04 00:00:00, 2026-01-11 00:00:00")]
    [InlineData("@daily", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData("@midnight", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData(" @HOURLY ", "2026-01-01 01:00:00, 2026-01-01 02:00:00")]
    [InlineData("@every_minute", "2026-01-01 00:01:00, 2026-01-01 00:02:00")]

    // Quartz's examples, with days of the week by name because Quartz numbers them differently.
    [InlineData("0 0 12 * * ?", "2026-01-01 12:00:00, 2026-01-02 12:00:00")]
    [InlineData("0 15 10 ? * *", "2026-01-01 10:15:00, 2026-01-02 10:15:00")]
    [InlineData("0 15 10 * * ? *", "2026-01-01 10:15:00, 2026-01-02 10:15:00")]
    [InlineData("0 15 10 * * ? 2027", "2027-01-01 10:15:00, 2027-01-02 10:15:00")]
    [InlineData("0 * 14 * * ?", "2026-01-01 14:00:00, 2026-01-01 14:01:00")]
    [InlineData("0 0/5 14 * * ?", "2026-01-01 14:00:00, 2026-01-01 14:05:00")]
    [InlineData("0 0/25 14,18 * * ?", "2026-01-01 14:00:00, 2026-01-01 14:25:00, 2026-01-01 14:50:00, 2026-01-01 18:00:00")]
    [InlineData("0 0-1 14 * * ?", "2026-01-01 14:00:00, 2026-01-01 14:01:00, 2026-01-02 14:00:00")]
    [InlineData("0 10,44 14 ? 3 WED", "2026-03-04 14:10:00, 2026-03-04 14:44:00, 2026-03-11 14:10:00")]
    [InlineData("0 15 10 ? * MON-FRI", "2026-01-01 10:15:00, 2026-01-02 10:15:00, 2026-01-05 10:15:00")]
    [InlineData("0 15 10 15 * ?", "2026-01-15 10:15:00, 2026-02-15 10:15:00")]
    [InlineData("0 15 10 L * ?", "2026-01-31 10:15:00, 2026-02-28 10:15:00, 2026-03-31 10:15:00")]
    [InlineData("0 15 10 L-2 * ?", "2026-01-29 10:15:00, 2026-02-26 10:15:00")]
    [InlineData("0 15 10 ? * FRIL", "2026-01-30 10:15:00, 2026-02-27 10:15:00, 2026-03-27 10:15:00")]
    [InlineData("0 15 10 ? * FRIL 2026-2027", "2026-01-30 10:15:00, 2026-02-27 10:15:00")]
    [InlineData("0 15 10 ? * FRI#3", "2026-01-16 10:15:00, 2026-02-20 10:15:00")]
    [InlineData("0 0 12 1/5 * ?", "2026-01-01 12:00:00, 2026-01-06 12:00:00, 2026-01-11 12:00:00")]
    [InlineData("0 11 11 11 11 ?", "2026-11-11 11:11:00, 2027-11-11 11:11:00")]

    // crontab(5)'s examples.
    [InlineData("5 0 * * *", "2026-01-01 00:05:00, 2026-01-02 00:05:00")]
    [InlineData("15 14 1 * *", "2026-01-01 14:15:00, 2026-02-01 14:15:00")]
    [InlineData("0 22 * * 1-5", "2026-01-01 22:00:00, 2026-01-02 22:00:00, 2026-01-05 22:00:00")]
    [InlineData("23 0-23/2 * * *", "2026-01-01 00:23:00, 2026-01-01 02:23:00")]
    [InlineData("5 4 * * sun", "2026-01-04 04:05:00, 2026-01-11 04:05:00")]
    [InlineData("30 4 1,15 * 5", "2026-01-01 04:30:00, 2026-01-02 04:30:00, 2026-01-09 04:30:00, 2026-01-15 04:30:00")]

    // Both day fields: either is enough, unless one begins with '*' or is '?'.
    [InlineData("0 0 13 * FRI", "2026-01-02 00:00:00, 2026-01-09 00:00:00, 2026-01-13 00:00:00, 2026-01-16 00:00:00")]
    [InlineData("0 0 */2 * MON", "2026-01-05 00:00:00, 2026-01-19 00:00:00, 2026-02-09 00:00:00")]
    [InlineData("0 0 13 * */2", "2026-01-13 00:00:00, 2026-06-13 00:00:00")]
    [InlineData("0 0 ? * MON", "2026-01-05 00:00:00, 2026-01-12 00:00:00")]
    [InlineData("0 0 L * FRI", "2026-01-02 00:00:00, 2026-01-09 00:00:00")]

    // Weekdays nearest a day never leave the month.
    [InlineData("0 0 15W * *", "2026-01-15 00:00:00, 2026-02-16 00:00:00, 2026-03-16 00:00:00")]
    [InlineData("0 0 1W * *", "2026-02-02 00:00:00, 2026-03-02 00:00:00, 2026-04-01 00:00:00")]
    [InlineData("0 0 1W AUG *", "2026-08-03 00:00:00")]
    [InlineData("0 0 LW * *", "2026-01-30 00:00:00, 2026-02-27 00:00:00, 2026-03-31 00:00:00")]
    [InlineData("0 0 L-3W * *", "2026-01-28 00:00:00, 2026-02-25 00:00:00, 2026-03-27 00:00:00")]
    [InlineData("0 0 31W * *", "2026-01-30 00:00:00, 2026-03-31 00:00:00, 2026-05-29 00:00:00")]
    [InlineData("0 0 1,15W,L * *", "2026-01-15 00:00:00, 2026-01-31 00:00:00, 2026-02-01 00:00:00, 2026-02-16 00:00:00")]

    // The nth and the last.
    [InlineData("0 0 * * MON#2", "2026-01-12 00:00:00, 2026-02-09 00:00:00, 2026-03-09 00:00:00")]
    [InlineData("0 0 * * 1#5", "2026-03-30 00:00:00, 2026-06-29 00:00:00, 2026-08-31 00:00:00")]
    [InlineData("0 0 * * 7#1", "2026-01-04 00:00:00, 2026-02-01 00:00:00")]
    [InlineData("0 0 * * 5L", "2026-01-30 00:00:00, 2026-02-27 00:00:00")]
    [InlineData("0 0 * * 7L", "2026-01-25 00:00:00, 2026-02-22 00:00:00")]
    [InlineData("0 0 * * MON#1,FRIL", "2026-01-05 00:00:00, 2026-01-30 00:00:00, 2026-02-02 00:00:00")]

    // Ranges that wrap, steps in them, and Sunday's two numbers.
    [InlineData("0 22-2 * * *", "2026-01-01 01:00:00, 2026-01-01 02:00:00, 2026-01-01 22:00:00, 2026-01-01 23:00:00")]
    [InlineData("0 22-2/2 * * *", "2026-01-01 02:00:00, 2026-01-01 22:00:00, 2026-01-02 00:00:00")]
    [InlineData("50-10/10 * * * *", "2026-01-01 00:10:00, 2026-01-01 00:50:00, 2026-01-01 01:00:00")]
    [InlineData("0 0 * * FRI-MON", "2026-01-02 00:00:00, 2026-01-03 00:00:00, 2026-01-04 00:00:00, 2026-01-05 00:00:00, 2026-01-09 00:00:00")]
    [InlineData("0 0 30-2 * *", "2026-01-02 00:00:00, 2026-01-30 00:00:00, 2026-01-31 00:00:00, 2026-02-01 00:00:00, 2026-02-02 00:00:00, 2026-03-01 00:00:00")]
    [InlineData("0 0 1 NOV-FEB *", "2026-02-01 00:00:00, 2026-11-01 00:00:00, 2026-12-01 00:00:00, 2027-01-01 00:00:00")]
    [InlineData("0 0 * * 7", "2026-01-04 00:00:00, 2026-01-11 00:00:00")]
    [InlineData("0 0 * * 5-7", "2026-01-02 00:00:00, 2026-01-03 00:00:00, 2026-01-04 00:00:00, 2026-01-09 00:00:00")]
    [InlineData("0 0 * * 7-1", "2026-01-04 00:00:00, 2026-01-05 00:00:00, 2026-01-11 00:00:00")]
    [InlineData("0 0 * * 1-7/3", "2026-01-04 00:00:00, 2026-01-05 00:00:00, 2026-01-08 00:00:00")]
    [InlineData("0 0 * * SAT-SUN", "2026-01-03 00:00:00, 2026-01-04 00:00:00, 2026-01-10 00:00:00")]
    [InlineData("0 0 * * 3/2", "2026-01-02 00:00:00, 2026-01-07 00:00:00, 2026-01-09 00:00:00")]
    [InlineData("0 0 * jan,DEC Mon", "2026-01-05 00:00:00, 2026-01-12 00:00:00")]

    // Seconds, years, leap days, and the end of time.
    [InlineData("*/20 * * * * *", "2026-01-01 00:00:20, 2026-01-01 00:00:40, 2026-01-01 00:01:00")]
    [InlineData("59 59 23 31 12 ?", "2026-12-31 23:59:59, 2027-12-31 23:59:59")]
    [InlineData("0 0 29 2 *", "2028-02-29 00:00:00, 2032-02-29 00:00:00")]
    [InlineData("0 0 0 29 2 ? 2028", "2028-02-29 00:00:00, never")]
    [InlineData("0 0 0 1 1 ? 2027/2", "2027-01-01 00:00:00, 2029-01-01 00:00:00")]
    [InlineData("0 0 0 1 1 ? 2020-2025", "never")]
    [InlineData("0\t0  *   * *", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    public void An_expression_is_due_when_its_documentation_says(string text, string expected)
    {
        var count = expected.Split(',').Length;
        var expression = CronExpression.Parse(text);

        Assert.Equal(expected, Instants.Next(expression, TimeZoneInfo.Utc, DaylightSavingRule.Default, NewYear, count));
    }

    [Theory]
    [InlineData("0 0 29 2 *", "2097-01-01", "2104-02-29 00:00:00")] // 2100 is no leap year
    [InlineData("0 0 * * *", "2026-01-01 00:00:00", "2026-01-02 00:00:00")]
    [InlineData("0 0 * * *", "2025-12-31 23:59:59.999", "2026-01-01 00:00:00")]
    [InlineData("* * * * * *", "2026-01-01 00:00:00.001", "2026-01-01 00:00:01")]
    [InlineData("0 0 * * *", "0001-01-01", "0001-01-02 00:00:00")]
    [InlineData("0 0 * * *", "9999-12-31", "never")]
    [InlineData("59 59 23 * * *", "9999-12-31", "9999-12-31 23:59:59")]
    [InlineData("59 59 23 * * *", "9999-12-31 23:59:59.5", "never")]
    public void Next_is_strictly_after_its_argument(string text, string after, string expected)
    {
        var next = CronExpression.Parse(text).Next(Instants.Utc(after), TimeZoneInfo.Utc);

        Assert.Equal(expected, Instants.Text(next));
    }

    [Theory]
    [InlineData("0 0 29 2 *", "2104-02-29", "2096-02-29 00:00:00")]
    [InlineData("0 0 * * *", "2026-01-01 00:00:00", "2025-12-31 00:00:00")]
    [InlineData("0 0 * * *", "2026-01-01 00:00:00.001", "2026-01-01 00:00:00")]
    [InlineData("30 4 1,15 * 5", "2026-01-10", "2026-01-09 04:30:00")]
    [InlineData("0 0 0 1 1 ? 2020-2025", "2026-06-01", "2025-01-01 00:00:00")]
    [InlineData("0 0 0 1 1 ? 2030", "2026-06-01", "never")]
    [InlineData("0 0 * * *", "0001-01-01 00:00:01", "0001-01-01 00:00:00")]
    [InlineData("0 0 * * *", "0001-01-01", "never")]
    [InlineData("59 59 23 * * *", "9999-12-31 23:59:59.9999999", "9999-12-31 23:59:59")]
    public void Previous_is_strictly_before_its_argument(string text, string before, string expected)
    {
        var previous = CronExpression.Parse(text).Previous(Instants.Utc(before), TimeZoneInfo.Utc);

        Assert.Equal(expected, Instants.Text(previous));
    }

    [Fact]
    public void A_zone_works_at_both_ends_of_the_calendar()
    {
        foreach (var id in new[] { "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Africa/Casablanca" })
        {
            var expression = CronExpression.Parse("0 * * * *");
            var zone = Instants.Zone(id);

            Assert.NotNull(expression.Next(DateTimeOffset.MinValue, zone));
            Assert.NotNull(expression.Previous(DateTimeOffset.MaxValue, zone));
            Assert.Null(expression.Previous(DateTimeOffset.MinValue, zone));
            Assert.Null(expression.Next(DateTimeOffset.MaxValue, zone));
        }
    }

    [Fact]
    public void An_expression_is_shown_as_written() => Assert.Equal(" */5 * * * * ", CronExpression.Parse(" */5 * * * * ").ToString());
}
