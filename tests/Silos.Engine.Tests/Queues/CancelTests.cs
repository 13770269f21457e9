using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Queues;

public sealed class CancelTests
{
    [Fact]
    public void A_waiting_run_is_cancelled_at_once_and_never_starts()
    {
        var gate = new Gate();
        using var engine = new Engine().Configure(options => options.Slots = 1).Handle("wait", gate.Wait).Start();
        engine.Enqueue("wait");
        var waiting = engine.Enqueue("wait");
        var scheduled = engine.Enqueue("wait", run => run with { DueAt = engine.Clock.Now().AddHours(1) });
        engine.Cancel(waiting);
        engine.Cancel(scheduled);
        engine.Settle();
        var run = engine.Read(waiting);
        Assert.Equal((RunState.Cancelled, "ann", "not needed"), (run.State, run.Cancel?.By, run.Cancel?.Reason));
        Assert.Equal(RunState.Cancelled, engine.Read(scheduled).State);
        gate.Let(5);
        engine.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, gate.Entered);
    }

    [Fact]
    public void A_running_handler_is_told_why_and_its_run_ends_as_cancelled()
    {
        CancelRequest? seen = null;
        using var engine = new Engine();
        engine.Handle("wait", async (context, token) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, token);
            }
            finally
            {
                seen = context.Cancellation;
            }
        }).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        Assert.True(engine.Host.IsRunning(id));
        engine.Cancel(id);
        engine.Settle();
        Assert.Equal(("ann", "not needed"), (seen?.By, seen?.Reason));
        var details = engine.Details(id);
        Assert.Equal(RunState.Cancelled, details.Run.State);
        Assert.Equal("cancelled", Assert.Single(details.Attempts).Outcome);
        Assert.False(engine.Host.IsRunning(id));
    }

    [Fact]
    public void A_handler_that_finishes_its_work_all_the_same_has_completed()
    {
        using var engine = new Engine();
        engine.Handle("stubborn", async (context, token) =>
        {
            while (!token.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), context.Clock, CancellationToken.None);
            }

            context.SetResult("done");
        }).Start();
        var id = engine.Enqueue("stubborn");
        engine.Settle();
        engine.Cancel(id);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
    }

    [Fact]
    public void A_cancelled_handler_that_fails_is_not_tried_again()
    {
        using var engine = new Engine();
        engine.Handle("rude", async (context, token) =>
        {
            while (!token.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), context.Clock, CancellationToken.None);
            }

            throw new InvalidOperationException("interrupted");
        }).Start();
        var id = engine.Enqueue("rude");
        engine.Settle();
        engine.Cancel(id);
        engine.Advance(TimeSpan.FromMinutes(5));
        var run = engine.Read(id);
        Assert.Equal((RunState.Cancelled, "interrupted", 1), (run.State, run.Error?.Message, run.Attempt));
    }

    [Fact]
    public void Terminate_records_the_end_at_once_and_keeps_the_slot_until_the_code_returns()
    {
        var gate = new TaskCompletionSource();
        using var engine = new Engine().Handle("deaf", (_, _) => gate.Task).Start();
        var id = engine.Enqueue("deaf");
        engine.Settle();
        engine.Cancel(id, terminate: true);
        engine.Settle();
        Assert.Equal(RunState.Cancelled, engine.Read(id).State);
        Assert.Equal(1, engine.Worker.Slots.Taken);
        Assert.Equal(1, engine.Worker.Abandoned);
        gate.SetResult();
        engine.Settle();
        Assert.Equal(0, engine.Worker.Slots.Taken);
        Assert.Equal(0, engine.Worker.Abandoned);
        Assert.Equal(RunState.Cancelled, engine.Read(id).State);
    }

    [Fact]
    public void A_wish_that_nobody_told_is_heard_all_the_same()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        var id = engine.Enqueue("wait");
        engine.Settle();
        engine.Do(() => engine.Store.Runs.RequestCancelAsync(
            TenantId.Default, id, new CancelRequest("ann", null, engine.Clock.Now()), CancellationToken.None).AsTask());
        engine.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(RunState.Cancelled, engine.Read(id).State);
    }

    [Fact]
    public void A_wish_outlives_the_owner()
    {
        var database = new InMemoryDatabase();
        var gate = new Gate();
        using var first = new Engine(database: database).Handle("wait", gate.Wait).Start();
        var running = first.Enqueue("wait");
        var waiting = first.Enqueue("wait", run => run with { DueAt = first.Clock.Now().AddMinutes(1) });
        first.Settle();
        first.Store.Kill();
        using var second = new Engine(database: database, clock: first.Clock).Handle("wait", gate.Wait);
        foreach (var run in new[] { running, waiting })
        {
            second.Do(() => second.Store.Runs.RequestCancelAsync(
                TenantId.Default, run, new CancelRequest("ann", null, second.Clock.Now()), CancellationToken.None).AsTask());
        }

        second.Start();
        second.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(RunState.Cancelled, second.Read(running).State);
        Assert.Equal(RunState.Cancelled, second.Read(waiting).State);
        Assert.Equal(1, gate.Entered);
    }

    [Fact]
    public void A_run_in_the_inbox_is_cancelled_when_it_is_adopted()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        var run = engine.New("wait");
        engine.Do(() => engine.Store.Runs.PostAsync([run], CancellationToken.None).AsTask());
        engine.Cancel(run.Id);
        engine.Settle();
        Assert.Equal(RunState.Cancelled, engine.Read(run.Id).State);
        Assert.Equal(0, gate.Entered);
    }

    [Fact]
    public void A_run_that_fails_while_the_wish_is_being_written_is_cancelled_and_not_retried()
    {
        var faults = new ScriptedFaults();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new Engine(faults: faults).Handle("fail", async (_, _) =>
        {
            await go.Task;
            throw new InvalidOperationException("no");
        }).Start();
        var id = engine.Enqueue("fail");
        engine.Settle();
        faults.Hold("runs.commit");
        go.SetResult();
        engine.Settle();
        engine.Cancel(id);
        faults.Release("runs.commit");
        engine.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((RunState.Cancelled, 1), (engine.Read(id).State, engine.Read(id).Attempt));
    }
}
