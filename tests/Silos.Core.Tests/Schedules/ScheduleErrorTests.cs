namespace Silos.Schedules;

public sealed class ScheduleErrorTests
{
    [Theory]
    [InlineData("", "expression", 0, "empty")]
    [InlineData("* * * *", "expression", 7, "has 4 fields")]
    [InlineData("60 * * * *", "minute", 0, "60 is out of range")]
    [InlineData("0 0 30 2 *", "dayOfMonth", 4, "no date ever fits")]
    [InlineData("@every", "expression", 6, "'' is not a duration; write a duration like")]
    [InlineData("@every soon", "expression", 7, "'soon' is not a duration")]
    [InlineData("@every 0s", "expression", 7, "'0s' is too short")]
    [InlineData("@after 500ms", "expression", 7, "'500ms' is too short for an interval; write 1s or more")]
    [InlineData("@everything", "expression", 0, "'@everything' is no macro")]
    [InlineData("2026-13-40", "expression", 0, "'2026-13-40' is not a date")]
    [InlineData("2026-12-24T25:00:00Z", "expression", 0, "is not a date")]
    [InlineData("cron.unknown", "expression", 0, "the named schedule 'cron.unknown' is unknown; write one of cron.broken")]
    [InlineData("workhours", "expression", 0, "must have a name that begins with 'cron.', like 'cron.workhours'")]
    [InlineData("something", "expression", 0, "'something' is not a schedule; write a cron expression like")]
    [InlineData("cron.loop", "expression", null, "another name")]
    [InlineData("cron.broken", "dayOfMonth", null, "named schedule 'cron.broken' = '0 0 30 2 *': dayOfMonth: no date ever fits")]
    [InlineData("@function unknown", "expression", 10, "the schedule function 'unknown' is unknown; write one of broken")]
    public void A_bad_expression_is_named_with_its_place(string expression, string field, int? position, string message)
    {
        var error = Assert.Throws<ScheduleFormatException>(
            () => CompiledSchedule.Compile(expression, ScheduleTests.Environment, "job"));

        Assert.Equal((field, position), (error.Field, error.Position));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("../../etc/passwd")]
    [InlineData("CEST+1")]
    public void An_unknown_zone_is_refused(string zone) => AssertProblem(
        new ScheduleSpec { Expression = "@daily", TimeZone = zone }, "timeZone", $"'{zone}' is unknown; write an IANA id like Europe/Dublin");

    [Fact]
    public void Other_mistakes_name_their_property()
    {
        var spec = new ScheduleSpec { Expression = "@daily" };
        var at = Instants.Utc("2026-01-01");

        AssertProblem(spec with { Calendars = ["easter"] }, "calendars", "the calendar 'easter' is unknown; write one of business");
        AssertProblem(spec with { Calendars = ["nowhere"] }, "calendars", "in the calendar 'nowhere', the time zone 'Europe/Atlantis' is unknown");
        AssertProblem(spec with { StartAt = at, EndAt = at.AddSeconds(-1) }, "endAt", "is before startAt");
        AssertProblem(spec with { MaxOccurrences = 0 }, "maxOccurrences", "0 is too few");
        AssertProblem(spec with { Jitter = TimeSpan.FromSeconds(-1) }, "jitter", "is negative");
        AssertProblem(spec with { DaylightSaving = (DaylightSavingRule)9 }, "daylightSaving", "9 is unknown; write Default, Skip or Both");
    }

    [Fact]
    public void A_date_that_a_skip_rule_would_never_run_is_refused() => AssertProblem(
        new ScheduleSpec { Expression = "2026-03-29T02:30:00", TimeZone = "Europe/Berlin", DaylightSaving = DaylightSavingRule.Skip },
        "expression",
        "the clock of Europe/Berlin never shows '2026-03-29T02:30:00'");

    [Fact]
    public void Nothing_known_is_said_as_such() => Assert.Contains(
        "none is configured",
        Assert.Throws<ScheduleFormatException>(() => CompiledSchedule.Compile("cron.x", ScheduleEnvironment.Empty, "job")).Message,
        StringComparison.Ordinal);

    private static void AssertProblem(ScheduleSpec spec, string field, string message)
    {
        Assert.False(CompiledSchedule.TryCompile(spec, ScheduleTests.Environment, "job", out _, out var problem));
        Assert.Equal(field, problem.Field);
        Assert.Null(problem.Field == "expression" ? null : problem.Position);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }
}
