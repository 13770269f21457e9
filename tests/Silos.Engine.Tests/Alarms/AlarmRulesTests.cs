using Silos.Engine.Alarms;
using Silos.Jobs;
using Silos.Queues;
using Silos.Stores;

namespace Silos.Engine.Tests.Alarms;

/// <summary>What is an alarm, as functions of what is known.</summary>
public sealed class AlarmRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly AlarmOptions Options = new();

    [Fact]
    public void A_due_instant_without_success_is_silence_once_the_grace_is_over()
    {
        var decided = new[] { Row(Noon.AddMinutes(5), Verdict.Enqueued), Row(Noon, Verdict.Enqueued) };
        Assert.Null(AlarmRules.Silent(Nightly(), decided, Hour, Noon.AddMinutes(59)));
        var found = AlarmRules.Silent(Nightly(), decided, Hour, Noon.AddMinutes(60))!;
        Assert.Equal(Noon, found.DueAt);
        Assert.Contains("'nightly' was due at 2026-11-02T12:00:00Z", found.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Verdict.SkippedPaused, false)]
    [InlineData(Verdict.SkippedCalendar, false)]
    [InlineData(Verdict.Superseded, false)]
    [InlineData(Verdict.Missed, true)]
    [InlineData(Verdict.SkippedOverlap, true)]
    [InlineData(Verdict.CaughtUp, true)]
    public void Only_what_was_expected_can_be_missing(Verdict verdict, bool silent) =>
        Assert.Equal(silent, AlarmRules.Silent(Nightly(), [Row(Noon, verdict)], Hour, Noon + (2 * Hour)) is not null);

    [Fact]
    public void What_nobody_decided_about_is_silence_too() => Assert.Equal(
        Noon, AlarmRules.Silent(Nightly() with { NextDue = Noon }, [], Hour, Noon + Hour)!.DueAt);

    [Fact]
    public void A_job_says_itself_how_long_its_success_may_take_or_that_nobody_waits_for_it()
    {
        var job = Nightly().Definition;
        Assert.Equal(Hour, AlarmRules.Grace(job, Options));
        Assert.Equal(3 * Hour, AlarmRules.Grace(job with { Timeout = 2 * Hour }, Options));
        Assert.Equal(TimeSpan.FromMinutes(5), AlarmRules.Grace(job with { Timeout = 2 * Hour, ExpectSuccessWithin = TimeSpan.FromMinutes(5) }, Options));
        Assert.Null(AlarmRules.Grace(job with { ExpectSuccessWithin = Timeout.InfiniteTimeSpan }, Options));
    }

    [Fact]
    public void A_history_says_how_long_a_run_may_take_and_one_outlier_in_it_changes_nothing()
    {
        Assert.Null(AlarmRules.Longest(Minutes(10, 10, 10, 10), Options));
        Assert.Equal(TimeSpan.FromMinutes(40), AlarmRules.Longest(Minutes(10, 10, 10, 10, 10, 500), Options));

        // A job whose runs differ by nature may differ.
        Assert.True(AlarmRules.Longest(Minutes(1, 2, 30, 60, 90, 3, 50), Options) > TimeSpan.FromMinutes(120));
        Assert.Equal(Options.SlowMinimum, AlarmRules.Longest(Minutes(0, 0, 0, 0, 0), Options));
        Assert.Null(AlarmRules.Slow(JobName.Parse("a"), Noon, TimeSpan.FromMinutes(40), running: true, TimeSpan.FromMinutes(40)));
        Assert.NotNull(AlarmRules.Slow(JobName.Parse("a"), Noon, TimeSpan.FromMinutes(41), running: true, TimeSpan.FromMinutes(40)));
        Assert.Null(AlarmRules.Slow(JobName.Parse("a"), Noon, TimeSpan.FromDays(1), running: true, longest: null));
    }

    [Fact]
    public void Skips_in_a_row_count_and_a_run_ends_the_row()
    {
        var skips = Enumerable.Range(0, 5).Select(i => Row(Noon.AddMinutes(-i), Verdict.SkippedOverlap)).ToList();
        Assert.Equal(Noon.AddMinutes(-4), AlarmRules.Skipping(Nightly(), skips, Options)!.DueAt);
        skips[2] = Row(Noon.AddMinutes(-2), Verdict.Enqueued);
        Assert.Null(AlarmRules.Skipping(Nightly(), skips, Options));

        // A range of due instants that was dropped together counts as many.
        Assert.NotNull(AlarmRules.Skipping(Nightly(), [Row(Noon, Verdict.Missed) with { Count = 12 }], Options));
    }

    [Theory]
    [InlineData(Verdict.SkippedCalendar)]
    [InlineData(Verdict.SkippedPaused)]
    [InlineData(Verdict.Superseded)]
    public void What_was_excused_between_skips_neither_counts_nor_ends_the_row(Verdict verdict)
    {
        var rows = Enumerable.Range(0, 5).SelectMany(i => new[] { Row(Noon.AddMinutes(-2 * i), verdict), Row(Noon.AddMinutes((-2 * i) - 1), Verdict.Missed) }).ToList();
        Assert.Equal(Noon.AddMinutes(-9), AlarmRules.Skipping(Nightly(), rows, Options)!.DueAt);
        Assert.Null(AlarmRules.Skipping(Nightly(), rows[..^1], Options));
    }

    [Fact]
    public void A_queue_is_too_old_by_its_oldest_run()
    {
        var depth = new QueueDepth(new QueueKey(TenantId.Default, QueueName.Parse("mail")), 3, 0, 0, Noon);
        Assert.Null(AlarmRules.Backlog(depth, Options, Noon.AddMinutes(15)));
        Assert.Equal(Noon, AlarmRules.Backlog(depth, Options, Noon.AddMinutes(16))!.DueAt);
        Assert.Null(AlarmRules.Backlog(depth with { OldestQueuedAt = null }, Options, Noon.AddYears(1)));
    }

    private static Job Nightly() => new()
    {
        Key = new JobKey(TenantId.Default, JobName.Parse("nightly")),
        Definition = new JobDefinition { Name = JobName.Parse("nightly"), Handler = "noop" },
        Source = "api",
        CreatedAt = Noon.AddDays(-1),
        UpdatedAt = Noon.AddDays(-1),
        Cursor = Noon,
    };

    private static Occurrence Row(DateTimeOffset due, Verdict verdict) => new(Nightly().Key, due, verdict, due);

    private static List<TimeSpan> Minutes(params int[] minutes) => [.. minutes.Select(minute => TimeSpan.FromMinutes(minute))];
}
