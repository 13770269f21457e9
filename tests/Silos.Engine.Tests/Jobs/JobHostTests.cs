using Microsoft.Extensions.Logging;
using Silos.Jobs;
using Silos.Runs;

namespace Silos.Engine.Tests.Jobs;

public sealed class JobHostTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    [Fact]
    public void A_job_runs_when_its_time_comes_and_not_before()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/5 * * * *");

        engine.AdvanceTo(Noon.AddMinutes(5).AddMilliseconds(-1));
        Assert.Empty(engine.Ran);
        engine.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([Noon.AddMinutes(5)], engine.Ran.Select(r => r.At));
        Assert.Equal(["12:05:00 Enqueued"], engine.Ledger("report"));
        Assert.Equal(Noon.AddMinutes(10), engine.Row("report").NextDue);
    }

    [Fact]
    public void Every_second_of_a_minute_runs_on_its_millisecond()
    {
        using var engine = new JobEngine().Handle("tick").Start();
        engine.Register("tick", "* * * * * *");

        engine.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(Enumerable.Range(1, 60).Select(s => Noon.AddSeconds(s)), engine.Ran.Select(r => r.At));
    }

    [Fact]
    public void A_job_due_hours_ahead_is_found_when_its_time_comes()
    {
        using var engine = new JobEngine().Handle("nightly").Start();
        engine.Register("nightly", "30 2 * * *");

        engine.Advance(TimeSpan.FromHours(24));

        Assert.Equal([Noon.AddHours(14.5)], engine.Ran.Select(r => r.At));
    }

    [Fact]
    public void A_clock_set_forward_is_noticed_within_a_sweep_and_caught_up()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");

        engine.Clock.SetUtcNow(Noon.AddHours(2).AddMinutes(10));
        engine.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            ["12:30:00 Missed", "13:00:00 Missed", "13:30:00 Superseded", "14:00:00 CaughtUp"], engine.Ledger("report"));
        Assert.Single(engine.Ran);
    }

    [Fact]
    public void A_clock_set_back_runs_nothing_twice()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");
        engine.Advance(TimeSpan.FromMinutes(31));

        engine.Clock.SetUtcNow(Noon.AddMinutes(-5));
        engine.Advance(TimeSpan.FromMinutes(64));

        Assert.Equal(["12:30:00 Enqueued"], engine.Ledger("report"));
        engine.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(["12:30:00 Enqueued", "13:00:00 Enqueued"], engine.Ledger("report"));
    }

    [Fact]
    public void What_fell_due_while_nothing_ran_is_decided_at_the_next_start()
    {
        using var first = new JobEngine().Handle("report").Start();
        first.Register("report", "*/30 * * * *");
        first.Advance(TimeSpan.FromMinutes(30));
        first.Stop();
        first.Clock.Advance(TimeSpan.FromHours(3) - TimeSpan.FromMinutes(1));

        using var second = new JobEngine(first.Database, first.Clock).Handle("report").Start();

        Assert.Equal(
            [
                "12:30:00 Enqueued", "13:00:00 Missed", "13:30:00 Missed", "14:00:00 Missed", "14:30:00 Superseded", "15:00:00 CaughtUp",
            ],
            second.Ledger("report"));
        Assert.Single(second.Ran);
    }

    [Fact]
    public void Ten_thousand_jobs_due_at_one_instant_all_run_and_take_few_writes()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Do(() => engine.Client.ApplyAsync(
            TenantId.Default,
            [.. Enumerable.Range(0, 10_000).Select(i => JobEngine.Define($"job {i}", "0 * * * *", handler: "report"))],
            "api",
            prune: false,
            dryRun: false,
            CancellationToken.None));

        engine.AdvanceTo(Noon.AddHours(1).AddMilliseconds(-1));
        faults.Calls.Clear();
        engine.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(10_000, engine.Ran.Count);
        Assert.All(engine.Ran, r => Assert.Equal(Noon.AddHours(1), r.At));
        Assert.InRange(faults.Calls["jobs.plan"], 1, 10);
        Assert.InRange(faults.Calls["jobs.read_due"], 1, 12);
        Assert.Equal(0, engine.Actors.Count);
    }

    [Fact]
    public void Idle_jobs_cost_one_look_a_sweep()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Do(() => engine.Client.ApplyAsync(
            TenantId.Default,
            [.. Enumerable.Range(0, 2_000).Select(i => JobEngine.Define($"job {i}", "0 0 1 1 *", handler: "report"))],
            "api",
            prune: false,
            dryRun: false,
            CancellationToken.None));
        engine.Advance(TimeSpan.FromMinutes(1));
        faults.Calls.Clear();

        engine.Advance(TimeSpan.FromMinutes(10));

        Assert.InRange(faults.Calls["jobs.read_due"], 100, 125);
        Assert.False(faults.Calls.ContainsKey("jobs.plan"));
        Assert.False(faults.Calls.ContainsKey("jobs.find"));
    }

    [Fact]
    public void After_counts_from_the_end_of_the_previous_run()
    {
        using var engine = new JobEngine().Hold("poll").Start();
        engine.Register("poll", "@after 10m");

        engine.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(engine.Ran);
        engine.Advance(TimeSpan.FromMinutes(7));
        engine.Open("poll");
        engine.Advance(TimeSpan.FromSeconds(2));
        var ended = Assert.Single(engine.Runs()).EndedAt!.Value;
        engine.AdvanceTo(ended.AddMinutes(10).AddMilliseconds(-1));
        Assert.Single(engine.Ran);
        engine.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([Noon.AddMinutes(10), ended.AddMinutes(10)], engine.Ran.Select(r => r.At));
    }

    [Fact]
    public void A_job_pauses_itself_after_so_many_failures_in_a_row()
    {
        using var engine = new JobEngine().Fail("flaky").Start();
        engine.Register("flaky", "* * * * *", job => job.Retry(1).PauseAfter(3));

        engine.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(3, engine.Ran.Count);
        var pause = engine.Row("flaky").Pause!;
        Assert.Equal("silos", pause.By);
        Assert.StartsWith("3 failed runs in a row", pause.Reason, StringComparison.Ordinal);
        Assert.Contains(engine.Logs.Lines, line => line.Text.Contains("was paused by silos: 3 failed runs in a row", StringComparison.Ordinal));

        // Somebody mended it, or so they think: it gets as many tries as at first, the caught-up one included.
        var before = engine.Ran.Count;
        var resumed = engine.Get(() => engine.Client.ResumeAsync(JobEngine.Key("flaky"), "ann", "mended", CancellationToken.None));
        Assert.Null(resumed.Pause);
        Assert.Equal(0, resumed.ConsecutiveFailures);
        Assert.Contains(engine.Logs.Lines, line => line.Text.EndsWith("was resumed by ann: mended", StringComparison.Ordinal));
        engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(engine.Row("flaky").Pause);
        engine.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull(engine.Row("flaky").Pause);
        Assert.Equal(before + 3, engine.Ran.Count);
    }

    [Fact]
    public void Reboot_runs_once_per_start()
    {
        using var first = new JobEngine().With(s => s.AddJob("warm", (_, _) => Task.CompletedTask, job => job.Cron("@reboot"))).Start();
        first.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(first.Runs());
        first.Stop();

        using var second = new JobEngine(first.Database, first.Clock)
            .With(s => s.AddJob("warm", (_, _) => Task.CompletedTask, job => job.Cron("@reboot"))).Start();
        second.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(2, second.Runs().Count);
    }

    [Fact]
    public void A_reboot_job_that_somebody_registers_begins_with_the_next_start()
    {
        using var first = new JobEngine().Handle("warm").Start();
        first.Register("warm", "@reboot");
        first.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(first.Ran);
        first.Stop();

        using var second = new JobEngine(first.Database, first.Clock).Handle("warm").Start();
        second.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(second.Ran);
    }

    [Fact]
    public void A_blocking_start_up_job_has_ended_before_the_start_has()
    {
        using var engine = new JobEngine();
        var ran = false;
        engine.With(s => s.AddJob(
            "migrate",
            async (context, token) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(20), context.Clock, token);
                ran = true;
            },
            job => job.OnStart(StartupMode.Blocking)));

        engine.Start();

        Assert.True(ran);
        Assert.Equal(RunState.Completed, Assert.Single(engine.Runs()).State);
    }

    [Fact]
    public void A_blocking_start_up_job_may_keep_nothing_of_its_runs()
    {
        using var engine = new JobEngine();
        var nothing = new KeepPolicy { DeleteOnSuccess = true };
        engine.With(s => s
            .AddJob("first", (_, _) => Task.CompletedTask, job => job.OnStart(StartupMode.Blocking).Keep(nothing))
            .AddJob("a-slow", (context, token) => Task.Delay(TimeSpan.FromSeconds(20), context.Clock, token), job => job.OnStart(StartupMode.Blocking))
            .AddJob("last", (_, _) => Task.CompletedTask, job => job.OnStart(StartupMode.Blocking).Keep(nothing)));

        engine.Start();

        Assert.Equal("a-slow", Assert.Single(engine.Runs()).Job?.Value);
    }

    [Fact]
    public void A_blocking_start_up_job_that_fails_stops_the_start()
    {
        using var engine = new JobEngine().With(s => s.AddJob(
            "migrate", (_, _) => throw new InvalidOperationException("no schema"), job => job.OnStart(StartupMode.Blocking).Retry(1)));

        var exception = Assert.Throws<StartupException>(() => engine.Start());

        Assert.Contains("'migrate'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("no schema", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_was_away_delays_due_jobs_and_loses_none()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("tick").Start();
        engine.Register("tick", "*/10 * * * * *");

        faults.Away = true;
        engine.Advance(TimeSpan.FromSeconds(33));
        faults.Away = false;
        engine.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["12:00:10 Superseded", "12:00:20 Superseded"], engine.Ledger("tick").Take(2));
        Assert.Equal(4, engine.Occurrences("tick").Count);
        Assert.Contains(engine.Logs.Lines, line => line.Text.StartsWith("Due jobs could not be decided", StringComparison.Ordinal));
    }

    [Fact]
    public void The_log_tells_when_a_job_starts_what_became_of_it_and_when_it_is_due_next_with_the_offset_of_its_zone()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("Monthly Report", "0 * * * *", job => job.InTimeZone("Asia/Kolkata"), handler: "report");
        engine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(
            [
                "Information Starting job job=Monthly Report nextRun=2026-11-02T18:00:00+05:30",
                "Information Next run scheduled job=Monthly Report nextRun=2026-11-02T19:00:00+05:30",
                "Information Executing job job=Monthly Report",
                "Information Job completed successfully job=Monthly Report durationMs=0",
            ],
            engine.Logs.Lines.Select(line => $"{line.Level} {line.Text}").Where(line => line.Contains("job=", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_log_tells_each_failed_attempt_at_a_job_and_at_a_one_off_run()
    {
        using var engine = new JobEngine().Fail("broken").Start();
        engine.Register("nightly", handler: "broken");
        engine.Trigger("nightly");
        var run = engine.Get(() => engine.Client.EnqueueAsync(new RunRequest { Handler = "broken" }, CancellationToken.None)).Id;
        engine.Advance(TimeSpan.FromMinutes(5));

        var errors = engine.Logs.Lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text).ToList();
        const string Error = "error=System.InvalidOperationException: it broke";
        Assert.Equal(3, errors.Count(text => text == $"Job execution job=nightly {Error}"));
        Assert.Equal(3, errors.Count(text => text == $"Job execution job=broken run={run} {Error}"));
    }

    [Fact]
    public void A_function_that_fails_is_told_and_asked_again_at_the_next_start()
    {
        using var engine = new JobEngine().With(s => s.AddJob(
            "broken", (_, _) => Task.CompletedTask, job => job.Next(at => at).Cron("0 * * * *"))).Start();

        engine.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["13:00:00 Enqueued"], engine.Ledger("broken"));
        Assert.Contains(engine.Logs.Lines, l => l.Text.Contains("Schedule 0 of job default/broken", StringComparison.Ordinal));
        Assert.Contains("schedule_broken", engine.Explain("broken"));
    }
}
