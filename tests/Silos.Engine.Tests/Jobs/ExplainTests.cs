using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Jobs;

/// <summary>Every blocker, produced for real.</summary>
public sealed class ExplainTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    [Fact]
    public void Job_paused()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *", job => job.InTimeZone("Europe/Paris"));
        engine.Pause("report", "broken printer");

        var blocker = engine.Blockers("report")[0];

        Assert.Equal("job_paused", blocker.Code);
        Assert.Equal("Job 'report' is paused by ann since 2026-11-02T13:00:00+01:00 (broken printer). Resume it to go on.", blocker.Message);
    }

    [Fact]
    public void Job_disabled()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *", job => job.Enabled(false));

        Assert.Equal("job_disabled", engine.Explain("report").First());
    }

    [Fact]
    public void All_paused_and_tenant_paused()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");
        engine.Do(() => engine.Client.PauseAllAsync(null, "ann", "fire drill", CancellationToken.None));
        engine.Do(() => engine.Client.PauseAllAsync(TenantId.Default, "bob", null, CancellationToken.None));
        var run = engine.Trigger("report");
        engine.Settle();

        Assert.Equal(["all_paused", "tenant_paused"], engine.Explain("report").Take(2));
        Assert.Equal(["all_paused", "tenant_paused"], engine.Blockers(run).Select(b => b.Code).Take(2));
        Assert.Contains("by ann since 2026-11-02T12:00:00+00:00 (fire drill)", engine.Blockers(run)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_schedule()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report");

        Assert.Equal(["no_schedule"], engine.Explain("report"));
    }

    [Fact]
    public void Not_due()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");

        var blocker = Assert.Single(engine.Blockers("report"));

        Assert.Equal("not_due", blocker.Code);
        Assert.Equal(Noon.AddHours(1), blocker.Until);
        Assert.Contains("2026-11-02T13:00:00+00:00", blocker.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schedule_ended()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "2020-01-01T00:00:00Z");

        Assert.Equal(["schedule_ended"], engine.Explain("report"));
    }

    [Fact]
    public void Schedule_broken()
    {
        using var engine = new JobEngine().With(s => s.AddJob("report", (_, _) => Task.CompletedTask, job => job.Next(at => at))).Start();

        var blocker = Assert.Single(engine.Blockers("report"));

        Assert.Equal("schedule_broken", blocker.Code);
        Assert.Contains("schedules[0]", blocker.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Running_and_overlap()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report", "0 * * * *");
        var run = engine.Trigger("report");
        engine.Settle();

        Assert.Equal(["running", "overlap", "not_due"], engine.Explain("report"));
        Assert.Equal("running", Assert.Single(engine.Blockers(run)).Code);
        Assert.Contains(run.ToString(), engine.Blockers("report")[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queue_paused()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", configure: job => job.Queue("mail"));
        engine.Do(() => engine.Client.PauseQueueAsync(new QueueKey(TenantId.Default, QueueName.Parse("mail")), "ann", "spam", CancellationToken.None));
        var run = engine.Trigger("report");
        engine.Settle();

        Assert.Contains("queue_paused", engine.Explain("report"));
        Assert.Equal(["queue_paused"], engine.Blockers(run).Select(b => b.Code));
    }

    [Fact]
    public void No_handler()
    {
        using var first = new JobEngine().Handle("report").Start();
        first.Register("report", "0 * * * *");
        first.Stop();
        using var second = new JobEngine(first.Database, first.Clock).Start();

        var blocker = second.Blockers("report")[0];

        Assert.Equal("no_handler", blocker.Code);
        Assert.StartsWith("No handler registered for job: report.", blocker.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Handler_disabled()
    {
        using var engine = new JobEngine().Handle("report", handler => handler.Enabled(false)).Start();
        engine.Register("report");
        var run = engine.Trigger("report");
        engine.Settle();

        Assert.Equal("handler_disabled", engine.Explain("report").First());
        Assert.Equal(["handler_disabled"], engine.Blockers(run).Select(b => b.Code));
    }

    [Fact]
    public void Waiting_retry()
    {
        using var engine = new JobEngine().Fail("flaky").Start();
        var run = Enqueue(engine, new RunRequest { Handler = "flaky", Retry = new RetryPolicy { InitialInterval = TimeSpan.FromMinutes(1), MaxInterval = TimeSpan.FromMinutes(1), Jitter = false } });

        var blocker = Assert.Single(engine.Blockers(run));

        Assert.Equal("waiting_retry", blocker.Code);
        Assert.Equal(Noon.AddMinutes(1), blocker.Until);
        Assert.Contains("it broke", blocker.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delayed()
    {
        using var engine = new JobEngine().Handle("report").Start();
        var run = Enqueue(engine, new RunRequest { Handler = "report", Delay = TimeSpan.FromHours(2) });

        Assert.Equal(("delayed", Noon.AddHours(2)), engine.Blockers(run).Select(b => (b.Code, b.Until!.Value)).Single());
    }

    [Fact]
    public void Job_limit()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report", configure: job => job.Overlap(OverlapMode.QueueAll));
        engine.Trigger("report");
        var second = engine.Trigger("report");
        engine.Settle();

        Assert.Equal(["job_limit"], engine.Blockers(second).Select(b => b.Code));
    }

    [Fact]
    public void Queue_limit_and_rate_limit()
    {
        using var engine = new JobEngine().Hold("report").Start();
        var queue = new QueueKey(TenantId.Default, QueueName.Default);
        engine.Do(() => engine.Client.SetQueueLimitsAsync(queue, new QueueLimits { MaxConcurrency = 1, Rate = 1, RateInterval = TimeSpan.FromHours(1) }, CancellationToken.None));
        engine.Settle();
        Enqueue(engine, new RunRequest { Handler = "report" });
        var second = Enqueue(engine, new RunRequest { Handler = "report" });

        Assert.Equal(["queue_limit", "rate_limit"], engine.Blockers(second).Select(b => b.Code).Order());
    }

    [Fact]
    public void Key_limit()
    {
        using var engine = new JobEngine().Hold("report").Start();
        Enqueue(engine, new RunRequest { Handler = "report", ConcurrencyKey = "printer" });
        var second = Enqueue(engine, new RunRequest { Handler = "report", ConcurrencyKey = "printer" });

        Assert.Equal(["key_limit"], engine.Blockers(second).Select(b => b.Code));
    }

    [Fact]
    public void Handler_limit()
    {
        using var engine = new JobEngine().Hold("report", handler => handler.MaxConcurrency(1)).Start();
        Enqueue(engine, new RunRequest { Handler = "report" });
        var second = Enqueue(engine, new RunRequest { Handler = "report" });

        Assert.Equal(["handler_limit"], engine.Blockers(second).Select(b => b.Code));
    }

    [Fact]
    public void No_slots_and_behind_others()
    {
        using var engine = new JobEngine().Configure(o => o.Slots = 1).Hold("report").Start();
        Enqueue(engine, new RunRequest { Handler = "report" });
        Enqueue(engine, new RunRequest { Handler = "report" });
        var third = Enqueue(engine, new RunRequest { Handler = "report" });

        var codes = engine.Blockers(third).Select(b => b.Code).ToList();

        Assert.Contains("no_slots", codes);
        Assert.Contains("behind_others", codes);
    }

    [Fact]
    public void No_scheduler()
    {
        using var engine = new JobEngine().Configure(o => o.Roles = SilosRoles.Api).Handle("report").Start();
        engine.Register("report", "0 * * * *");
        var run = Enqueue(engine, new RunRequest { Handler = "report" });

        Assert.Equal("no_scheduler", engine.Explain("report").First());
        Assert.Equal("no_scheduler", engine.Blockers(run)[0].Code);
    }

    [Fact]
    public void No_worker()
    {
        using var engine = new JobEngine().Configure(o => o.Roles = SilosRoles.Api | SilosRoles.Scheduler).Handle("report").Start();
        var run = Enqueue(engine, new RunRequest { Handler = "report" });

        Assert.Equal(["no_worker"], engine.Blockers(run).Select(b => b.Code));
    }

    [Fact]
    public void Draining()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report", "0 * * * *");
        engine.Stop();

        Assert.Contains("draining", engine.Explain("report"));
    }

    [Fact]
    public void Queue_switched_off()
    {
        using var engine = new JobEngine().Configure(o => o.QueueEnabled = false).Handle("report").Start();
        var run = Enqueue(engine, new RunRequest { Handler = "report" });

        Assert.Equal(["queue_switched_off"], engine.Blockers(run).Select(b => b.Code));
    }

    [Fact]
    public void Store_away()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Register("report", "0 * * * *");
        faults.Away = true;

        Assert.Equal(["store_away"], engine.Explain("report"));
    }

    [Fact]
    public void Ended()
    {
        using var engine = new JobEngine().Fail("flaky").Start();
        var run = Enqueue(engine, new RunRequest { Handler = "flaky", Retry = new RetryPolicy { MaxAttempts = 1 } });

        var blocker = Assert.Single(engine.Blockers(run));

        Assert.Equal("ended", blocker.Code);
        Assert.Contains("dead", blocker.Message, StringComparison.Ordinal);
        Assert.Contains("it broke", blocker.Message, StringComparison.Ordinal);
    }

    private static RunId Enqueue(JobEngine engine, RunRequest request)
    {
        var outcome = engine.Get(() => engine.Client.EnqueueAsync(request, CancellationToken.None));
        engine.Settle();
        return outcome.Id;
    }
}
