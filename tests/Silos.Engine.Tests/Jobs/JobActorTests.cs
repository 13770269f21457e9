using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Tests.Jobs;

public sealed class JobActorTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    [Fact]
    public void A_paused_job_does_not_fire_and_remembers_who_and_why()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/10 * * * *");
        engine.Advance(TimeSpan.FromMinutes(12));

        var paused = engine.Pause("report", "broken printer");
        engine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(new Pause("ann", "broken printer", Noon.AddMinutes(12)), paused.Pause);
        Assert.Equal(["12:10:00 Enqueued"], engine.Ledger("report"));
        Assert.Null(engine.Row("report").NextDue);
    }

    [Fact]
    public void Pausing_twice_keeps_the_first_author_and_reason()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/10 * * * *");
        engine.Pause("report", "first");

        var again = engine.Pause("report", "second");

        Assert.Equal("first", again.Pause!.Reason);
    }

    [Theory]
    [InlineData(CatchUpMode.None, "12:30:00 SkippedPaused,13:00:00 SkippedPaused,13:30:00 SkippedPaused", 0)]
    [InlineData(CatchUpMode.Last, "12:30:00 SkippedPaused,13:00:00 SkippedPaused,13:30:00 CaughtUp", 1)]
    [InlineData(CatchUpMode.All, "12:30:00 SkippedPaused,13:00:00 CaughtUp,13:30:00 CaughtUp", 2)]
    public void Resuming_decides_the_paused_time_by_the_catch_up_policy(CatchUpMode mode, string ledger, int runs)
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *", job => job.CatchUp(mode).Overlap(OverlapMode.QueueAll));
        engine.Pause("report");
        engine.Advance(TimeSpan.FromMinutes(100));

        var resumed = engine.Resume("report");
        engine.Settle();

        Assert.Equal(ledger.Split(','), engine.Ledger("report"));
        Assert.Equal(runs, engine.Ran.Count);
        Assert.Equal(Noon.AddHours(2), resumed.NextDue);
    }

    [Fact]
    public void A_job_that_is_switched_off_keeps_still_and_settles_its_silence_when_it_is_switched_on()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");
        engine.Register("report", "*/30 * * * *", job => job.Enabled(false));
        engine.Advance(TimeSpan.FromMinutes(70));
        Assert.Empty(engine.Ledger("report"));

        engine.Register("report", "*/30 * * * *");

        Assert.Equal(["12:30:00 SkippedPaused", "13:00:00 CaughtUp"], engine.Ledger("report"));
        Assert.Equal("job_disabled", Assert.Throws<ConflictException>(() =>
        {
            engine.Register("report", "*/30 * * * *", job => job.Enabled(false));
            engine.Trigger("report");
        }).Code);
    }

    [Fact]
    public void A_trigger_runs_now_with_another_payload()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", configure: job => job.Payload(new { a = 1 }));

        var run = engine.Trigger("report", new TriggerOptions { Payload = JsonText.Parse("""{"a":2}"""), By = "ann" });
        engine.Settle();

        Assert.Equal("""{"a":2}""", Assert.Single(engine.Ran).Payload.Text);
        var details = engine.Get(() => engine.Client.GetRunAsync(TenantId.Default, run, CancellationToken.None));
        Assert.Equal("ann", details.Run.RequestedBy);
        Assert.Equal(RunState.Completed, details.Run.State);
    }

    [Fact]
    public void A_trigger_of_a_running_job_is_told_that_it_is_running_and_may_override_that()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report");
        engine.Trigger("report");
        engine.Settle();

        var exception = Assert.Throws<ConflictException>(() => engine.Trigger("report"));
        Assert.Equal(ConflictException.JobAlreadyRunning, exception.Code);
        Assert.Contains("job already running", exception.Message, StringComparison.Ordinal);

        engine.Trigger("report", new TriggerOptions { Overlap = OverlapMode.QueueAll });
        engine.Settle();
        Assert.Single(engine.Ran);
        engine.Trigger("report", new TriggerOptions { Overlap = OverlapMode.Allow });
        engine.Settle();
        Assert.Equal(2, engine.Ran.Count);
    }

    [Fact]
    public void The_same_trigger_twice_is_one_run()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report");
        var id = RunId.New(engine.Clock.Now());

        Assert.Equal(id, engine.Trigger("report", new TriggerOptions { Id = id }));
        Assert.Equal(id, engine.Trigger("report", new TriggerOptions { Id = id }));

        Assert.Single(engine.Runs());
    }

    [Fact]
    public void A_trigger_under_the_id_of_another_jobs_run_is_refused_and_not_acknowledged()
    {
        using var engine = new JobEngine().Hold("report").Hold("other").Start();
        engine.Register("report");
        engine.Register("other");
        var theirs = engine.Trigger("other");

        var exception = Assert.Throws<ConflictException>(() => engine.Trigger("report", new TriggerOptions { Id = theirs }));

        Assert.Equal("id_taken", exception.Code);
        Assert.Equal("other", Assert.Single(engine.Runs()).Job?.Value);
    }

    [Fact]
    public void A_paused_job_can_be_triggered()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");
        engine.Pause("report");

        engine.Trigger("report");
        engine.Settle();

        Assert.Single(engine.Ran);
    }

    [Theory]
    [InlineData(OverlapMode.Skip, 1, "SkippedOverlap")]
    [InlineData(OverlapMode.QueueOne, 1, "Enqueued")]
    [InlineData(OverlapMode.Allow, 2, "Enqueued")]
    [InlineData(OverlapMode.CancelRunning, 2, "Enqueued")]
    [InlineData(OverlapMode.TerminateRunning, 2, "Enqueued")]
    public void Overlap_is_decided_against_the_runs_in_the_store(OverlapMode mode, int started, string second)
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report", "* * * * *", job => job.Overlap(mode));

        engine.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(["12:01:00 Enqueued", $"12:02:00 {second}"], engine.Ledger("report"));
        Assert.Equal(started, engine.Ran.Count);
        if (mode is OverlapMode.CancelRunning or OverlapMode.TerminateRunning)
        {
            Assert.Equal(RunState.Cancelled, engine.Runs()[^1].State);
        }
    }

    [Fact]
    public void Somebody_who_was_faster_is_not_overwritten()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Register("report", "0 * * * *");
        faults.Before = ("jobs.save", ChangeAsync);

        var paused = engine.Pause("report");

        Assert.Equal("theirs", paused.Definition.Description);
        Assert.NotNull(paused.Pause);

        // Another process changes the description between the read and the write of the pause.
        async Task ChangeAsync()
        {
            var row = (await engine.Store.Jobs.FindAsync(JobEngine.Key("report"), CancellationToken.None))!;
            await engine.Store.Jobs.TrySaveAsync(
                row with { Definition = row.Definition with { Description = "theirs" } }, CancellationToken.None);
        }
    }

    [Fact]
    public void A_backfill_counts_first_and_then_runs_the_past_oldest_first()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");
        engine.Advance(TimeSpan.FromMinutes(61));
        BackfillResult Backfill(bool dry) => engine.Get(() => engine.Client.BackfillAsync(
            JobEngine.Key("report"), Noon.AddHours(-3), Noon.AddHours(1), dry, "ann", CancellationToken.None));

        Assert.Equal(5, Backfill(true).Count);
        Assert.Single(engine.Ran);
        var done = Backfill(false);
        engine.Settle();

        Assert.Equal(5, done.Runs.Count);
        Assert.Equal(
            [9, 10, 11, 12, 13],
            engine.Runs().Where(r => done.Runs.Contains(r.Id)).OrderBy(r => r.StartedAt).ThenBy(r => r.Id).Select(r => r.OccurrenceAt!.Value.Hour));
        Assert.Equal(6, engine.Ran.Count);
        Assert.Equal(
            ["09:00:00 CaughtUp", "10:00:00 CaughtUp", "11:00:00 CaughtUp", "12:00:00 CaughtUp", "13:00:00 Enqueued"], engine.Ledger("report"));
    }

    [Fact]
    public void A_backfill_into_the_future_or_backwards_is_refused()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");

        foreach (var (from, to) in new[] { (Noon, Noon.AddHours(1)), (Noon, Noon.AddHours(-1)) })
        {
            Assert.Equal("to", Assert.Single(Assert.Throws<InvalidException>(() => engine.Do(
                () => engine.Client.BackfillAsync(JobEngine.Key("report"), from, to, true, "ann", CancellationToken.None))).Problems).Field);
        }
    }

    [Fact]
    public void A_tenant_that_is_paused_decides_nothing_and_settles_when_it_is_resumed()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");
        engine.Advance(TimeSpan.FromMinutes(10));
        engine.Do(() => engine.Client.PauseAllAsync(TenantId.Default, "ann", "audit", CancellationToken.None));
        engine.Advance(TimeSpan.FromMinutes(60));
        Assert.Empty(engine.Ledger("report"));

        engine.Do(() => engine.Client.ResumeAllAsync(TenantId.Default, "ann", CancellationToken.None));
        engine.Settle();

        Assert.Equal(["12:30:00 SkippedPaused", "13:00:00 CaughtUp"], engine.Ledger("report"));
        engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(2, engine.Ran.Count);
    }

    [Fact]
    public void Everything_paused_decides_nothing_and_settles_when_it_is_resumed()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");
        engine.Do(() => engine.Client.PauseAllAsync(null, "ann", null, CancellationToken.None));
        engine.Advance(TimeSpan.FromMinutes(70));
        Assert.Empty(engine.Ledger("report"));

        engine.Do(() => engine.Client.ResumeAllAsync(null, "ann", CancellationToken.None));
        engine.Settle();

        Assert.Equal(["12:30:00 SkippedPaused", "13:00:00 CaughtUp"], engine.Ledger("report"));
    }

    [Fact]
    public void A_pause_of_a_tenant_that_ended_in_a_crash_is_finished_at_the_next_start()
    {
        var faults = new CountingFaults();
        using var first = new JobEngine(faults: faults).Handle("report").Start();
        first.Register("report", "*/30 * * * *");
        first.Do(() => first.Client.PauseAllAsync(TenantId.Default, "ann", null, CancellationToken.None));
        first.Advance(TimeSpan.FromMinutes(70));
        faults.Before = ("jobs.list", () => throw new InvalidOperationException("killed"));
        Assert.Throws<UnavailableException>(() =>
            first.Do(() => first.Client.ResumeAllAsync(TenantId.Default, "ann", CancellationToken.None)));
        first.Kill();

        using var second = new JobEngine(first.Database, first.Clock).Handle("report").Start();

        Assert.Equal(["12:30:00 SkippedPaused", "13:00:00 CaughtUp"], second.Ledger("report"));
    }
}
