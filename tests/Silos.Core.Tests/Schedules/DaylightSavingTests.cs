namespace Silos.Schedules;

public sealed class DaylightSavingTests
{
    [Theory]

    // New York: 2026-03-08 02:00 → 03:00 (07:00 UTC), 2026-11-01 02:00 → 01:00 (06:00 UTC).
    [InlineData("America/New_York", "30 2 * * *", "Default", "2026-03-07 12:00", "2026-03-08 07:00:00, 2026-03-09 06:30:00")]
    [InlineData("America/New_York", "30 2 * * *", "Both", "2026-03-07 12:00", "2026-03-08 07:00:00, 2026-03-09 06:30:00")]
    [InlineData("America/New_York", "30 2 * * *", "Skip", "2026-03-07 12:00", "2026-03-09 06:30:00")]
    [InlineData("America/New_York", "0 2 * * *", "Default", "2026-03-07 12:00", "2026-03-08 07:00:00, 2026-03-09 06:00:00")]
    [InlineData("America/New_York", "0 3 * * *", "Default", "2026-03-07 12:00", "2026-03-08 07:00:00, 2026-03-09 07:00:00")]
    [InlineData("America/New_York", "10,20 2,3 * * *", "Default", "2026-03-08 00:00", "2026-03-08 07:00:00, 2026-03-08 07:10:00, 2026-03-08 07:20:00, 2026-03-09 06:10:00")]
    [InlineData("America/New_York", "*/30 * * * *", "Default", "2026-03-08 06:00", "2026-03-08 06:30:00, 2026-03-08 07:00:00, 2026-03-08 07:30:00")]
    [InlineData("America/New_York", "5 * * * *", "Default", "2026-03-08 06:00", "2026-03-08 06:05:00, 2026-03-08 07:05:00, 2026-03-08 08:05:00")]
    [InlineData("America/New_York", "0 0-3 * * *", "Default", "2026-03-08 00:00", "2026-03-08 05:00:00, 2026-03-08 06:00:00, 2026-03-08 07:00:00, 2026-03-09 04:00:00")]
    [InlineData("America/New_York", "*/30 2 * * *", "Default", "2026-03-07 12:00", "2026-03-09 06:00:00, 2026-03-09 06:30:00")]
    [InlineData("America/New_York", "30 1 * * *", "Default", "2026-11-01 00:00", "2026-11-01 05:30:00, 2026-11-02 06:30:00")]
    [InlineData("America/New_York", "30 1 * * *", "Skip", "2026-11-01 00:00", "2026-11-01 05:30:00, 2026-11-02 06:30:00")]
    [InlineData("America/New_York", "30 1 * * *", "Both", "2026-11-01 00:00", "2026-11-01 05:30:00, 2026-11-01 06:30:00, 2026-11-02 06:30:00")]
    [InlineData("America/New_York", "0 1 * * *", "Default", "2026-11-01 00:00", "2026-11-01 05:00:00, 2026-11-02 06:00:00")]
    [InlineData("America/New_York", "0 2 * * *", "Default", "2026-11-01 00:00", "2026-11-01 07:00:00, 2026-11-02 07:00:00")]
    [InlineData("America/New_York", "*/30 * * * *", "Default", "2026-11-01 04:45", "2026-11-01 05:00:00, 2026-11-01 05:30:00, 2026-11-01 06:00:00, 2026-11-01 06:30:00, 2026-11-01 07:00:00")]
    [InlineData("America/New_York", "*/30 * * * *", "Skip", "2026-11-01 04:45", "2026-11-01 05:00:00, 2026-11-01 05:30:00, 2026-11-01 07:00:00")]
    [InlineData("America/New_York", "*/30 1 * * *", "Default", "2026-11-01 04:45", "2026-11-01 05:00:00, 2026-11-01 05:30:00, 2026-11-01 06:00:00, 2026-11-01 06:30:00, 2026-11-02 06:00:00")]
    [InlineData("America/New_York", "*/20 30 1 * * *", "Default", "2026-11-01 00:00", "2026-11-01 05:30:00, 2026-11-01 05:30:20, 2026-11-01 05:30:40, 2026-11-02 06:30:00")]

