namespace Silos.Schedules;

/// <summary><c>H</c> and jitter: spread, but always the same.</summary>
public sealed class SpreadTests
{
    private static readonly DateTimeOffset Created = Instants.Utc("2026-01-01");
    private static readonly ScheduleAnchor Anchor = new(Created);

    [Fact]
    public void A_thousand_hourly_jobs_spread_over_the_hour()
    {
        var minutes = Enumerable.Range(0, 1000)
            .Select(i => CronExpression.Parse("H * * * *", $"job-{i}").Next(Created, TimeZoneInfo.Utc)!.Value.Minute)
            .CountBy(minute => minute)
            .ToDictionary();

        Assert.Equal(60, minutes.Count);
        Assert.InRange(minutes.Values.Max(), 17, 40);
    }

    [Theory] // Written down once: another value would move somebody's jobs.
    [InlineData("H H * * *", "cleanup", "2026-01-01 16:57:00")]
    [InlineData("H H H * *", "cleanup", "2026-01-21 16:57:00")]
    [InlineData("H H(0-5) * * H", "cleanup", "2026-01-03 04:57:00")]
    public void H_never_changes_between_versions(string text, string job, string expected) =>
        Assert.Equal(expected, Instants.Text(CronExpression.Parse(text, job).Next(Created, TimeZoneInfo.Utc)));

    [Theory]
    [InlineData("H(0-29) * * * *", 0, 29, 1)]
    [InlineData("H(10-12) * * * *", 10, 12, 1)]
    [InlineData("H/15 * * * *", 0, 59, 4)]
    [InlineData("H(0-29)/10 * * * *", 0, 29, 3)]
    public void H_stays_within_its_range(string text, int least, int most, int anHour)
    {
        for (var job = 0; job < 200; job++)
        {
            var expression = CronExpression.Parse(text, $"job-{job}");
            var found = Instants.Next(expression, TimeZoneInfo.Utc, DaylightSavingRule.Default, Created.AddTicks(-1), anHour + 1).Split(", ");
            var minutes = found.Select(at => Instants.Utc(at).Minute).ToList();

            Assert.All(minutes, minute => Assert.InRange(minute, least, most));
            Assert.Equal(minutes[0], minutes[anHour]);
            Assert.Equal(1, Instants.Utc(found[anHour]).Hour);
        }
    }

    [Fact]
    public void H_as_a_day_comes_every_month()
    {
        for (var job = 0; job < 100; job++)
        {
            var expression = CronExpression.Parse("H H H * *", $"job-{job}");
            var at = Created.AddTicks(-1);
            for (var month = 1; month <= 12; month++)
            {
                at = expression.Next(at, TimeZoneInfo.Utc)!.Value;
                Assert.Equal(month, at.Month);
            }
        }
    }

    [Fact]
    public void Jitter_is_the_same_for_one_job_and_differs_between_jobs()
    {
        var spec = new ScheduleSpec { Expression = "0 * * * *", Jitter = TimeSpan.FromMinutes(5) };

        var offsets = Enumerable.Range(0, 100)
            .Select(i => CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, $"job-{i}").Next(Created.AddMinutes(30), Anchor) - Created.AddHours(1))
            .ToList();

        Assert.All(offsets, offset => Assert.InRange(offset!.Value, TimeSpan.Zero, spec.Jitter));
        Assert.True(offsets.Distinct().Count() > 95);
        Assert.Equal(
            offsets[7], CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, "job-7").Next(Created.AddMinutes(30), Anchor) - Created.AddHours(1));
    }

    [Theory]
    [InlineData("*/15 * * * *", "00:10:00")]
    [InlineData("* * * * *", "01:00:00")] // far more than there is room for
    [InlineData("30 1 * * *", "02:00:00")]
    [InlineData("@every 90s", "00:05:00")]
    public void Jitter_keeps_every_occurrence_and_their_order(string expression, string jitter)
    {
        var spec = new ScheduleSpec { Expression = expression, TimeZone = "Europe/Dublin" };
        var plain = CompiledSchedule.Compile(spec, ScheduleEnvironment.Empty, "job");
        var spread = CompiledSchedule.Compile(
            spec with { Jitter = TimeSpan.Parse(jitter, System.Globalization.CultureInfo.InvariantCulture) }, ScheduleEnvironment.Empty, "job");
        var start = Instants.Utc("2026-03-28");

        // Walking from each spread instant meets one for every plain one, each before the next plain one.
        var nominal = plain.Next(start, Anchor)!.Value;
        var due = spread.Next(nominal.AddTicks(-1), Anchor)!.Value;
        for (var i = 0; i < 300; i++)
        {
            var following = plain.Next(nominal, Anchor)!.Value;
            Assert.InRange(due, nominal, following.AddTicks(-1));
            Assert.True(due - nominal <= spread.Spec.Jitter);
            Assert.Equal(due, spread.Next(due.AddTicks(-1), Anchor));
            Assert.Equal(due, spread.Previous(due.AddTicks(1), Anchor));
            var next = spread.Next(due, Anchor)!.Value;
            Assert.Equal(due, spread.Previous(next, Anchor));
            (nominal, due) = (following, next);
        }
    }

    [Fact]
    public void Jitter_never_reaches_beyond_the_end()
    {
        for (var job = 0; job < 50; job++)
        {
            var end = Created.AddMinutes(62);
            var schedule = CompiledSchedule.Compile(
                new ScheduleSpec { Expression = "0 * * * *", StartAt = Created, EndAt = end, Jitter = TimeSpan.FromMinutes(10) },
                ScheduleEnvironment.Empty,
                $"job-{job}");

            var all = schedule.Preview(Created.AddHours(-3), 10, Anchor).Select(p => p.Instant).ToList();

            Assert.All(all, at => Assert.InRange(at, Created, end));
            Assert.Equal(all[^1], schedule.Previous(Created.AddYears(1), Anchor));
        }
    }

    [Fact]
    public void A_schedule_with_everything_allocates_nothing()
    {
        var spec = new ScheduleSpec
        {
            Expression = "*/15 9-17 * * MON-FRI",
            TimeZone = "Europe/Dublin",
            StartAt = Created,
            EndAt = Created.AddYears(20),
            Jitter = TimeSpan.FromMinutes(3),
            Calendars = ["business", "holidays"],
        };
        var schedule = CompiledSchedule.Compile(spec, ScheduleTests.Environment, "job");
        var excluded = Walk();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = Walk();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(excluded, again);

        int Walk()
        {
            var at = Created;
            var count = 0;
            for (var i = 0; i < 20_000; i++)
            {
                at = schedule.Next(at, Anchor)!.Value;
                count += schedule.IsExcluded(at) ? 1 : 0;
            }

            return count + (schedule.Previous(at, Anchor) is null ? 1 : 0);
        }
    }
}
