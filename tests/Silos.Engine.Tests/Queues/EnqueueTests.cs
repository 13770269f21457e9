using Silos.Queues;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Queues;

public sealed class EnqueueTests
{
    private readonly List<RunId> _started = [];
    private readonly ScriptedFaults _faults = new();

    private Engine Start(Action<EngineOptions>? configure = null)
    {
        var engine = new Engine(faults: _faults).Configure(configure ?? (_ => { }));
        return engine.Handle("note", (context, _) =>
        {
            _started.Add(context.RunId);
            return Task.CompletedTask;
        }).Start();
    }

    [Fact]
    public void Calls_made_at_the_same_time_share_a_commit()
    {
        using var engine = Start(options => options.Roles = SilosRoles.Scheduler);
        var before = _faults.Calls.GetValueOrDefault("runs.commit");
        var tasks = Enumerable.Range(0, 100)
            .Select(_ => engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("note")], false, CancellationToken.None).AsTask()))
            .ToList();
        engine.Settle();
        Assert.All(tasks, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.InRange(_faults.Calls["runs.commit"] - before, 1, 60);
        _faults.Hold("runs.commit");
        var one = engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("note")], false, CancellationToken.None).AsTask());
        engine.Settle();
        before = _faults.Calls["runs.commit"];
        tasks = Enumerable.Range(0, 100)
            .Select(_ => engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("note")], false, CancellationToken.None).AsTask()))
            .ToList();
        engine.Settle();
        Assert.False(one.IsCompleted);
        _faults.Release("runs.commit");
        engine.Settle();
        Assert.All(tasks, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(1, _faults.Calls["runs.commit"] - before);
    }

    [Fact]
    public void A_run_is_claimed_in_the_commit_that_stores_it()
    {
        using var engine = Start();
        var before = _faults.Calls.GetValueOrDefault("runs.commit");
        engine.Enqueue("note");
        engine.Settle();
        Assert.Single(_started);
        Assert.Equal(2, _faults.Calls["runs.commit"] - before);
    }

    [Fact]
    public void A_repeated_call_is_one_run()
    {
        using var engine = Start();
        var run = engine.New("note");
        Assert.Equal(EnqueueKind.Accepted, engine.Enqueue(run, mayRepeat: true).Kind);
        engine.Settle();
        var again = engine.Enqueue(run, mayRepeat: true);
        engine.Settle();
        Assert.Equal((EnqueueKind.Repeated, run.Id), (again.Kind, again.Id));
        Assert.Single(_started);
    }

    [Fact]
    public void An_id_that_was_wrongly_called_new_is_not_started_twice()
    {
        var gate = new Gate();
        using var engine = Start().Handle("wait", gate.Wait);
        using var other = new Engine().Handle("wait", gate.Wait).Start();
        var run = other.New("wait");
        Assert.Equal(EnqueueKind.Accepted, other.Enqueue(run).Kind);
        Assert.Equal(EnqueueKind.Repeated, other.Enqueue(run).Kind);
        other.Settle();
        Assert.Equal(1, gate.Entered);
        gate.Let(5);
        other.Settle();
        Assert.Equal(RunState.Completed, other.Read(run.Id).State);
        Assert.Equal(0, other.Worker.Slots.Taken);
    }

    [Fact]
    public void An_idempotency_key_makes_one_run_in_its_window()
    {
        using var engine = Start();
        NewRun Keyed(DuplicateMode mode) => engine.New("note", run => run with
        {
            Unique = new Uniqueness("order-7", engine.Clock.Now().AddHours(1), mode),
        });
        var first = Keyed(DuplicateMode.ReturnExisting);
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, first.Id), engine.Enqueue(first));
        engine.Settle();
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Existing, first.Id), engine.Enqueue(Keyed(DuplicateMode.ReturnExisting)));
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Existing, first.Id), engine.Enqueue(Keyed(DuplicateMode.Throttle)));
        Assert.Equal(EnqueueKind.Rejected, engine.Enqueue(Keyed(DuplicateMode.Reject)).Kind);
        engine.Settle();
        Assert.Single(_started);
        engine.Advance(TimeSpan.FromHours(1));
        Assert.Equal(EnqueueKind.Accepted, engine.Enqueue(Keyed(DuplicateMode.ReturnExisting)).Kind);
        engine.Settle();
        Assert.Equal(2, _started.Count);
    }

    [Fact]
    public void A_debounced_run_takes_the_last_payload_and_due_time()
    {
        var seen = new List<string>();
        using var engine = new Engine();
        engine.Handle("save", (context, _) =>
        {
            seen.Add(context.Payload.Text);
            return Task.CompletedTask;
        }).Start();
        EnqueueOutcome Save(string text, int seconds) => engine.Enqueue(engine.New("save", run => run with
        {
            Payload = JsonText.From(text),
            DueAt = engine.Clock.Now().AddSeconds(seconds),
            Unique = new Uniqueness("doc", engine.Clock.Now().AddMinutes(1), DuplicateMode.Replace),
        }));
        var first = Save("a", 5);
        engine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Replaced, first.Id), Save("b", 5));
        engine.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(seen);
        Assert.Equal(EnqueueKind.Replaced, Save("c", 0).Kind);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["\"c\""], seen);
        Assert.Equal(EnqueueKind.Accepted, Save("d", 0).Kind);
        engine.Settle();
        Assert.Equal(["\"c\"", "\"d\""], seen);
    }

    [Fact]
    public void Runs_for_several_partitions_are_stored_together_or_not_at_all()
    {
        using var engine = Start();
        var runs = Enumerable.Range(0, 10).Select(i => engine.New("note", run => run with { Queue = QueueName.Parse($"q{i}") })).ToList();
        _faults.Next("runs.post", FaultKind.Away);
        Assert.Throws<UnavailableException>(() => engine.Do(() => engine.Host.EnqueueAsync(runs, false, CancellationToken.None).AsTask()));
        var outcomes = engine.Get(() => engine.Host.EnqueueAsync(runs, false, CancellationToken.None).AsTask());
        Assert.All(outcomes, outcome => Assert.Equal(EnqueueKind.Accepted, outcome.Kind));
        engine.Settle();
        Assert.Equal(runs.Select(run => run.Id).Order(), _started.Order());
    }

    [Fact]
    public void A_commit_whose_answer_is_lost_is_repeated_and_stored_once()
    {
        using var engine = Start();
        _faults.Next("runs.commit", FaultKind.Unconfirmed);
        var two = Enumerable.Range(0, 2)
            .Select(_ => engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("note")], false, CancellationToken.None).AsTask()))
            .ToList();
        engine.Settle();
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.All(two, task => Assert.True(task.IsCompletedSuccessfully || task.Exception!.InnerException is UnavailableException));
        Assert.Equal(_started.Count, _started.Distinct().Count());
        Assert.Equal(2, _started.Count);
        Assert.Equal(0, engine.Worker.Slots.Taken);
    }

    [Fact]
    public void While_the_store_is_away_callers_are_told_and_afterwards_everything_goes_on()
    {
        using var engine = Start();
        _faults.Away = true;
        Assert.Throws<UnavailableException>(() => engine.Enqueue("note"));
        Assert.Throws<UnavailableException>(() => engine.Enqueue("note"));
        _faults.Away = false;
        engine.Advance(TimeSpan.FromSeconds(10));
        engine.Enqueue("note");
        engine.Settle();
        Assert.Single(_started);
    }

    [Fact]
    public void A_row_that_the_store_refuses_costs_the_others_nothing()
    {
        using var engine = Start();
        _faults.Hold("runs.commit");
        var tasks = Enumerable.Range(0, 9)
            .Select(_ => engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("note")], false, CancellationToken.None).AsTask()))
            .ToList();
        engine.Settle();
        // The commit under way, the one of all together, and a half of it fail.
        _faults.Next("runs.commit", FaultKind.None, FaultKind.Away, FaultKind.Away);
        _faults.Release("runs.commit");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(9, tasks.Count(task => task.IsCompletedSuccessfully));
        Assert.Equal(9, _started.Distinct().Count());
    }

    [Fact]
    public void A_process_without_the_scheduler_puts_runs_into_the_inbox()
    {
        var database = new InMemoryDatabase();
        using var api = new Engine(database: database).Configure(options => options.Roles = SilosRoles.Api).Start();
        var id = api.Enqueue("note");
        Assert.Equal(RunState.Queued, api.Read(id).State);
        Assert.Equal("no_scheduler", Assert.Single(api.Explain(id)).Code);
    }
}