    // Dublin: "standard time" is the summer's; .NET knows its winter as negative daylight saving.
    [InlineData("Europe/Dublin", "30 1 * * *", "Default", "2026-03-28 12:00", "2026-03-29 01:00:00, 2026-03-30 00:30:00")]
    [InlineData("Europe/Dublin", "30 1 * * *", "Default", "2026-10-24 12:00", "2026-10-25 00:30:00, 2026-10-26 01:30:00")]
    [InlineData("Europe/Dublin", "30 1 * * *", "Both", "2026-10-24 12:00", "2026-10-25 00:30:00, 2026-10-25 01:30:00, 2026-10-26 01:30:00")]
    [InlineData("Europe/Dublin", "30 1 * * *", "Default", "2026-01-10", "2026-01-10 01:30:00, 2026-01-11 01:30:00")]

    // Lord Howe: clocks change by half an hour. 2026-04-05 02:00 → 01:30, 2026-10-04 02:00 → 02:30.
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "Default", "2026-10-03 00:00", "2026-10-03 15:30:00, 2026-10-04 15:15:00")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "Skip", "2026-10-03 00:00", "2026-10-04 15:15:00")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "Default", "2026-04-04 00:00", "2026-04-04 14:45:00, 2026-04-05 15:15:00")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "Both", "2026-04-04 00:00", "2026-04-04 14:45:00, 2026-04-04 15:15:00, 2026-04-05 15:15:00")]
    [InlineData("Australia/Lord_Howe", "0 * * * *", "Default", "2026-10-03 14:00", "2026-10-03 14:30:00, 2026-10-03 16:00:00, 2026-10-03 17:00:00")]

    // Casablanca: clocks go back for Ramadan. 2026-02-15 03:00 → 02:00, 2026-03-22 02:00 → 03:00.
    [InlineData("Africa/Casablanca", "30 2 * * *", "Default", "2026-02-14 12:00", "2026-02-15 01:30:00, 2026-02-16 02:30:00")]
    [InlineData("Africa/Casablanca", "30 2 * * *", "Default", "2026-03-21 12:00", "2026-03-22 02:00:00, 2026-03-23 01:30:00")]

    // A gap at midnight (Beirut), a whole day skipped (Samoa crossed the date line).
    [InlineData("Asia/Beirut", "0 0 * * *", "Default", "2026-03-28 12:00", "2026-03-28 22:00:00, 2026-03-29 21:00:00")]
    [InlineData("Pacific/Apia", "0 12 * * *", "Default", "2011-12-29 12:00", "2011-12-29 22:00:00, 2011-12-30 10:00:00, 2011-12-30 22:00:00")]
    [InlineData("Pacific/Apia", "0 12 * * *", "Skip", "2011-12-29 12:00", "2011-12-29 22:00:00, 2011-12-30 22:00:00, 2011-12-31 22:00:00")]
    [InlineData("Pacific/Apia", "0 12 30 12 *", "Default", "2011-06-01", "2011-12-30 10:00:00, 2012-12-29 22:00:00")]
    public void Clock_changes_follow_the_declared_rule(string zone, string text, string rule, string after, string expected)
    {
        var count = expected.Split(',').Length;
        var found = Instants.Next(
            CronExpression.Parse(text), Instants.Zone(zone), Enum.Parse<DaylightSavingRule>(rule), Instants.Utc(after), count);

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("30 1 * * *")]
    [InlineData("0 1 * * *")]
    [InlineData("0 2 * * *")]
    [InlineData("15,45 0,1,2 * * *")]
    [InlineData("*/20 * * * *")]
    [InlineData("30 1 * * SUN")]
    [InlineData("59 0-2 L * *")]
    public void Dublin_and_London_share_every_instant_from_2000_through_2037(string text)
    {
        var (dublin, london) = (Instants.Zone("Europe/Dublin"), Instants.Zone("Europe/London"));
        var expression = CronExpression.Parse(text);
        var end = Instants.Utc("2038-01-01");
        foreach (var rule in Enum.GetValues<DaylightSavingRule>())
        {
            var count = 0;
            DateTimeOffset? at = Instants.Utc("2000-01-01");
            while (at < end)
            {
                var next = expression.Next(at.Value, dublin, rule);
                Assert.Equal(expression.Next(at.Value, london, rule), next);
                Assert.True(next > at);
                at = next;
                count++;
            }

            Assert.True(count > 38 * 11, $"{count} occurrences");
        }
    }

    [Fact]
    public void Half_past_one_in_Dublin_comes_once_a_day_for_38_years()
    {
        var expression = CronExpression.Parse("30 1 * * *");
        var zone = Instants.Zone("Europe/Dublin");
        var at = Instants.Utc("1999-12-31 12:00");
        for (var day = new DateOnly(2000, 1, 1); day.Year < 2038; day = day.AddDays(1))
        {
            at = expression.Next(at, zone)!.Value;
            Assert.Equal(day, DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime));
        }
    }
}
