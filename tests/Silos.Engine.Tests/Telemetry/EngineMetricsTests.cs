using Silos.Engine.Tests.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Telemetry;

/// <summary>What the whole engine tells: jobs, and what there is at the moment.</summary>
public sealed class EngineMetricsTests
{
    [Fact]
    public void Runs_of_schedules_and_triggers_are_enqueued_ones_too()
    {
        using var heard = new Heard();
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "* * * * *");
        engine.Advance(TimeSpan.FromMinutes(3));
        engine.Trigger("report");
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, engine.Ran.Count);
        Assert.Equal(4, heard.Sum("silos.runs.enqueued"));
        Assert.Equal(3, heard.Sum("silos.ledger.verdicts", "verdict=enqueued"));
        Assert.Equal(4, heard.Sum("silos.runs.ended", "handler=report outcome=completed queue=default"));
    }

    [Fact]
    public void A_job_that_nothing_woke_is_counted_once_by_the_sweep_that_decides_it()
    {
        using var heard = new Heard();
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "0 * * * *");
        engine.AdvanceTo(JobEngine.Noon.AddMinutes(60).AddSeconds(30));
        Assert.Equal(0, heard.Sum("silos.sweeps.found"));

        // Another process makes it due and tells nobody.
        engine.Do(async () =>
        {
            var row = (await engine.Store.Jobs.FindAsync(JobEngine.Key("report"), CancellationToken.None))!;
            await engine.Store.Jobs.TrySaveAsync(row with { WakeAt = engine.Clock.Now() }, CancellationToken.None);
        });
        engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((1, 1), (heard.Sum("silos.sweeps.found"), heard.Sum("silos.sweeps.woken")));
    }

    [Fact]
    public void A_plan_that_somebody_overtook_is_counted_by_the_version()
    {
        using var heard = new Heard();
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Register("report", "0 * * * *");
        faults.Before = ("jobs.save", ChangeAsync);
        engine.Pause("report");
        Assert.Equal((1, 1), (heard.Sum("silos.writes.refused"), heard.Sum("silos.writes.refused", "check=version")));

        // Another process writes the row between the read and the write of the pause.
        async Task ChangeAsync()
        {
            var row = (await engine.Store.Jobs.FindAsync(JobEngine.Key("report"), CancellationToken.None))!;
            await engine.Store.Jobs.TrySaveAsync(row with { UpdatedAt = row.UpdatedAt.AddSeconds(1) }, CancellationToken.None);
        }
    }

    [Fact]
    public void An_attempt_that_is_abandoned_is_counted_and_is_stuck_until_its_code_returns()
    {
        using var heard = new Heard();
        var deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new JobEngine().With(silos => silos.AddHandler("deaf", (_, _) => deaf.Task)).Start();
        Enqueue(engine, "deaf", TimeSpan.FromSeconds(10));
        engine.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal((0, 0), (heard.Sum("silos.attempts.abandoned"), heard.Gauge("silos.attempts.stuck").Single().Value));
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((1, 1), (heard.Sum("silos.attempts.abandoned"), heard.Gauge("silos.attempts.stuck").Single().Value));
        deaf.SetResult();
        engine.Settle();
        Assert.Equal((1, 0), (heard.Sum("silos.attempts.abandoned"), heard.Gauge("silos.attempts.stuck").Single().Value));
    }

    [Fact]
    public void Gauges_tell_what_waits_in_memory_and_in_the_queues_and_for_how_long()
    {
        using var heard = new Heard();
        using var engine = new JobEngine().Configure(options => options.Slots = 1).Hold("hold").Start();
        for (var i = 0; i < 4; i++)
        {
            Enqueue(engine, "hold");
        }

        Enqueue(engine, "hold", due: engine.Clock.Now().AddHours(1));
        engine.Settle();
        Assert.Equal([("", 3)], heard.Gauge("silos.partitions.waiting"));
        Assert.Equal([("", Partitions.Count)], heard.Gauge("silos.partitions.owned"));
        Assert.Equal([("", 1)], heard.Gauge("silos.attempts.running"));
        Assert.Equal([("state=free", 0), ("state=used", 1)], heard.Gauge("silos.worker.slots"));
        Assert.Equal(Partitions.Count, heard.Gauge("silos.partition.epoch").Count(epoch => epoch.Value == 1));

        engine.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(
            [("queue=default state=queued", 3), ("queue=default state=running", 1), ("queue=default state=scheduled", 1)], heard.Gauge("silos.queue.depth"));
        Assert.Equal([("queue=default", 40)], heard.Gauge("silos.queue.oldest.age"));
    }

    private static void Enqueue(JobEngine engine, string handler, TimeSpan? timeout = null, DateTimeOffset? due = null) => engine.Do(() => engine.Client.EnqueueAsync(
        new RunRequest { Handler = handler, Timeout = timeout ?? TimeSpan.FromHours(1), RunAt = due, MaxAttempts = 1 }, CancellationToken.None));
}
