using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Queues;

public sealed class ScheduledTests
{
    private readonly List<(RunId Run, DateTimeOffset At)> _started = [];

    private Engine Start(IStoreFaults? faults = null)
    {
        var engine = new Engine(faults: faults);
        return engine.Handle("note", (context, _) =>
        {
            _started.Add((context.RunId, engine.Clock.Now()));
            return Task.CompletedTask;
        }).Start();
    }

    [Fact]
    public void A_delayed_run_starts_when_its_time_comes_and_not_before()
    {
        using var engine = Start();
        var due = engine.Clock.Now().AddMinutes(10);
        var id = engine.Enqueue("note", run => run with { DueAt = due });
        Assert.Equal(RunState.Scheduled, engine.Read(id).State);
        engine.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_started);
        engine.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([(id, due)], _started);
    }

    [Fact]
    public void Many_due_at_once_all_start_at_once()
    {
        using var engine = Start();
        var due = engine.Clock.Now().AddSeconds(30);
        engine.Do(() => engine.Host.EnqueueAsync(
            [.. Enumerable.Range(0, 5_000).Select(_ => engine.New("note", run => run with { DueAt = due }))], false, CancellationToken.None).AsTask());
        engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(5_000, _started.Count);
        Assert.All(_started, start => Assert.Equal(due, start.At));
    }

    [Fact]
    public void An_earlier_one_that_comes_later_is_not_late()
    {
        using var engine = Start();
        var late = engine.Enqueue("note", run => run with { DueAt = engine.Clock.Now().AddSeconds(50) });
        var early = engine.Enqueue("note", run => run with { DueAt = engine.Clock.Now().AddSeconds(20) });
        engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([early], _started.Select(start => start.Run));
        engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([early, late], _started.Select(start => start.Run));
    }

    [Fact]
    public void A_clock_that_is_set_forward_is_noticed_within_a_second()
    {
        using var engine = Start();
        engine.Enqueue("note", run => run with { DueAt = engine.Clock.Now().AddHours(5) });
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(6));
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(_started);
    }

    [Fact]
    public void A_clock_that_is_set_back_starts_nothing_twice_and_nothing_early()
    {
        using var engine = Start();
        var due = engine.Clock.Now().AddSeconds(10);
        engine.Enqueue("note", run => run with { DueAt = due });
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(-1));
        engine.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(_started);
        engine.Advance(TimeSpan.FromMinutes(31));
        Assert.Single(_started);
        Assert.True(_started[0].At >= due);
        engine.Advance(TimeSpan.FromHours(2));
        Assert.Single(_started);
    }

    [Fact]
    public void A_far_away_due_time_is_reached_however_far_it_is()
    {
        using var engine = Start();
        var id = engine.Enqueue("note", run => run with { DueAt = engine.Clock.Now().AddMinutes(90) });
        engine.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal([id], _started.Select(start => start.Run));
    }

    [Fact]
    public void A_failed_promotion_is_made_good()
    {
        var faults = new ScriptedFaults();
        using var engine = Start(faults);
        engine.Enqueue("note", run => run with { DueAt = engine.Clock.Now().AddSeconds(5) });
        faults.Next("runs.promote", FaultKind.Unconfirmed);
        engine.Advance(TimeSpan.FromSeconds(15));
        Assert.Single(_started);
    }

    [Fact]
    public void Runs_in_the_inbox_are_adopted_within_a_second_or_at_a_hint()
    {
        using var engine = Start();
        engine.Advance(TimeSpan.FromSeconds(3));
        var first = engine.New("note");
        engine.Do(() => engine.Store.Runs.PostAsync([first], CancellationToken.None).AsTask());
        engine.Settle();
        Assert.Empty(_started);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([first.Id], _started.Select(start => start.Run));

        var second = engine.New("note");
        engine.Do(() => engine.Store.Runs.PostAsync([second], CancellationToken.None).AsTask());
        engine.Host.HintInbox(second.Partition);
        engine.Settle();
        Assert.Equal(2, _started.Count);
    }

    [Fact]
    public void An_adoption_whose_answer_is_lost_loses_no_run()
    {
        var faults = new ScriptedFaults();
        using var engine = Start(faults);
        var run = engine.New("note");
        var later = engine.New("note", other => other with { DueAt = engine.Clock.Now().AddSeconds(20) });
        engine.Do(() => engine.Store.Runs.PostAsync([run, later], CancellationToken.None).AsTask());
        faults.Next("runs.adopt", FaultKind.Unconfirmed);
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([run.Id], _started.Select(start => start.Run));
        engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(2, _started.Count);
    }

    [Fact]
    public void An_adoption_that_overlaps_a_read_of_the_queue_starts_nothing_twice()
    {
        var faults = new ScriptedFaults();
        var database = new InMemoryDatabase();
        using (var first = new Engine(database: database).Configure(options => options.Roles = SilosRoles.Scheduler).Start())
        {
            for (var i = 0; i < 50; i++)
            {
                first.Enqueue("note");
            }

            first.Stop();
        }

        using var engine = new Engine(database: database, faults: faults).Configure(options => options.QueueWindow = 10);
        engine.Handle("note", (context, _) =>
        {
            _started.Add((context.RunId, default));
            return Task.CompletedTask;
        });
        var posted = Enumerable.Range(0, 20).Select(_ => engine.New("note")).ToList();
        engine.Do(() => engine.Store.Runs.PostAsync(posted, CancellationToken.None).AsTask());
        engine.Start();
        engine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(70, _started.Count);
        Assert.Equal(70, _started.Select(start => start.Run).Distinct().Count());
    }

    [Fact]
    public void A_run_whose_adoption_is_heard_of_after_a_read_has_brought_it_is_started_once()
    {
        var faults = new ScriptedFaults();
        using var engine = new Engine(faults: faults).Configure(options =>
        {
            options.QueueWindow = 10;
            options.PartitionWindow = 10;
        });
        engine.Handle("note", (context, _) =>
        {
            _started.Add((context.RunId, default));
            return Task.CompletedTask;
        }).Start();

        // More than memory takes waits in a paused queue, so that the queue must be read on when it is resumed.
        engine.Set("pause", "*", JsonText.From(new Silos.Jobs.Pause("ann", null, engine.Clock.Now())));
        engine.Do(() => engine.Host.EnqueueAsync([.. Enumerable.Range(0, 30).Select(_ => engine.New("note"))], false, CancellationToken.None).AsTask());
        engine.Settle();
        var posted = engine.New("note", run => run with { Priority = -1 });
        engine.Do(() => engine.Store.Runs.PostAsync([posted], CancellationToken.None).AsTask());

        // The run is moved from the inbox into the queue, and before the answer arrives a read finds it there.
        faults.HoldAnswer("runs.adopt");
        engine.Advance(TimeSpan.FromSeconds(2));
        engine.Set("pause", "*", default);
        engine.Settle();
        Assert.Equal(31, _started.Count);
        faults.ReleaseAnswer("runs.adopt");
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(31, _started.Count);
        Assert.Equal(RunState.Completed, engine.Read(posted.Id).State);
    }

    [Fact]
    public void A_backlog_larger_than_memory_is_executed_in_order()
    {
        var order = new List<int>();
        using var engine = new Engine().Configure(options =>
        {
            options.QueueWindow = 10;
            options.PartitionWindow = 10;
            options.Slots = 1;
        });
        engine.Handle("note", (context, _) =>
        {
            order.Add(context.Payload.As<int>());
            return Task.CompletedTask;
        }).Start();
        engine.Set("pause", "*", JsonText.From(new Silos.Jobs.Pause("ann", null, engine.Clock.Now())));
        var now = engine.Clock.Now();
        var numbers = Enumerable.Range(0, 500).ToArray();
        new Random(3).Shuffle(numbers);
        foreach (var chunk in numbers.Chunk(50))
        {
            engine.Do(() => engine.Host.EnqueueAsync(
                [.. chunk.Select(i => engine.New("note", run => run with { Payload = JsonText.From(i), DueAt = now.AddMilliseconds(-1000 + i) }))],
                false, CancellationToken.None).AsTask());
        }

        engine.Set("pause", "*", default);
        engine.Settle();
        Assert.Equal(Enumerable.Range(0, 500), order);
    }
}
