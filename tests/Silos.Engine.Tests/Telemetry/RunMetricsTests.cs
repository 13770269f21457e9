using Microsoft.Extensions.DependencyInjection;
using Silos.Engine.Runs;
using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Telemetry;

/// <summary>What partitions and workers tell: each event, with its value.</summary>
public sealed class RunMetricsTests
{
    private readonly InMemoryDatabase _database = new();
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void A_run_is_counted_once_by_whichever_way_it_came_and_what_made_no_run_is_not()
    {
        using var heard = new Heard();
        using var engine = Process(new Gate(), options => options.Roles = SilosRoles.Scheduler).Start();
        var run = engine.New("wait");
        NewRun Keyed(DuplicateMode mode) => engine.New("wait", one => one with { Unique = new Uniqueness("order-7", _clock.Now().AddHours(1), mode) });
        engine.Enqueue(run, mayRepeat: true);
        engine.Enqueue(run, mayRepeat: true);
        engine.Enqueue(Keyed(DuplicateMode.ReturnExisting));
        engine.Enqueue(Keyed(DuplicateMode.ReturnExisting));
        engine.Enqueue(Keyed(DuplicateMode.Reject));
        engine.Enqueue(Keyed(DuplicateMode.Replace));
        Assert.Equal(2, heard.Sum("silos.runs.enqueued"));

        var posted = engine.New("wait");
        engine.Do(() => engine.Store.Runs.PostAsync([posted, engine.New("wait", one => one with { DueAt = _clock.Now().AddHours(1) })], CancellationToken.None).AsTask());
        engine.Do(() => engine.Store.Runs.PostAsync([posted, run], CancellationToken.None).AsTask());
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(4, heard.Sum("silos.runs.enqueued"));
    }

    /// <summary>A run that was made after its due instant, by catch-up or backfill, could not have started before it was made.</summary>
    [Fact]
    public void A_start_is_late_from_when_it_was_due_and_asked_for()
    {
        using var heard = new Heard();
        var gate = new Gate();
        gate.Let(10);
        using var engine = Process(gate, options => options.Slots = 1).Start();
        engine.Enqueue("wait", run => run with { DueAt = _clock.Now().AddHours(-1) });
        engine.Settle();
        engine.Enqueue("wait", run => run with { DueAt = _clock.Now().AddSeconds(20) });
        engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([0, 0], heard.Values("silos.run.start.lateness"));
        Assert.All(Late(engine), late => Assert.InRange(late, 0, 1));
    }

    [Fact]
    public void A_run_that_was_lost_is_late_from_when_that_was_found()
    {
        using var heard = new Heard();
        using var dead = Process(new Gate()).Start();
        dead.Enqueue("wait");
        dead.Settle();
        dead.Store.Kill();
        _clock.SetUtcNow(_clock.Now().AddHours(1));

        var gate = new Gate();
        gate.Let(1);
        using var next = Process(gate).Start();
        next.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([0, 0], heard.Values("silos.run.start.lateness"));
        Assert.InRange(Assert.Single(Late(next)), 0, 1);
    }

    [Fact]
    public void A_run_that_was_handed_back_is_late_from_then_in_the_process_that_is_next()
    {
        using var heard = new Heard();
        using (var stopping = Process(new Gate()).Start())
        {
            stopping.Enqueue("wait");
            stopping.Advance(TimeSpan.FromMinutes(30));
            stopping.Stop();
        }

        _clock.SetUtcNow(_clock.Now().AddSeconds(7));
        var gate = new Gate();
        gate.Let(1);
        using var next = Process(gate).Start();
        next.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, heard.Values("silos.run.start.lateness").Count());
        Assert.InRange(heard.Values("silos.run.start.lateness").Last(), 7, 60);
        Assert.InRange(Assert.Single(Late(next)), 6_000, 60_000);
    }

    [Fact]
    public void A_partition_that_is_given_up_after_an_error_is_counted()
    {
        using var heard = new Heard();
        var faults = new ScriptedFaults();
        using var engine = Process(new Gate(), faults: faults).Start();
        Assert.Equal(0, heard.Sum("silos.partitions.step_downs"));
        engine.Enqueue("wait");
        engine.Settle();
        faults.Next("runs.commit", FaultKind.Unconfirmed);
        _ = engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("wait")], false, CancellationToken.None).AsTask());
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, heard.Sum("silos.partitions.step_downs"));
    }

    [Fact]
    public void A_write_under_an_epoch_that_is_over_is_counted_by_that_check()
    {
        using var heard = new Heard();
        var gate = new Gate();
        using var former = Process(gate).Start();
        former.Enqueue("wait");
        former.Settle();
        using var owner = Process(new Gate());
        owner.Do(async () =>
        {
            var partition = Partitions.Of("default", "default");
            await owner.Store.Runs.OpenPartitionAsync(partition, "other", _clock.Now(), _clock.Now().AddMinutes(1), exclusive: true, CancellationToken.None);
        });
        gate.Let(1);
        former.Settle();
        Assert.Equal((1, 1), (heard.Sum("silos.writes.refused"), heard.Sum("silos.writes.refused", "check=epoch")));
    }

    [Fact]
    public void An_outcome_that_does_not_count_any_more_is_counted_by_its_token()
    {
        using var heard = new Heard();
        var gate = new Gate();
        using var engine = Process(gate).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        var owner = engine.Host.Hosted[Partitions.Of("default", "default")].Owner;
        engine.Do(() => engine.Store.Runs.CommitAsync(
            new PartitionCommit
            {
                Owner = owner,
                Now = _clock.Now(),
                Finished = [new FinishedRun { Run = id, Token = long.MaxValue, State = RunState.Cancelled, Attempts = 0, EndedAt = _clock.Now(), Outcome = "cancelled" }],
            },
            CancellationToken.None).AsTask());
        gate.Let(1);
        engine.Settle();
        Assert.Equal((1, 1), (heard.Sum("silos.writes.refused"), heard.Sum("silos.writes.refused", "check=token")));
    }

    private Engine Process(Gate gate, Action<EngineOptions>? configure = null, IStoreFaults? faults = null) =>
        new Engine(database: _database, clock: _clock, faults: faults).Configure(configure ?? (static _ => { })).Handle("wait", gate.Wait);

    /// <summary>How late the runs began that are counted for the dashboard, by the upper ends of the classes.</summary>
    private static IEnumerable<long> Late(Engine engine)
    {
        var total = Assert.Single(engine.Provider.GetRequiredService<RunTallies>().Take()).Lateness;
        for (var i = 1; i <= total.Total; i++)
        {
            yield return total.Percentile((double)i / total.Total)!.Value;
        }
    }
}
