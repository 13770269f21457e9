namespace Silos.Schedules;

public sealed class PreviewTests
{
    private static readonly ScheduleAnchor Anchor = new(Instants.Utc("2026-01-01"));

    [Fact]
    public void Gaps_are_marked_and_shown_on_the_local_clock()
    {
        var preview = Preview(new ScheduleSpec { Expression = "30 2 * * *", TimeZone = "America/New_York" }, "2026-03-07", 3);

        Assert.Equal([PreviewMarks.None, PreviewMarks.DaylightSavingGap, PreviewMarks.None], preview.Select(p => p.Marks));
        Assert.Equal("2026-03-08T03:00:00.0000000-04:00", $"{preview[1].Local:O}");
        Assert.Equal(preview[1].Instant, preview[1].Local);
        Assert.Equal(TimeSpan.Zero, preview[1].Instant.Offset);
    }

    [Fact]
    public void A_time_that_exists_after_a_gap_is_not_marked()
    {
        var preview = Preview(new ScheduleSpec { Expression = "0 3 * * *", TimeZone = "America/New_York" }, "2026-03-08", 1);

        Assert.Equal(PreviewMarks.None, Assert.Single(preview).Marks);
    }

    [Fact]
    public void Overlaps_are_marked_both_times()
    {
        var preview = Preview(new ScheduleSpec { Expression = "0 * * * *", TimeZone = "Europe/Dublin" }, "2026-10-24 23:30", 4);

        Assert.Equal(
            ["01:00 +01:00 DaylightSavingOverlap", "01:00 +00:00 DaylightSavingOverlap", "02:00 +00:00 None", "03:00 +00:00 None"],
            preview.Select(p => $"{p.Local:HH:mm zzz} {p.Marks}"));
    }

    [Fact]
    public void Exclusions_are_marked_with_their_calendar()
    {
        var preview = Preview(new ScheduleSpec { Expression = "@daily", Calendars = ["business"] }, "2026-01-15", 3);

        Assert.Equal([null, "business", "business"], preview.Select(p => p.ExcludedBy));
        Assert.Equal([PreviewMarks.None, PreviewMarks.Excluded, PreviewMarks.Excluded], preview.Select(p => p.Marks));
    }

    [Fact]
    public void A_preview_ends_when_the_schedule_does()
    {
        Assert.Single(Preview("2026-12-24T18:00:00Z", "2026-01-01", 10));
        Assert.Single(Preview("@after 10m", "2026-01-01", 10));
        Assert.Empty(Preview("@reboot", "2026-01-01", 10));
        Assert.Empty(Preview("@daily", "2026-01-01", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preview("@daily", "2026-01-01", -1));
    }

    [Fact]
    public void A_date_moved_by_a_gap_is_marked() => Assert.Equal(
        PreviewMarks.DaylightSavingGap,
        Assert.Single(Preview(new ScheduleSpec { Expression = "2026-03-29T02:30:00", TimeZone = "Europe/Berlin" }, "2026-01-01", 3)).Marks);

    [Fact]
    public void Jitter_does_not_hide_a_gap()
    {
        var spec = new ScheduleSpec { Expression = "30 2 * * *", TimeZone = "America/New_York", Jitter = TimeSpan.FromMinutes(10) };

        Assert.Equal(PreviewMarks.DaylightSavingGap, Preview(spec, "2026-03-07 12:00", 1)[0].Marks);
    }

    private static List<PreviewedOccurrence> Preview(ScheduleSpec spec, string from, int count) =>
        [.. CompiledSchedule.Compile(spec, ScheduleTests.Environment, "job").Preview(Instants.Utc(from), count, Anchor)];
}
