using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Queues;

public sealed class RecoveryTests
{
    private readonly InMemoryDatabase _database = new();
    private readonly ManualTimeProvider _clock = new();

    private Engine Process(Gate gate, ScriptedFaults? faults = null) =>
        new Engine(database: _database, clock: _clock, faults: faults).Handle("wait", gate.Wait);

    [Fact]
    public void What_a_dead_process_was_executing_is_executed_again_and_burns_no_attempt()
    {
        var gate = new Gate();
        using var dead = Process(gate).Start();
        var ids = Enumerable.Range(0, 5).Select(_ => dead.Enqueue("wait")).ToList();
        var waiting = dead.Enqueue("wait", run => run with { DueAt = _clock.Now().AddSeconds(10) });
        dead.Settle();
        dead.Store.Kill();

        var again = new Gate();
        again.Let(100);
        using var next = Process(again).Start();
        next.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, again.Entered);
        foreach (var id in ids)
        {
            var details = next.Details(id);
            Assert.Equal((RunState.Completed, 1, 1), (details.Run.State, details.Run.Attempt, details.Run.Losses));
            Assert.Equal(["lost", "completed"], details.Attempts.Select(attempt => attempt.Outcome));
        }

        next.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RunState.Completed, next.Read(waiting).State);
    }

    [Fact]
    public void An_attempt_that_ends_while_an_expired_lease_cannot_be_renewed_is_recorded()
    {
        var gate = new Gate();
        var faults = new ScriptedFaults();
        using var engine = Process(gate, faults).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();

        // As after a machine slept: the lease is over, and the first call finds no store.
        _clock.SetUtcNow(_clock.Now().AddMinutes(3));
        faults.Away = true;
        gate.Let(1);
        engine.Settle();
        faults.Away = false;
        engine.Advance(TimeSpan.FromSeconds(10));

        var details = engine.Details(id);
        Assert.Equal((RunState.Completed, 1, 0), (details.Run.State, details.Run.Attempt, details.Run.Losses));
        Assert.Equal(1, gate.Entered);
    }

    [Fact]
    public void A_run_lost_twice_is_tried_alone_and_one_lost_three_times_alone_is_poison()
    {
        var poison = default(RunId);
        for (var life = 0; life < 5; life++)
        {
            var gate = new Gate();
            using var process = Process(gate).Start();
            if (life == 0)
            {
                poison = process.Enqueue("wait", run => run with { Priority = 9 });
            }

            for (var i = 0; i < 3; i++)
            {
                process.Enqueue("wait");
            }

            process.Settle();
            Assert.True(process.Host.IsRunning(poison));
            Assert.Equal(life >= 2 ? 1 : 4 + (life * 3), gate.Inside);
            process.Store.Kill();
        }

        var last = new Gate();
        last.Let(1_000);
        using var survivor = Process(last).Start();
        survivor.Advance(TimeSpan.FromSeconds(1));
        var run = survivor.Read(poison);
        Assert.Equal((RunState.Dead, "lost", 5, 0), (run.State, run.Error?.Type, run.Losses, run.Attempt));
        Assert.Equal(15, last.Entered);
    }

    [Fact]
    public void A_run_that_must_be_alone_does_not_hold_the_others_for_ever()
    {
        RunId suspect = default;
        for (var life = 0; life < 2; life++)
        {
            var gate = new Gate();
            using var process = Process(gate).Start();
            suspect = life == 0 ? process.Enqueue("wait") : suspect;
            process.Settle();
            process.Store.Kill();
        }

        var last = new Gate();
        using var engine = Process(last);
        engine.Handle("long", (context, token) => Task.Delay(TimeSpan.FromHours(3), context.Clock, token)).Start();
        Assert.Equal(1, last.Inside);
        last.Let(1);
        engine.Settle();
        Assert.Equal(RunState.Completed, engine.Read(suspect).State);

        // Now with a long neighbour: the suspect waits, the others are held for half a minute at a time.
        _ = engine.Enqueue("long");
        engine.Settle();
        var other = engine.Enqueue("wait");
        engine.Settle();
        Assert.True(engine.Host.IsRunning(other));
    }

    [Fact]
    public void A_commit_whose_answer_is_lost_records_each_outcome_once_and_keeps_what_runs()
    {
        var faults = new ScriptedFaults();
        var gate = new Gate();
        using var engine = Process(gate, faults).Start();
        var done = engine.Enqueue("wait", run => run with { Priority = 1, Job = JobName.Parse("j"), Options = new RunOptions { WakeJob = true } });
        var goesOn = engine.Enqueue("wait");
        engine.Settle();
        faults.Next("runs.commit", FaultKind.Unconfirmed);
        gate.Let(1);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(RunState.Completed, engine.Read(done).State);
        Assert.Single(engine.Details(done).Attempts);
        Assert.Equal("j", Assert.Single(engine.FinishedJobs).Name.Value);
        Assert.True(engine.Host.IsRunning(goesOn));
        gate.Let(1);
        engine.Settle();
        Assert.Equal((RunState.Completed, 0), (engine.Read(goesOn).State, engine.Read(goesOn).Losses));
        Assert.Equal(2, gate.Entered);
    }

    [Fact]
    public void An_outcome_that_was_not_written_is_written_when_the_store_is_back()
    {
        var faults = new ScriptedFaults();
        var gate = new Gate();
        using var engine = Process(gate, faults).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        faults.Away = true;
        gate.Let(1);
        engine.Advance(TimeSpan.FromSeconds(30));
        faults.Away = false;
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((RunState.Completed, 0), (engine.Read(id).State, engine.Read(id).Losses));
        Assert.Equal(1, gate.Entered);
    }

    [Fact]
    public void A_claim_that_failed_starts_nothing_and_burns_nothing()
    {
        foreach (var fault in new[] { FaultKind.Away, FaultKind.Unconfirmed })
        {
            var faults = new ScriptedFaults();
            var gate = new Gate();
            using var engine = new Engine(faults: faults).Handle("wait", gate.Wait).Start();
            var run = engine.New("wait");
            engine.Do(() => engine.Store.Runs.PostAsync([run], CancellationToken.None).AsTask());
            faults.Next("runs.commit", fault);
            engine.Host.HintInbox(0);
            engine.Settle();
            engine.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(1, gate.Entered);
            gate.Let(1);
            engine.Settle();
            var read = engine.Read(run.Id);
            Assert.Equal((RunState.Completed, 1, 0), (read.State, read.Attempt, read.Losses));
            Assert.Equal(0, engine.Worker.Slots.Taken);
        }
    }

    [Fact]
    public void A_result_that_the_store_refuses_hurts_neither_the_process_nor_another_run()
    {
        var faults = new ScriptedFaults();
        var gate = new Gate();
        using var engine = new Engine(faults: faults).Handle("wait", gate.Wait).Handle("garbage", async (context, token) =>
        {
            context.SetResult("\0");
            await gate.Wait(context, token);
        }).Start();
        var id = engine.Enqueue("garbage");
        engine.Settle();
        faults.Next("runs.commit", FaultKind.Away, FaultKind.Away, FaultKind.Away);
        gate.Let(1);
        engine.Advance(TimeSpan.FromSeconds(5));
        var run = engine.Read(id);
        Assert.Equal((RunState.Completed, (JsonText?)null), (run.State, run.Result));
        Assert.Contains(engine.Logs.Lines, line => line.Text.Contains("cannot be stored", StringComparison.Ordinal));
        var other = engine.Enqueue("wait");
        gate.Let(1);
        engine.Settle();
        Assert.Equal(RunState.Completed, engine.Read(other).State);
    }

    [Fact]
    public void A_process_whose_partition_was_taken_over_can_record_nothing()
    {
        var slow = new Gate();
        using var paused = Process(slow).Start();
        var id = paused.Enqueue("wait");
        paused.Settle();

        // Another process takes everything over while this one sleeps.
        paused.Store.Kill();
        var quick = new Gate();
        using var next = Process(quick).Start();
        next.Settle();
        Assert.Equal(1, quick.Inside);

        slow.Let(1);
        paused.Settle();
        Assert.Equal(RunState.Running, next.Read(id).State);
        quick.Let(1);
        next.Settle();
        Assert.Equal(["lost", "completed"], next.Details(id).Attempts.Select(attempt => attempt.Outcome));
    }

    [Fact]
    public void An_owner_that_lost_its_epoch_cancels_what_it_executes_and_records_nothing()
    {
        var gate = new Gate();
        using var engine = Process(gate).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        var partition = Partitions.Of("default", "default");
        engine.Do(() => engine.Store.Runs.OpenPartitionAsync(
            partition, "other", _clock.Now(), _clock.Now().AddMinutes(1), true, CancellationToken.None).AsTask());
        // It learns of it at its next write, which waits until the partition is its own again.
        var enqueue = engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("wait")], false, CancellationToken.None).AsTask());
        engine.Settle();
        Assert.Equal((0, 0), (gate.Inside, engine.Worker.Slots.Taken));
        Assert.False(enqueue.IsCompleted);
        gate.Let(100);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.True(enqueue.IsCompletedSuccessfully);
        Assert.Equal(["lost", "completed"], engine.Details(id).Attempts.Select(attempt => attempt.Outcome));
        Assert.Contains(engine.Logs.Lines, line => line.Text.Contains("taken over by another process", StringComparison.Ordinal));
    }

    [Fact]
    public void An_owner_that_cannot_renew_stops_dispatching_before_its_lease_ends()
    {
        var faults = new ScriptedFaults();
        var gate = new Gate();
        using var engine = Process(gate, faults).Start();
        engine.Advance(TimeSpan.FromMinutes(10));
        Assert.True(faults.Calls["runs.renew"] >= 15);
        var id = engine.Enqueue("wait");
        engine.Settle();
        Assert.True(engine.Host.IsRunning(id));
    }

    [Fact]
    public void Stopping_waits_for_what_runs_and_hands_the_rest_back()
    {
        var quick = new Gate();
        var process = new Engine(database: _database, clock: _clock);
        process.Handle("quick", (context, token) => Task.Delay(TimeSpan.FromSeconds(10), context.Clock, token));
        process.Handle("slow", (context, token) => Task.Delay(TimeSpan.FromHours(10), context.Clock, token));
        var deaf = new TaskCompletionSource();
        process.Handle("deaf", (_, _) => deaf.Task).Start();
        var a = process.Enqueue("quick");
        var b = process.Enqueue("slow");
        var c = process.Enqueue("deaf");
        process.Settle();
        var began = _clock.Now();
        process.Stop();
        Assert.InRange(_clock.Now() - began, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(45));
        Assert.Equal(RunState.Completed, process.Read(a).State);
        foreach (var id in new[] { b, c })
        {
            var details = process.Details(id);
            Assert.Equal((RunState.Queued, 0, 0), (details.Run.State, details.Run.Attempt, details.Run.Losses));
            Assert.Equal("handed_back", Assert.Single(details.Attempts).Outcome);
        }

        process.Dispose();
        process.Do(() => process.Store.DisposeAsync().AsTask());
        using var next = Process(quick);
        next.Handle("slow", (_, _) => Task.CompletedTask).Handle("deaf", (_, _) => Task.CompletedTask).Start();
        next.Settle();
        Assert.Equal(RunState.Completed, next.Read(b).State);
        Assert.Equal(RunState.Completed, next.Read(c).State);
    }

    [Fact]
    public void A_host_without_patience_still_gets_its_runs_handed_back()
    {
        var gate = new Gate();
        using var engine = Process(gate).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        engine.Do(() => engine.Host.StopAsync(new CancellationToken(canceled: true)), patience: TimeSpan.FromSeconds(1));
        var details = engine.Details(id);
        Assert.Equal((RunState.Queued, 0, 0), (details.Run.State, details.Run.Attempt, details.Run.Losses));
        Assert.Equal("handed_back", Assert.Single(details.Attempts).Outcome);
    }

    [Fact]
    public void A_partition_that_opens_and_fails_again_and_again_is_not_hurried_and_works_when_it_can()
    {
        var gate = new Gate();
        gate.Let(100);
        using (var first = Process(gate).Configure(options => options.Roles = SilosRoles.Scheduler).Start())
        {
            first.Enqueue("wait");
            first.Stop();
        }

        var faults = new ScriptedFaults();
        faults.Next("runs.read_ready", [.. Enumerable.Repeat(FaultKind.Away, 60)]);
        using var engine = Process(gate, faults).Start();
        engine.Advance(TimeSpan.FromSeconds(20));
        Assert.InRange(faults.Calls["runs.read_ready"], 20, 40);
        engine.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, gate.Entered);
    }

    [Fact]
    public void A_stopping_process_accepts_runs_and_starts_none()
    {
        var gate = new Gate();
        using var engine = Process(gate).Start();
        engine.Enqueue("wait");
        engine.Settle();
        var stop = engine.Scheduler.Run(() => engine.Host.StopAsync(CancellationToken.None));
        engine.Settle();
        var late = engine.Enqueue("wait");
        engine.Settle();
        Assert.Equal(1, gate.Entered);
        Assert.Equal("draining", engine.Explain(late)[0].Code);
        gate.Let(1);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.True(stop.IsCompletedSuccessfully);
        Assert.Equal(RunState.Queued, engine.Read(late).State);
    }

    [Fact]
    public void A_lost_run_of_a_queue_with_others_keeps_its_place()
    {
        var gate = new Gate();
        using var dead = Process(gate).Configure(options => options.Slots = 1).Start();
        var first = dead.Enqueue("wait");
        dead.Settle();
        var second = dead.Enqueue("wait");
        dead.Store.Kill();
        var order = new List<RunId>();
        using var next = new Engine(database: _database, clock: _clock).Configure(options => options.Slots = 1);
        next.Handle("wait", (context, _) =>
        {
            order.Add(context.RunId);
            return Task.CompletedTask;
        }).Start();
        Assert.Equal([first, second], order);
    }

    [Fact]
    public void Tokens_rise_across_owners()
    {
        var tokens = new List<long>();
        for (var life = 0; life < 2; life++)
        {
            using var process = new Engine(database: _database, clock: _clock);
            process.Handle("note", (context, token) =>
            {
                tokens.Add(context.FencingToken);
                return Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, token);
            }).Start();
            if (life == 0)
            {
                process.Enqueue("note");
            }

            process.Settle();
            process.Store.Kill();
        }

        Assert.Equal(2, tokens.Count);
        Assert.True(tokens[1] > tokens[0]);
    }
}
