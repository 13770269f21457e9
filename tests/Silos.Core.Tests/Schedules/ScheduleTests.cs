namespace Silos.Schedules;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Created = Instants.Utc("2026-01-01 00:00");
    private static readonly ScheduleAnchor Anchor = new(Created);

    [Theory]
    [InlineData("@every 24h", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData("@every 1h30m", "2026-01-01 01:30:00, 2026-01-01 03:00:00")]
    [InlineData("@EVERY PT10M", "2026-01-01 00:10:00, 2026-01-01 00:20:00")]
    [InlineData("@every 00:00:01.5", "2026-01-01 00:00:01.5, 2026-01-01 00:00:03")]
    [InlineData("@after 10m", "2026-01-01 00:10:00, never")]
    [InlineData("2026-12-24T18:00:00Z", "2026-12-24 18:00:00, never")]
    [InlineData("2026-12-24T18:00:00+01:00", "2026-12-24 17:00:00, never")]
    [InlineData("2026-12-24T18:00:00.5Z", "2026-12-24 18:00:00.5, never")]
    [InlineData("2026-12-24 18:00", "2026-12-24 18:00:00, never")]
    [InlineData("2026-12-24", "2026-12-24 00:00:00, never")]
    [InlineData("2025-12-24", "never")]
    [InlineData("@reboot", "never")]
    [InlineData("@midnight", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData(" */15 * * * * ", "2026-01-01 00:15:00, 2026-01-01 00:30:00")]
    [InlineData("cron.workhours_15m", "2026-01-01 09:00:00, 2026-01-01 09:15:00")]
    [InlineData("cron.daily", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    [InlineData("@function next-daily", "2026-01-02 00:00:00, 2026-01-03 00:00:00")]
    public void Every_kind_of_expression_is_due_in_its_way(string expression, string expected)
    {
        var schedule = CompiledSchedule.Compile(expression, Environment, "job");

        Assert.Equal(expected, Next(schedule, Created, expected.Split(',').Length));
    }

    [Fact]
    public void Every_keeps_its_phase_whenever_it_is_asked()
    {
        var schedule = CompiledSchedule.Compile("@every 7h", ScheduleEnvironment.Empty, "job");

        Assert.Equal(Created.AddHours(7 * 1000), schedule.Next(Created.AddHours((7 * 1000) - 1), Anchor));
        Assert.Equal(Created.AddHours(7 * 1001), schedule.Next(Created.AddHours(7 * 1000), Anchor));
        Assert.Equal(Created.AddHours(7 * 999), schedule.Previous(Created.AddHours(7 * 1000), Anchor));
        Assert.Equal(Created.AddHours(7), schedule.Next(Created.AddYears(-5), Anchor));
        Assert.Null(schedule.Previous(Created.AddHours(7), Anchor));
        Assert.Null(schedule.Next(DateTimeOffset.MaxValue.AddHours(-1), Anchor));
    }

    [Fact]
    public void Every_counts_from_its_start_if_it_has_one_and_is_due_there()
    {
        var start = Instants.Utc("2026-03-01 06:00");
        var schedule = CompiledSchedule.Compile(
            new ScheduleSpec { Expression = "@every 24h", StartAt = start }, ScheduleEnvironment.Empty, "job");

        Assert.Equal(start, schedule.Next(Created, Anchor));
        Assert.Equal(start.AddDays(1), schedule.Next(start, Anchor));
        Assert.Null(schedule.Previous(start, Anchor));
        Assert.Equal(start, schedule.Previous(start.AddTicks(1), Anchor));
    }

    [Fact]
    public void Every_across_a_clock_change_is_elapsed_time()
    {
        var start = Instants.Utc("2026-03-28 12:00");
        var schedule = CompiledSchedule.Compile(
            new ScheduleSpec { Expression = "@every 24h", StartAt = start, TimeZone = "Europe/Dublin" }, ScheduleEnvironment.Empty, "job");

        Assert.Equal(start.AddHours(24), schedule.Next(start, Anchor));
    }

    [Fact]
    public void After_waits_for_the_end_of_a_run()
    {
        var schedule = CompiledSchedule.Compile("@after 10m", ScheduleEnvironment.Empty, "job");
        var first = Created.AddMinutes(10);

        Assert.True(schedule.DependsOnRunEnd);
        Assert.Equal(first, schedule.Next(Created, Anchor));
        Assert.Null(schedule.Next(first, Anchor));
        Assert.Equal(first.AddMinutes(35), schedule.Next(first, Anchor with { LastEndedAt = first.AddMinutes(25) }));
        Assert.Equal(first, schedule.Previous(first.AddTicks(1), Anchor));
    }

    [Theory]
    [InlineData("Europe/Berlin", "Default", "2026-12-24T18:00:00", "2026-12-24 17:00:00")]
    [InlineData("Europe/Berlin", "Default", "2026-03-29T02:30:00", "2026-03-29 01:00:00")] // in the gap
    [InlineData("Europe/Berlin", "Default", "2026-10-25T02:30:00", "2026-10-25 00:30:00")] // twice
    [InlineData("Europe/Berlin", "Skip", "2026-10-25T02:30:00", "2026-10-25 00:30:00")]
    [InlineData("Europe/Berlin", "Both", "2026-10-25T02:30:00", "2026-10-25 00:30:00, 2026-10-25 01:30:00")]
    [InlineData("Pacific/Apia", "Default", "2011-12-30T12:00:00", "2011-12-30 10:00:00")] // a day that never was
    [InlineData("Pacific/Kiritimati", "Default", "2026-12-24", "2026-12-23 10:00:00")]
    public void A_date_without_an_offset_is_local_time(string zone, string rule, string date, string expected)
    {
        var spec = new ScheduleSpec { Expression = date, TimeZone = zone, DaylightSaving = Enum.Parse<DaylightSavingRule>(rule) };
        var schedule = CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, "job");

        Assert.Equal(expected + ", never", Next(schedule, Instants.Utc("2001-01-01"), 3));
    }

    [Fact]
    public void The_default_zone_is_the_hosts_setting()
    {
        var host = new ScheduleEnvironment { DefaultTimeZone = Instants.Zone("Asia/Tokyo") };

        Assert.Equal(Created.AddHours(15), CompiledSchedule.Compile("0 0 * * *", host, "job").Next(Created, Anchor));
        Assert.Equal(
            Created.AddDays(1),
            CompiledSchedule.Compile(new ScheduleSpec { Expression = "0 0 * * *", TimeZone = "UTC" }, host, "job").Next(Created, Anchor));
        Assert.Equal(
            TimeZoneInfo.Local,
            CompiledSchedule.Compile(new ScheduleSpec { Expression = "0 0 * * *", TimeZone = "local" }, host, "job").Zone);
    }

    [Fact]
    public void Bounds_include_both_ends()
    {
        var spec = new ScheduleSpec
        {
            Expression = "0 0 * * *",
            StartAt = Instants.Utc("2026-02-01"),
            EndAt = Instants.Utc("2026-02-03"),
        };
        var schedule = CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, "job");

        Assert.Equal("2026-02-01 00:00:00, 2026-02-02 00:00:00, 2026-02-03 00:00:00, never", Next(schedule, Created, 9));
        Assert.Equal(spec.EndAt, schedule.Previous(Instants.Utc("2027-01-01"), Anchor));
        Assert.Equal(spec.StartAt, schedule.Previous(Instants.Utc("2026-02-02"), Anchor));
        Assert.Null(schedule.Previous(Instants.Utc("2026-02-01"), Anchor));
        Assert.Null(schedule.Next(spec.EndAt.Value, Anchor));
    }

    [Fact]
    public void A_function_is_asked_on_the_clock_of_the_zone()
    {
        var schedule = CompiledSchedule.Compile(
            new ScheduleSpec { Expression = "@function next-daily", TimeZone = "Asia/Tokyo" }, Environment, "job");

        Assert.Equal(Created.AddHours(15), schedule.Next(Created, Anchor));
        Assert.Null(schedule.Previous(Created, Anchor));
    }

    [Fact]
    public void A_function_that_stands_still_is_an_error()
    {
        var schedule = CompiledSchedule.Compile("@function stuck", Environment, "job");

        var error = Assert.Throws<ScheduleFunctionException>(() => schedule.Next(Created, Anchor));

        Assert.Equal(("stuck", Created, Created), (error.Key, error.After, error.Result));
        Assert.Contains("must return a later instant", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_throws_is_an_error_that_names_it()
    {
        var schedule = CompiledSchedule.Compile("@function broken", Environment, "job");

        var error = Assert.Throws<ScheduleFunctionException>(() => schedule.Next(Created, Anchor));

        Assert.Null(error.Result);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Contains("'broken' threw", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_may_end() =>
        Assert.Null(CompiledSchedule.Compile("@function never", Environment, "job").Next(Created, Anchor));

    [Theory]
    [InlineData("@every 24h", "Every 1 day")]
    [InlineData("@every 1h30m", "Every 1 hour 30 minutes")]
    [InlineData("@after 10m", "10 minutes after the end of the previous run")]
    [InlineData("@reboot", "Once at every start")]
    [InlineData("2026-12-24T18:00:00Z", "Once, at 2026-12-24 18:00:00 UTC")]
    [InlineData("@function next-daily", "When the function 'next-daily' says")]
    [InlineData("cron.workhours_15m", "Every 15 minutes from 09:00 through 17:59, Monday through Friday")]
    public void Every_kind_is_explained(string expression, string expected) =>
        Assert.Equal(expected, CompiledSchedule.Compile(expression, Environment, "job").Explanation);

    [Fact]
    public void An_explanation_says_what_limits_a_schedule()
    {
        var spec = new ScheduleSpec
        {
            Expression = "30 1 * * *",
            TimeZone = "Europe/Dublin",
            StartAt = Instants.Utc("2026-02-01"),
            EndAt = Instants.Utc("2026-03-01"),
            MaxOccurrences = 5,
            Jitter = TimeSpan.FromSeconds(30),
            Calendars = ["holidays"],
        };

        Assert.Equal(
            "At 01:30 every day (Europe/Dublin), from 2026-02-01 00:00:00 UTC, until 2026-03-01 00:00:00 UTC, 5 times at most, "
            + "put off by up to 30 seconds, except when 'holidays' excludes the day",
            CompiledSchedule.Compile(spec, Environment, "job").Explanation);
    }

    internal static ScheduleEnvironment Environment { get; } = new()
    {
        NamedSchedules = new Dictionary<string, string>
        {
            ["cron.workhours_15m"] = "0 */15 9-17 ? * MON-FRI",
            ["cron.daily"] = "@every 24h",
            ["cron.loop"] = "cron.loop",
            ["cron.broken"] = "0 0 30 2 *",
            ["workhours"] = "0 9 * * *",
        },
        Calendars = new Dictionary<string, Calendar>
        {
            ["holidays"] = new() { Name = "holidays", Excluded = [DateRange.Parse("2026-12-24..2026-12-26")] },
            ["business"] = new()
            {
                Name = "business",
                AllowedDays = DaysOfWeek.Weekdays,
                Included = [DateRange.Parse("2026-01-10")],
            },
            ["tokyo"] = new() { Name = "tokyo", TimeZone = "Asia/Tokyo", Excluded = [DateRange.Parse("2026-01-02")] },
            ["nowhere"] = new() { Name = "nowhere", TimeZone = "Europe/Atlantis" },
        },
        Functions = new Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>>
        {
            ["next-daily"] = now => new DateTimeOffset(now.Date.AddDays(1), now.Offset),
            ["stuck"] = now => now,
            ["broken"] = _ => throw new InvalidOperationException("no database"),
            ["never"] = _ => null,
        },
    };

    private static string Next(CompiledSchedule schedule, DateTimeOffset after, int count)
    {
        var found = new List<string>();
        DateTimeOffset? at = after;
        while (at is not null && found.Count < count)
        {
            at = schedule.Next(at.Value, Anchor);
            found.Add(Instants.Text(at));
        }

        return string.Join(", ", found);
    }
}
