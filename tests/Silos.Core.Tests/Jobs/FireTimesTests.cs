using Silos.Jobs;
using Silos.Schedules;

namespace Silos.Core.Tests.Jobs;

public sealed class FireTimesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_instant_that_is_due_now_is_enqueued_and_the_next_one_is_known()
    {
        var plan = Plan(Make("0 * * * *", Noon.AddMinutes(-30)), Noon);

        Assert.Equal([new FireDecision(Noon, Verdict.Enqueued, 1)], plan.Decisions);
        Assert.Equal(Noon, plan.Cursor);
        Assert.Equal(Noon.AddHours(1), plan.NextDue);
        Assert.Equal([1L], plan.Counts);
        Assert.False(plan.HasMore);
    }

    [Fact]
    public void Nothing_due_decides_nothing_and_moves_the_cursor()
    {
        var plan = Plan(Make("0 * * * *", Noon), Noon.AddMinutes(10));

        Assert.Empty(plan.Decisions);
        Assert.Equal(Noon.AddMinutes(10), plan.Cursor);
        Assert.Equal(Noon.AddHours(1), plan.NextDue);
    }

    [Theory]
    [InlineData(CatchUpMode.None, 5, "enqueued")]
    [InlineData(CatchUpMode.None, 6, "superseded")]
    [InlineData(CatchUpMode.Last, 6, "caught_up")]
    [InlineData(CatchUpMode.All, 6, "caught_up")]
    [InlineData(CatchUpMode.Last, 3_600, "caught_up")]
    [InlineData(CatchUpMode.Last, 3_601, "missed")]
    [InlineData(CatchUpMode.All, 3_601, "missed")]
    [InlineData(CatchUpMode.None, 3_601, "missed")]
    public void A_single_late_instant_is_decided_by_its_age(CatchUpMode mode, int secondsLate, string verdict)
    {
        var plan = Plan(Make("0 12 * * *", Noon.AddHours(-1), mode), Noon.AddSeconds(secondsLate));

        Assert.Equal([$"12:00:00 {verdict}"], Lines(plan));
    }

    [Fact]
    public void Catch_up_last_runs_the_latest_instant_of_the_window_and_names_what_became_of_the_others()
    {
        // Down from 10:00 to 12:10; the window reaches back to 11:10.
        var plan = Plan(Make("0,30 * * * *", Noon.AddHours(-2)), Noon.AddMinutes(10));

        Assert.Equal(["10:30:00 missed", "11:00:00 missed", "11:30:00 superseded", "12:00:00 caught_up"], Lines(plan));
    }

    [Fact]
    public void Catch_up_all_runs_every_instant_of_the_window_oldest_first()
    {
        var plan = Plan(Make("0,30 * * * *", Noon.AddHours(-2), CatchUpMode.All), Noon.AddMinutes(10));

        Assert.Equal(["10:30:00 missed", "11:00:00 missed", "11:30:00 caught_up", "12:00:00 caught_up"], Lines(plan));
    }

    [Fact]
    public void An_instant_on_time_takes_the_place_of_the_late_ones()
    {
        var plan = Plan(Make("* * * * *", Noon.AddMinutes(-3)), Noon.AddSeconds(2));

        Assert.Equal(["11:58:00 superseded", "11:59:00 superseded", "12:00:00 enqueued"], Lines(plan));
    }

    [Fact]
    public void Every_instant_within_the_tolerance_runs()
    {
        var plan = Plan(Make("* * * * * *", Noon), Noon.AddSeconds(3));

        Assert.Equal(["12:00:01 enqueued", "12:00:02 enqueued", "12:00:03 enqueued"], Lines(plan));
    }

    [Fact]
    public void Schedules_due_at_the_same_instant_share_one_decision()
    {
        var plan = Plan(Make(["0 * * * *", "0 12 * * *", "30 11 * * *"], Noon.AddHours(-1), CatchUpMode.All), Noon);

        Assert.Equal(["11:30:00 caught_up", "12:00:00 enqueued"], Lines(plan));
        Assert.Equal([1L, 1L, 1L], plan.Counts);
    }

    [Fact]
    public void A_calendar_that_excludes_the_day_skips_the_instant_unless_another_schedule_wants_it()
    {
        var weekend = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        ScheduleSpec business = new() { Expression = "0 * * * *", Calendars = ["business"] };

        Assert.Equal(["12:00:00 skipped_calendar"], Lines(Plan(Make([business], weekend.AddMinutes(-1)), weekend)));
        var both = Plan(Make([business, "0 12 * * *"], weekend.AddMinutes(-1)), weekend);
        Assert.Equal(["12:00:00 enqueued"], Lines(both));
        Assert.Equal([0L, 1L], both.Counts);
    }

    [Fact]
    public void Catch_up_last_passes_over_instants_that_a_calendar_excludes()
    {
        // Saturday 00:20: Friday's last hour is the latest that may run.
        var saturday = new DateTimeOffset(2026, 11, 7, 0, 20, 0, TimeSpan.Zero);
        ScheduleSpec business = new() { Expression = "*/30 * * * *", Calendars = ["business"] };

        var plan = Plan(Make([business], saturday.AddHours(-2)), saturday);

        Assert.Equal(["22:30:00 missed", "23:00:00 missed", "23:30:00 caught_up", "00:00:00 skipped_calendar"], Lines(plan));
    }

    [Fact]
    public void What_a_pause_swallowed_is_skipped_and_the_last_one_is_made_up_for()
    {
        var pause = new PausedTime(Noon.AddMinutes(-100), Noon.AddMinutes(2));
        var plan = Plan(Make("0,30 * * * *", Noon.AddMinutes(-100)), new FireFacts { Now = Noon.AddMinutes(2), Paused = [pause] });

        Assert.Equal(
            ["10:30:00 skipped_paused", "11:00:00 skipped_paused", "11:30:00 skipped_paused", "12:00:00 caught_up"], Lines(plan));
    }

    [Fact]
    public void An_instant_of_a_paused_time_is_never_on_time()
    {
        var pause = new PausedTime(Noon.AddMinutes(-5), Noon.AddSeconds(1));
        var plan = Plan(
            Make("0 * * * *", Noon.AddMinutes(-5), CatchUpMode.None), new FireFacts { Now = Noon.AddSeconds(1), Paused = [pause] });

        Assert.Equal(["12:00:00 skipped_paused"], Lines(plan));
    }

    [Fact]
    public void A_paused_or_disabled_job_decides_nothing_and_its_time_stands_still()
    {
        var job = Make("0 * * * *", Noon.AddHours(-3));
        var paused = Plan(job with { Pause = new Pause("ann", null, Noon.AddHours(-3)) }, Noon);
        var disabled = Plan(job with { Definition = job.Definition with { Enabled = false } }, Noon);
        var suspended = Plan(job, new FireFacts { Now = Noon, Suspended = true });

        Assert.All([paused, disabled, suspended], plan =>
        {
            Assert.Empty(plan.Decisions);
            Assert.Null(plan.NextDue);
            Assert.Equal(Noon.AddHours(-3), plan.Cursor);
        });
    }

    [Fact]
    public void A_clock_that_jumps_back_decides_nothing_twice()
    {
        var job = Make("* * * * *", Noon);
        var plan = Plan(job, Noon.AddHours(-1));

        Assert.Empty(plan.Decisions);
        Assert.Equal(Noon, plan.Cursor);
        Assert.Equal(Noon.AddMinutes(1), plan.NextDue);
    }

    [Fact]
    public void A_schedule_ends_when_its_occurrences_are_used_up()
    {
        ScheduleSpec twice = new() { Expression = "0 * * * *", MaxOccurrences = 2 };
        var plan = Plan(Make([twice], Noon.AddHours(-3), CatchUpMode.All, TimeSpan.FromDays(1)), Noon);

        Assert.Equal(["10:00:00 caught_up", "11:00:00 caught_up"], Lines(plan));
        Assert.Null(plan.NextDue);
        Assert.Equal([2L], plan.Counts);
    }

    [Fact]
    public void What_is_dropped_uses_up_no_occurrence()
    {
        ScheduleSpec once = new() { Expression = "0 * * * *", MaxOccurrences = 1 };
        var plan = Plan(Make([once], Noon.AddHours(-3)), Noon.AddSeconds(30));

        Assert.Equal(["10:00:00 missed", "11:00:00 missed", "12:00:00 caught_up"], Lines(plan));
        Assert.Null(plan.NextDue);
    }

    [Fact]
    public void A_bound_that_lies_before_now_ends_the_schedule()
    {
        ScheduleSpec bounded = new() { Expression = "0 * * * *", EndAt = Noon.AddHours(-1) };
        var plan = Plan(Make([bounded], Noon.AddHours(-2), CatchUpMode.All), Noon);

        Assert.Equal(["11:00:00 caught_up"], Lines(plan));
        Assert.Null(plan.NextDue);
    }

    [Theory]
    [InlineData(OverlapMode.CancelRunning)]
    [InlineData(OverlapMode.TerminateRunning)]
    public void Where_each_run_would_end_the_one_before_only_the_latest_instant_runs(OverlapMode mode)
    {
        var job = Make("* * * * * *", Noon, CatchUpMode.All);
        job = job with { Definition = job.Definition with { Overlap = new OverlapPolicy { Mode = mode } } };

        Assert.Equal(["12:00:01 superseded", "12:00:02 superseded", "12:00:03 enqueued"], Lines(Plan(job, Noon.AddSeconds(3))));
    }

    [Fact]
    public void After_is_due_once_the_previous_run_has_ended_and_then_waits_for_the_next_end()
    {
        var job = Make("@after 10m", Noon, CatchUpMode.All) with { LastEndedAt = Noon.AddMinutes(1) };
        var plan = Plan(job, Noon.AddMinutes(11));

        Assert.Equal(["12:11:00 enqueued"], Lines(plan));
        Assert.Null(plan.NextDue);
        var decided = job with { Cursor = plan.Cursor };
        Assert.True(FireTimes.NeedsLiveRuns(decided, Compile(decided)));
        Assert.Null(Plan(decided, new FireFacts { Now = Noon.AddMinutes(30), HasLiveRun = true }).NextDue);
    }

    [Fact]
    public void After_that_was_dropped_comes_again_although_no_run_ended()
    {
        var job = Make("@after 10m", Noon) with { LastEndedAt = Noon };
        var plan = Plan(job, Noon.AddHours(3).AddMinutes(5));

        Assert.Equal(["12:10:00 missed"], Lines(plan));
        Assert.Equal(Noon.AddHours(3).AddMinutes(10), plan.NextDue);
        var later = Plan(job with { Cursor = plan.Cursor }, Noon.AddHours(3).AddMinutes(10));
        Assert.Equal(["15:10:00 enqueued"], Lines(later));
    }

    [Fact]
    public void A_start_is_due_once_per_process()
    {
        var job = Make(["@reboot", "0 * * * *"], Noon.AddMinutes(-5)) with { RebootMark = "old" };
        var facts = new FireFacts { Now = Noon.AddMinutes(1), Start = new ProcessStart("new", Noon.AddMinutes(1)) };
        var plan = Plan(job, facts);

        Assert.Equal(["12:00:00 superseded", "12:01:00 enqueued"], Lines(plan));
        Assert.Equal("new", plan.RebootMark);
        Assert.Empty(Plan(job with { RebootMark = "new", Cursor = plan.Cursor }, facts).Decisions);
    }

    [Fact]
    public void A_start_of_a_paused_job_is_written_down_as_skipped()
    {
        var job = Make("@reboot", Noon.AddHours(-1)) with { Pause = new Pause("ann", null, Noon.AddHours(-1)) };
        var plan = Plan(job, new FireFacts { Now = Noon, Start = new ProcessStart("new", Noon) });

        Assert.Equal(["12:00:00 skipped_paused"], Lines(plan));
        Assert.Equal(Noon.AddHours(-1), plan.Cursor);
    }

    [Fact]
    public void A_function_that_does_not_move_forward_breaks_only_its_own_schedule()
    {
        var job = Make(["@function stuck", "0 * * * *"], Noon.AddHours(-1));
        var plan = Plan(job, Noon);

        Assert.Equal(["12:00:00 enqueued"], Lines(plan));
        Assert.Equal(0, Assert.Single(plan.Broken).Index);
        Assert.Contains("must return a later instant", plan.Broken[0].Problem, StringComparison.Ordinal);
        Assert.Equal(Noon.AddHours(1), plan.NextDue);
    }

    [Fact]
    public void A_gap_of_more_instants_than_rows_is_one_range_for_each_verdict()
    {
        // 13 hours of a per-second job: 12 hours missed, 1 hour (less the tolerance) superseded.
        var plan = Plan(Make("* * * * * *", Noon.AddHours(-13)), Noon);

        Assert.Equal(
            [
                new FireDecision(Noon.AddHours(-13).AddSeconds(1), Verdict.Missed, 0, Noon.AddHours(-1).AddSeconds(-1), 43_199),
                new FireDecision(Noon.AddHours(-1), Verdict.Superseded, 0, Noon.AddSeconds(-6), 3_595),
            ],
            plan.Decisions.Take(2));
        Assert.Equal(6, plan.Decisions.Count(d => d.Verdict == Verdict.Enqueued));
        Assert.False(plan.HasMore);
    }

    [Fact]
    public void A_year_of_every_second_is_decided_at_once_with_exact_bounds()
    {
        var plan = Plan(Make("* * * * * *", Noon.AddDays(-365)), Noon.AddSeconds(30));

        Assert.False(plan.HasMore);
        Assert.Equal(Verdict.Missed, plan.Decisions[0].Verdict);
        Assert.Equal(Noon.AddDays(-365).AddSeconds(1), plan.Decisions[0].DueAt);
        Assert.Equal(Noon.AddSeconds(30).AddHours(-1).AddSeconds(-1), plan.Decisions[0].Until);
        Assert.Equal((365 * 86_400) + 30 - 3_600 - 1, plan.Decisions[0].Count);
        Assert.Equal(Noon.AddSeconds(30), plan.Cursor);
    }

    [Fact]
    public void A_long_catch_up_is_decided_in_chunks()
    {
        var job = Make("* * * * * *", Noon, CatchUpMode.All);
        var plan = Plan(job, Noon.AddMinutes(30));

        Assert.True(plan.HasMore);
        Assert.Equal(1_000, plan.Decisions.Count);
        Assert.Equal(Noon.AddSeconds(1_000), plan.Cursor);
        Assert.Equal(Noon.AddSeconds(1_001), plan.NextDue);
    }

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", "30 2 * * *", "2026-03-29T01:00:00Z 2026-03-30T00:30:00Z")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z", "30 2 * * *", "2026-10-25T00:30:00Z 2026-10-26T01:30:00Z")]
    public void On_the_nights_when_clocks_change_a_fixed_time_is_decided_once(string cursor, string now, string cron, string due)
    {
        ScheduleSpec paris = new() { Expression = cron, TimeZone = "Europe/Paris" };
        var plan = Plan(Make([paris], Instant(cursor), CatchUpMode.All, TimeSpan.FromDays(7)), Instant(now));

        Assert.Equal(due.Split(' ').Select(Instant), plan.Decisions.Select(d => d.DueAt));
    }

    internal static FirePlan Plan(Job job, DateTimeOffset now) => Plan(job, new FireFacts { Now = now });

    internal static FirePlan Plan(Job job, FireFacts facts) => FireTimes.Plan(job, Compile(job), facts);

    internal static IReadOnlyList<CompiledSchedule?> Compile(Job job) =>
        [.. job.Definition.Schedules.Select(s => CompiledSchedule.Compile(s, World, job.Key.Name.Value))];

    internal static Job Make(
        ScheduleSpec schedule, DateTimeOffset cursor, CatchUpMode mode = CatchUpMode.Last) => Make([schedule], cursor, mode);

    internal static Job Make(
        ScheduleSpec[] schedules, DateTimeOffset cursor, CatchUpMode mode = CatchUpMode.Last, TimeSpan? window = null) => new()
        {
            Key = new JobKey(TenantId.Default, JobName.Parse("job")),
            Definition = new JobDefinition
            {
                Name = JobName.Parse("job"),
                Handler = "job",
                Schedules = schedules,
                CatchUp = new CatchUpPolicy { Mode = mode, Window = window ?? TimeSpan.FromHours(1) },
            },
            Source = "code",
            CreatedAt = cursor,
            UpdatedAt = cursor,
            Cursor = cursor,
        };

    private static readonly ScheduleEnvironment World = new()
    {
        Calendars = new Dictionary<string, Calendar>
        {
            ["business"] = new() { Name = "business", AllowedDays = DaysOfWeek.Weekdays },
        },
        Functions = new Dictionary<string, Func<DateTimeOffset, DateTimeOffset?>>
        {
            ["stuck"] = at => at,
            ["minutely"] = at => new DateTimeOffset(((at.UtcTicks / TimeSpan.TicksPerMinute) + 1) * TimeSpan.TicksPerMinute, TimeSpan.Zero),
        },
    };

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(FirePlan plan) => plan.Decisions.Select(d => $"{d.DueAt:HH:mm:ss} {Text(d.Verdict)}");

    private static string Text(Verdict verdict) => verdict switch
    {
        Verdict.Enqueued => "enqueued",
        Verdict.CaughtUp => "caught_up",
        Verdict.Superseded => "superseded",
        Verdict.SkippedPaused => "skipped_paused",
        Verdict.SkippedCalendar => "skipped_calendar",
        Verdict.Missed => "missed",
        _ => verdict.ToString(),
    };
}
