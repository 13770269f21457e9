using Silos.Engine.Queues;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Engine.Tests.Queues;

public sealed class LimitTests
{
    private static QueueName Queue(string name) => QueueName.Parse(name);

    [Fact]
    public void A_queue_executes_no_more_at_once_than_its_limit()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        engine.SetLimits(new QueueLimits { MaxConcurrency = 2 });
        for (var i = 0; i < 5; i++)
        {
            engine.Enqueue("wait");
        }

        engine.Settle();
        Assert.Equal(2, gate.Inside);
        gate.Let(1);
        engine.Settle();
        Assert.Equal(2, gate.Inside);
        gate.Let(10);
        engine.Settle();
        Assert.Equal(5, gate.Entered);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(0, 400)]
    public void A_process_executes_as_many_at_once_as_it_has_slots_and_zero_means_no_limit(int slots, int inside)
    {
        var gate = new Gate();
        using var engine = new Engine().Configure(options => options.Slots = slots).Handle("wait", gate.Wait).Start();
        for (var i = 0; i < 400; i++)
        {
            engine.Enqueue("wait");
        }

        engine.Settle();
        Assert.Equal(inside, gate.Inside);
        gate.Let(400);
        engine.Settle();
        Assert.Equal(400, gate.Entered);
    }

    [Fact]
    public void A_limit_that_is_raised_holds_from_now_on()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        engine.SetLimits(new QueueLimits { MaxConcurrency = 1 });
        for (var i = 0; i < 5; i++)
        {
            engine.Enqueue("wait");
        }

        engine.Settle();
        Assert.Equal(1, gate.Inside);
        engine.SetLimits(new QueueLimits { MaxConcurrency = 3 });
        engine.Settle();
        Assert.Equal(3, gate.Inside);
    }

    [Fact]
    public void A_concurrency_key_holds_across_queues_and_partitions()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        var ids = Enumerable.Range(0, 6).Select(i => engine.Enqueue("wait", run => run with
        {
            Queue = Queue($"q{i}"),
            Options = new RunOptions { ConcurrencyKey = "printer", ConcurrencyLimit = 2 },
        })).ToList();
        Assert.True(ids.Select((_, i) => Partitions.Of("default", $"q{i}")).Distinct().Count() > 3);
        engine.Settle();
        for (var left = 6; left > 0; left -= 2)
        {
            Assert.Equal(2, gate.Inside);
            gate.Let(2);
            engine.Settle();
        }

        Assert.Equal(0, gate.Inside);
        Assert.All(ids, id => Assert.Equal(RunState.Completed, engine.Read(id).State));
    }

    [Fact]
    public void A_run_that_a_limit_holds_back_holds_nobody_else_back()
    {
        var gate = new Gate();
        var free = 0;
        using var engine = new Engine()
            .Handle("wait", gate.Wait)
            .Handle("free", (_, _) =>
            {
                free++;
                return Task.CompletedTask;
            })
            .Start();
        for (var i = 0; i < 3_000; i++)
        {
            engine.Do(() => engine.Host.EnqueueAsync(
                [engine.New("wait", run => run with { Options = new RunOptions { ConcurrencyKey = "k" }, Priority = 5 })], false, CancellationToken.None).AsTask());
        }

        engine.Enqueue("free");
        engine.Settle();
        Assert.Equal(1, gate.Inside);
        Assert.Equal(1, free);

        // And all of them have their turn, also those that were left to the store meanwhile.
        gate.Let(int.MaxValue);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3_000, gate.Entered);
        Assert.Equal(1, gate.Most);
    }

    [Fact]
    public void A_job_and_a_handler_have_limits_of_their_own()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait, handler => handler.MaxConcurrency(3)).Start();
        for (var i = 0; i < 6; i++)
        {
            engine.Enqueue("wait", run => run with
            {
                Job = JobName.Parse(i < 4 ? "a" : "b"),
                Options = new RunOptions { JobLimit = 2 },
            });
        }

        engine.Settle();
        Assert.Equal(["a", "a", "b"], gate.Names.Order());
        gate.Let(100);
        engine.Settle();
        Assert.Equal(6, gate.Entered);
        Assert.Equal(3, gate.Most);
    }

    [Fact]
    public void A_missing_permit_of_one_limit_wastes_none_of_another()
    {
        // One holds job j, another key k. When j is free again, those that waited first need k too: the one behind them must have j.
        var gates = new[] { "j", "k", "jk", "j2" }.ToDictionary(name => name, _ => new Gate());
        using var engine = new Engine();
        foreach (var (name, gate) in gates)
        {
            engine.Handle(name, gate.Wait);
        }

        engine.Start();
        void Ask(string handler, bool job, bool key) => engine.Enqueue(handler, run => run with
        {
            Job = job ? JobName.Parse("j") : null,
            Options = new RunOptions { JobLimit = job ? 1 : 0, ConcurrencyKey = key ? "k" : null },
        });
        Ask("j", job: true, key: false);
        Ask("k", job: false, key: true);
        for (var i = 0; i < 5; i++)
        {
            Ask("jk", job: true, key: true);
        }

        Ask("j2", job: true, key: false);
        engine.Settle();
        Assert.Equal([1, 1, 0, 0], gates.Values.Select(gate => gate.Entered));
        gates["j"].Let(1);
        engine.Settle();
        Assert.Equal([1, 1, 0, 1], gates.Values.Select(gate => gate.Entered));
        gates["k"].Let(1);
        gates["j2"].Let(1);
        gates["jk"].Let(5);
        engine.Settle();
        Assert.Equal([1, 1, 5, 1], gates.Values.Select(gate => gate.Entered));
    }

    [Fact]
    public void What_a_limit_left_to_the_store_is_read_again_when_those_before_it_were_cancelled()
    {
        var gate = new Gate();
        using var engine = new Engine().Handle("wait", gate.Wait).Start();
        NewRun Keyed(NewRun run) => run with { Options = new RunOptions { ConcurrencyKey = "k" } };
        engine.Enqueue("wait", Keyed);
        List<NewRun> waiting = [.. Enumerable.Range(0, 1_010).Select(_ => engine.New("wait", Keyed))];
        engine.Do(() => engine.Host.EnqueueAsync(waiting, false, CancellationToken.None).AsTask());
        engine.Settle();
        foreach (var run in waiting.OrderBy(run => run.Id).Take(1_000))
        {
            engine.Cancel(run.Id);
        }

        gate.Let(100);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(11, gate.Entered);
    }

    [Fact]
    public void A_run_whose_queue_is_full_does_not_keep_a_permit_from_a_run_of_another_queue()
    {
        var full = new Gate();
        var keyed = new Gate();
        using var engine = new Engine().Handle("full", full.Wait).Handle("keyed", keyed.Wait).Start();
        static int Of(QueueName name) => Partitions.Of(new QueueKey(TenantId.Default, name));
        var other = Enumerable.Range(0, 1_000).Select(i => Queue($"q{i}")).First(name => Of(name) == Of(QueueName.Default));
        NewRun Keyed(NewRun run) => run with { Options = new RunOptions { ConcurrencyKey = "k" } };
        engine.SetLimits(new QueueLimits { MaxConcurrency = 1 });
        engine.Enqueue("keyed", run => Keyed(run) with { Queue = other });
        engine.Settle();
        for (var i = 1; i <= 5; i++)
        {
            engine.Enqueue("keyed", run => Keyed(run) with { DueAt = run.DueAt.AddSeconds(-i) });
        }

        engine.Settle();
        engine.Enqueue("keyed", run => Keyed(run) with { Queue = other });
        engine.Enqueue("full");
        engine.Settle();
        Assert.Equal((1, 1), (keyed.Inside, full.Inside));

        // The permit is free: those that wait for it first cannot start, because their queue is full; the last can.
        keyed.Let(1);
        engine.Settle();
        Assert.Equal(2, keyed.Entered);
    }

    [Fact]
    public void A_rate_lets_a_burst_through_and_then_so_many_per_interval()
    {
        var started = new List<DateTimeOffset>();
        using var engine = new Engine();
        engine.Handle("note", (_, _) =>
        {
            started.Add(engine.Clock.Now());
            return Task.CompletedTask;
        }).Start();
        engine.SetLimits(new QueueLimits { Rate = 2, RateInterval = TimeSpan.FromSeconds(1), Burst = 3 });
        var begin = engine.Clock.Now();
        for (var i = 0; i < 7; i++)
        {
            engine.Enqueue("note");
        }

        engine.Settle();
        Assert.Equal(3, started.Count);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([0, 0, 0, 500, 1000, 1500, 2000], started.Select(at => (int)(at - begin).TotalMilliseconds));
    }

    [Fact]
    public void Weights_share_slots_between_queues_of_a_tenant()
    {
        var started = new List<string>();
        using var engine = new Engine().Configure(options => options.Slots = 1);
        engine.Handle("note", (context, _) =>
        {
            started.Add(context.Queue.Value);
            return Task.CompletedTask;
        });
        // Two queues of one partition, so that it is the partition that shares.
        var (one, two) = SamePartition("default", "default");
        engine.Start();
        engine.SetLimits(new QueueLimits { Weight = 3 }, one);
        engine.Set(SettingsSnapshot.PauseKind, "*", JsonText.From(new Pause("ann", null, engine.Clock.Now())));
        for (var i = 0; i < 40; i++)
        {
            engine.Enqueue("note", run => run with { Queue = Queue(one) });
            engine.Enqueue("note", run => run with { Queue = Queue(two) });
        }

        engine.Settle();
        Assert.Empty(started);
        engine.Set(SettingsSnapshot.PauseKind, "*", default);
        engine.Settle();
        Assert.Equal(30, started.Take(40).Count(queue => queue == one));
        Assert.Equal(80, started.Count);
    }

    [Fact]
    public void Tenants_take_turns_however_much_one_of_them_asks_for()
    {
        var started = new List<string>();
        using var engine = new Engine().Configure(options => options.Slots = 1);
        engine.Handle("note", (context, _) =>
        {
            started.Add(context.Tenant.Value);
            return Task.CompletedTask;
        });
        engine.Start();
        engine.Set(SettingsSnapshot.PauseKind, "*", JsonText.From(new Pause("ann", null, engine.Clock.Now())));
        var (loud, quiet) = SamePartition("loud", "quiet");
        for (var i = 0; i < 100; i++)
        {
            engine.Enqueue("note", run => run with { Tenant = TenantId.Parse("loud"), Queue = Queue(loud) });
        }

        for (var i = 0; i < 5; i++)
        {
            engine.Enqueue("note", run => run with { Tenant = TenantId.Parse("quiet"), Queue = Queue(quiet) });
        }

        engine.Set(SettingsSnapshot.PauseKind, "*", default);
        engine.Settle();
        Assert.Equal(5, started.Take(10).Count(tenant => tenant == "quiet"));
    }

    [Fact]
    public void Partitions_take_turns_at_slots()
    {
        var started = new List<string>();
        using var engine = new Engine().Configure(options => options.Slots = 2);
        engine.Handle("note", (context, _) =>
        {
            started.Add(context.Queue.Value);
            return Task.CompletedTask;
        });
        engine.Start();
        engine.Set(SettingsSnapshot.PauseKind, "*", JsonText.From(new Pause("ann", null, engine.Clock.Now())));
        var (one, two) = OtherPartition();
        for (var i = 0; i < 200; i++)
        {
            engine.Enqueue("note", run => run with { Queue = Queue(one) });
        }

        for (var i = 0; i < 10; i++)
        {
            engine.Enqueue("note", run => run with { Queue = Queue(two) });
        }

        engine.Set(SettingsSnapshot.PauseKind, "*", default);
        engine.Settle();
        Assert.Equal(210, started.Count);
        Assert.True(started.FindLastIndex(queue => queue == two) < 100, "The busy partition kept the other from its share.");
    }

    internal static (string One, string Two) SamePartition(string tenantOne, string tenantTwo)
    {
        for (var i = 0; ; i++)
        {
            if (Partitions.Of(tenantOne, "one") == Partitions.Of(tenantTwo, $"two{i}"))
            {
                return ("one", $"two{i}");
            }
        }
    }

    internal static (string One, string Two) OtherPartition()
    {
        for (var i = 0; ; i++)
        {
            if (Partitions.Of("default", "one") != Partitions.Of("default", $"two{i}"))
            {
                return ("one", $"two{i}");
            }
        }
    }
}
