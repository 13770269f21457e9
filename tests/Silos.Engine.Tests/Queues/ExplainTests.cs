using Silos.Engine.Queues;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Queues;

public sealed class ExplainTests
{
    private static Pause By(Engine engine) => new("ann", "month end", engine.Clock.Now());

    private static string First(Engine engine, RunId run) => engine.Explain(run)[0].Code;

    [Fact]
    public void A_pause_of_everything_of_a_tenant_and_of_a_queue_is_named_with_who_and_why()
    {
        using var engine = new Engine().Handle("h", (_, _) => Task.CompletedTask).Start();
        engine.Set(SettingsSnapshot.PauseKind, "*", JsonText.From(By(engine)));
        engine.Set(SettingsSnapshot.PauseKind, "default", JsonText.From(By(engine)));
        engine.Set(SettingsSnapshot.QueueKind, "default/default", JsonText.From(new QueueSettings(By(engine), QueueLimits.None)));
        var id = engine.Enqueue("h");
        engine.Settle();
        Assert.Equal(RunState.Queued, engine.Read(id).State);
        var blockers = engine.Explain(id);
        Assert.Equal(["all_paused", "tenant_paused", "queue_paused"], blockers.Select(blocker => blocker.Code));
        Assert.Equal("Queue 'default' is paused by ann since 2026-01-01T12:00:00Z (month end). Resume it to go on.", blockers[2].Message);

        engine.Set(SettingsSnapshot.PauseKind, "*", default);
        engine.Set(SettingsSnapshot.QueueKind, "default/default", JsonText.From(QueueSettings.Default));
        engine.Settle();
        Assert.Equal(RunState.Queued, engine.Read(id).State);
        Assert.Equal("tenant_paused", First(engine, id));
        engine.Set(SettingsSnapshot.PauseKind, "default", default);
        engine.Settle();
        Assert.Equal(RunState.Completed, engine.Read(id).State);
    }

    [Fact]
    public void A_missing_handler_is_named_in_the_words_people_search_for()
    {
        using var engine = new Engine().Start();
        var id = engine.Enqueue("send-mail");
        engine.Settle();
        var blocker = Assert.Single(engine.Explain(id));
        Assert.Equal("no_handler", blocker.Code);
        Assert.StartsWith("No handler registered for job: send-mail", blocker.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Queued, engine.Read(id).State);
    }

    [Fact]
    public void A_handler_that_is_switched_off_keeps_its_runs_waiting_and_others_go_on()
    {
        using var engine = new Engine()
            .Handle("off", (_, _) => Task.CompletedTask, handler => handler.Enabled(false))
            .Handle("off-by-settings", (_, _) => Task.CompletedTask)
            .Handle("on", (_, _) => Task.CompletedTask)
            .Configure(options => options.DisabledHandlers.Add("off-by-settings"))
            .Start();
        var off = engine.Enqueue("off");
        var offToo = engine.Enqueue("off-by-settings");
        var on = engine.Enqueue("on");
        engine.Settle();
        Assert.Equal("handler_disabled", First(engine, off));
        Assert.Equal("handler_disabled", First(engine, offToo));
        Assert.Equal(RunState.Completed, engine.Read(on).State);
    }

    [Fact]
    public void With_the_queue_switched_off_one_off_runs_wait_and_runs_of_jobs_do_not()
    {
        using var engine = new Engine().Configure(options => options.QueueEnabled = false).Handle("h", (_, _) => Task.CompletedTask).Start();
        var oneOff = engine.Enqueue("h");
        var ofJob = engine.Enqueue("h", run => run with { Job = JobName.Parse("nightly") });
        engine.Settle();
        Assert.Equal("queue_switched_off", First(engine, oneOff));
        Assert.Equal(RunState.Completed, engine.Read(ofJob).State);
    }

    [Fact]
    public void Each_limit_says_how_many_execute()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("h", gate.Wait).Handle("few", gate.Wait, handler => handler.MaxConcurrency(1)).Start();
        RunId Two(Func<NewRun, NewRun> change, string handler = "h")
        {
            engine.Enqueue(handler, change);
            var second = engine.Enqueue(handler, change);
            engine.Settle();
            return second;
        }

        var job = Two(run => run with { Job = JobName.Parse("j"), Options = new RunOptions { JobLimit = 1 } });
        var key = Two(run => run with { Options = new RunOptions { ConcurrencyKey = "printer" } });
        var handler = Two(run => run, "few");
        Assert.Equal(("job_limit", "1 of at most 1 runs of job 'j' are executing; it starts when one of them ends."), (engine.Explain(job)[0].Code, engine.Explain(job)[0].Message));
        Assert.Equal("key_limit", First(engine, key));
        Assert.Equal("handler_limit", First(engine, handler));

        engine.SetLimits(new QueueLimits { MaxConcurrency = 1 }, "narrow");
        var queue = Two(run => run with { Queue = QueueName.Parse("narrow") });
        Assert.Equal("queue_limit", First(engine, queue));
        engine.SetLimits(new QueueLimits { Rate = 1, RateInterval = TimeSpan.FromMinutes(1) }, "slow");
        var rate = Two(run => run with { Queue = QueueName.Parse("slow") });
        var blocker = engine.Explain(rate)[0];
        Assert.Equal(("rate_limit", engine.Clock.Now().AddMinutes(1)), (blocker.Code, blocker.Until));
    }

    [Fact]
    public void No_slot_and_others_before_it_are_told()
    {
        var gate = new Gate();
        using var engine = new Engine().Configure(options => options.Slots = 1).Handle("h", gate.Wait).Start();
        engine.Enqueue("h");
        engine.Enqueue("h");
        var last = engine.Enqueue("h");
        engine.Settle();
        Assert.Equal(["no_slots", "behind_others"], engine.Explain(last).Select(blocker => blocker.Code));
    }

    [Fact]
    public void A_process_without_worker_says_so()
    {
        using var engine = new Engine().Configure(options => options.Roles = SilosRoles.Scheduler).Handle("h", (_, _) => Task.CompletedTask).Start();
        var id = engine.Enqueue("h");
        engine.Settle();
        Assert.Equal("no_worker", First(engine, id));
    }

    [Fact]
    public void A_store_that_is_away_is_told()
    {
        var faults = new ScriptedFaults();
        using var engine = new Engine(faults: faults).Handle("h", (_, _) => Task.CompletedTask).Configure(options => options.Slots = 1).Start();
        var id = engine.Enqueue("h", run => run with { DueAt = engine.Clock.Now().AddSeconds(5) });
        faults.Away = true;
        engine.Advance(TimeSpan.FromSeconds(6));
        var run = engine.New("h") with { Id = id };
        Assert.Equal("store_away", engine.Explain(new PendingRun { Request = run, State = RunState.Queued })[0].Code);
    }

    [Fact]
    public void Nothing_in_the_way_is_nothing()
    {
        using var engine = new Engine().Handle("h", (_, _) => Task.CompletedTask).Start();
        Assert.Empty(engine.Explain(new PendingRun { Request = engine.New("h"), State = RunState.Queued }));
    }
}
