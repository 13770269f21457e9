namespace Silos.Schedules;

public sealed class CalendarTests
{
    private static readonly ScheduleAnchor Anchor = new(Instants.Utc("2026-01-01"));

    [Fact]
    public void An_excluded_occurrence_is_still_due()
    {
        var schedule = Compile("0 12 * * *", "UTC", "holidays");
        var due = Instants.Utc("2026-12-24 12:00");

        Assert.Equal(due, schedule.Next(due.AddHours(-1), Anchor));
        Assert.True(schedule.IsExcluded(due));
        Assert.Equal("holidays", schedule.ExcludedBy(due));
        Assert.True(schedule.IsExcluded(due.AddDays(2)));
        Assert.False(schedule.IsExcluded(due.AddDays(3)));
        Assert.False(schedule.IsExcluded(due.AddDays(-1)));
    }

    [Fact]
    public void Business_days_leave_out_the_weekend_except_for_working_saturdays()
    {
        var schedule = Compile("0 12 * * *", "UTC", "business");

        // 2026-01-09 is a Friday; the 10th is a working Saturday.
        Assert.Equal(
            [false, false, true, false],
            from day in Enumerable.Range(0, 4) select schedule.IsExcluded(Instants.Utc("2026-01-09 12:00").AddDays(day)));
        Assert.True(schedule.IsExcluded(Instants.Utc("2026-01-17 12:00")));
    }

    [Fact]
    public void Dates_are_those_of_the_schedules_zone_unless_the_calendar_has_its_own()
    {
        // 2026-12-23 23:30 UTC is the 24th in Dublin only in summer, but already is in Tokyo.
        var at = Instants.Utc("2026-12-23 23:30");
        Assert.False(Compile("30 * * * *", "Europe/Dublin", "holidays").IsExcluded(at));
        Assert.True(Compile("30 * * * *", "Asia/Tokyo", "holidays").IsExcluded(at));

        Assert.True(Compile("30 * * * *", "Europe/Dublin", "tokyo").IsExcluded(Instants.Utc("2026-01-01 15:00")));
        Assert.False(Compile("30 * * * *", "Europe/Dublin", "tokyo").IsExcluded(Instants.Utc("2026-01-02 15:00")));
    }

    [Fact]
    public void One_calendar_that_excludes_is_enough()
    {
        var schedule = Compile("0 12 * * *", "UTC", "business", "holidays");

        Assert.Equal("holidays", schedule.ExcludedBy(Instants.Utc("2026-12-24 12:00")));
        Assert.Equal("business", schedule.ExcludedBy(Instants.Utc("2026-12-26 12:00")));
        Assert.Null(schedule.ExcludedBy(Instants.Utc("2026-12-28 12:00")));
    }

    [Theory]
    [InlineData("2026-12-25", "2026-12-25", "2026-12-25")]
    [InlineData("2026-12-24..2027-01-02", "2026-12-24", "2027-01-02")]
    [InlineData(" 2026-12-24 .. 2026-12-24 ", "2026-12-24", "2026-12-24")]
    public void A_range_of_dates_is_read(string text, string from, string through)
    {
        var range = DateRange.Parse(text);

        Assert.Equal((from, through), ($"{range.From:yyyy-MM-dd}", $"{range.Through:yyyy-MM-dd}"));
        Assert.Equal(range, DateRange.Parse(range.ToString()));
    }

    [Theory]
    [InlineData("12-25", "2026-12-25 2031-12-25", "2026-12-24 2026-12-26")]
    [InlineData("05-01..05-03", "2026-05-01 2027-05-03", "2026-04-30 2026-05-04")]
    [InlineData("12-24..01-02", "2026-12-24 2026-12-31 2027-01-01 2027-01-02", "2026-12-23 2027-01-03")]
    [InlineData("02-29", "2028-02-29", "2026-02-28 2026-03-01")]
    public void A_range_without_years_comes_every_year(string text, string inside, string outside)
    {
        var range = DateRange.Parse(text);

        Assert.True(range.EveryYear);
        Assert.Equal(text, range.ToString());
        Assert.Equal(range, DateRange.Parse(range.ToString()));
        Assert.All(inside.Split(' '), day => Assert.True(range.Contains(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture))));
        Assert.All(outside.Split(' '), day => Assert.False(range.Contains(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02-30")]
    [InlineData("12-24..2026-12-26")]
    [InlineData("2026-02-30")]
    [InlineData("24.12.2026")]
    [InlineData("2026-12-26..2026-12-24")]
    [InlineData("2026-12-24..")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("write one day as 2026-12-25", Assert.Throws<FormatException>(() => DateRange.Parse(text)).Message, StringComparison.Ordinal);

    private static CompiledSchedule Compile(string expression, string zone, params string[] calendars) => CompiledSchedule.Compile(
        new ScheduleSpec { Expression = expression, TimeZone = zone, Calendars = calendars }, ScheduleTests.Environment, "job");
}
