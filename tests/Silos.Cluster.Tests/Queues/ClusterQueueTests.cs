using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Queues;
using Silos.Cluster.Tests.Support;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Tests.Queues;

/// <summary>Queues of a cluster: partitions on several silos, runs lent from one to another, owners that come and go.</summary>
public sealed class ClusterQueueTests
{
    private readonly ConcurrentQueue<(string Worker, RunId Run)> _ran = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private void Note(ISilosBuilder silos, string handler) => silos.AddHandler(handler, (context, _) =>
    {
        _ran.Enqueue((context.Services.GetRequiredService<ILocalSiloDetails>().Name, context.RunId));
        return Task.CompletedTask;
    });

    private void Hold(ISilosBuilder silos, string handler) => silos.AddHandler(handler, async (context, token) =>
    {
        _ran.Enqueue((context.Services.GetRequiredService<ILocalSiloDetails>().Name, context.RunId));
        await _gate.Task.WaitAsync(token);
    });

    private static Task SpreadAsync(Grid grid) => Grid.UntilAsync(
        () =>
        {
            var counts = grid.Cluster.Silos.Select(silo => silo.SiloHost.Services.GetRequiredService<PartitionBoard>().All.Count(p => p.IsOpen)).ToList();
            return Task.FromResult(counts.Sum() == Partitions.Count && counts.Max() - counts.Min() <= 1);
        },
        "every silo owns its share of the partitions",
        () => string.Join("; ", grid.Cluster.Silos.Select(silo => silo.Name + ": " + string.Join(' ', silo.SiloHost.Services.GetRequiredService<PartitionBoard>().All.Select(p => p.Number + (p.IsOpen ? "" : "!"))))));

    private static Task EndedAsync(Grid grid, int runs) => Grid.UntilAsync(
        async () => (await grid.Store.Reader.StatisticsAsync(TenantId.Default, Cancelled)).Successful == runs,
        $"{runs} runs are completed");

    [Fact]
    public async Task Runs_of_many_queues_are_executed_once_each_on_all_silos()
    {
        await using var grid = await Grid.StartAsync(3, silos => Note(silos, "note"));
        await SpreadAsync(grid);
        var requests = Enumerable.Range(0, 600).Select(i => new RunRequest { Handler = "note", Queue = QueueName.Parse($"q{i % 60}") }).ToList();
        foreach (var group in requests.Chunk(50))
        {
            await grid.Client.EnqueueManyAsync(group, Cancelled);
        }

        foreach (var request in requests.Take(60))
        {
            await grid.Client.EnqueueAsync(request, Cancelled);
        }

        await EndedAsync(grid, 660);
        Assert.Equal(660, _ran.Select(ran => ran.Run).Distinct().Count());
        Assert.Equal(660, _ran.Count);
        Assert.Equal(3, _ran.Select(ran => ran.Worker).Distinct().Count());
    }

    [Fact]
    public async Task Many_callers_of_a_silo_that_does_not_own_their_queue_each_get_their_own_answer()
    {
        await using var grid = await Grid.StartAsync(2, silos => Note(silos, "note"));
        await SpreadAsync(grid);
        var ids = new RunId[400];
        await Task.WhenAll(Enumerable.Range(0, ids.Length).Select(async i =>
        {
            // One of the two does not own it; half of the callers meet there.
            var client = grid.Silo(i % 2).GetRequiredService<ISilosClient>();
            var mine = RunId.New(TimeProvider.System.GetUtcNow());
            var request = new RunRequest { Handler = "note", Id = mine };
            if (i % 10 >= 2)
            {
                Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, mine), await client.EnqueueAsync(request, Cancelled));
                ids[i] = mine;
                return;
            }

            try
            {
                await client.EnqueueAsync(request with { IdempotencyKey = $"key-{i % 10}", OnDuplicate = DuplicateMode.Reject }, Cancelled);
                ids[i] = mine;
            }
            catch (ConflictException)
            {
                // One of the forty callers with this key was first.
                ids[i] = default;
            }
        }));

        var accepted = ids.Where(id => id != default).ToList();
        Assert.Equal(322, accepted.Count);
        await EndedAsync(grid, accepted.Count);
        Assert.Equal(accepted.Order(), _ran.Select(ran => ran.Run).Order());
    }

    [Fact]
    public async Task A_run_is_lent_to_the_silo_that_has_its_handler()
    {
        var number = 0;
        await using var grid = await Grid.StartAsync(
            3,
            silos =>
            {
                if (Interlocked.Increment(ref number) == 3)
                {
                    Note(silos, "rare");
                }
            },
            homogeneous: false);
        await SpreadAsync(grid);
        await Grid.UntilAsync(
            async () =>
            {
                try
                {
                    await grid.Client.EnqueueAsync(new RunRequest { Handler = "rare" }, Cancelled);
                    return true;
                }
                catch (InvalidException)
                {
                    // The silos have not told each other yet what they can do.
                    return false;
                }
            },
            "every silo knows the handler of the third one");
        for (var i = 0; i < 20; i++)
        {
            await grid.Client.EnqueueAsync(new RunRequest { Handler = "rare", Queue = QueueName.Parse($"q{i}") }, Cancelled);
        }

        await EndedAsync(grid, 21);
        Assert.Single(_ran.Select(ran => ran.Worker).Distinct());
        Assert.Equal(21, _ran.Count);
    }

    [Fact]
    public async Task Runs_of_a_silo_that_is_killed_run_again_elsewhere_without_burning_an_attempt()
    {
        // The lease of a silo that is declared dead is not waited for.
        await using var grid = await Grid.StartAsync(
            3, silos => Hold(silos, "hold"), options: (_, engine) => engine.LeaseDuration = TimeSpan.FromMinutes(10));
        await SpreadAsync(grid);
        var ids = new List<RunId>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add((await grid.Client.EnqueueAsync(new RunRequest { Handler = "hold", Queue = QueueName.Parse($"q{i}"), Timeout = TimeSpan.FromMinutes(5) }, Cancelled)).Id);
        }

        await Grid.UntilAsync(() => Task.FromResult(_ran.Count == 12), "all of them execute");
        var victim = grid.Cluster.Silos[2];
        var lost = _ran.Count(ran => ran.Worker == victim.Name);
        Assert.NotEqual(0, lost);
        await grid.Cluster.KillSiloAsync(victim);

        await Grid.UntilAsync(() => Task.FromResult(_ran.Count(ran => ran.Worker != victim.Name) == 12), "the lost ones execute elsewhere");
        _gate.SetResult();
        await EndedAsync(grid, 12);
        foreach (var id in ids)
        {
            Assert.Equal(1, (await grid.Client.GetRunAsync(TenantId.Default, id, Cancelled)).Run.Attempt);
        }
    }

    [Fact]
    public async Task A_long_attempt_goes_on_while_its_partition_moves_to_a_silo_that_joins()
    {
        await using var grid = await Grid.StartAsync(1, silos => Hold(silos, "hold"));
        await SpreadAsync(grid);
        for (var i = 0; i < 16; i++)
        {
            await grid.Client.EnqueueAsync(new RunRequest { Handler = "hold", Queue = QueueName.Parse($"q{i}"), Timeout = TimeSpan.FromMinutes(5) }, Cancelled);
        }

        await Grid.UntilAsync(() => Task.FromResult(_ran.Count == 16), "all of them execute");
        await grid.Cluster.StartAdditionalSiloAsync();
        await SpreadAsync(grid);
        _gate.SetResult();

        await EndedAsync(grid, 16);
        Assert.Equal(16, _ran.Count);
        var runs = await grid.Client.ListRunsAsync(new Stores.RunQuery(TenantId.Default), Cancelled);
        Assert.All(runs, run => Assert.Equal((1, 0), (run.Attempt, run.Losses)));
    }

    [Fact]
    public async Task What_an_attempt_holds_of_a_limit_is_free_when_its_partition_was_elsewhere_and_comes_back()
    {
        await using var grid = await Grid.StartAsync(1, silos => Hold(silos, "hold"));
        await SpreadAsync(grid);
        RunRequest Request(int i) => new()
        {
            Handler = "hold",
            Queue = QueueName.Parse($"q{i}"),
            Timeout = TimeSpan.FromMinutes(5),
            ConcurrencyKey = $"key {i}",
            ConcurrencyLimit = 1,
        };
        for (var i = 0; i < 16; i++)
        {
            await grid.Client.EnqueueAsync(Request(i), Cancelled);
        }

        await Grid.UntilAsync(() => Task.FromResult(_ran.Count == 16), "all of them execute");
        var second = await grid.Cluster.StartAdditionalSiloAsync();
        await SpreadAsync(grid);
        _gate.SetResult();
        await EndedAsync(grid, 16);
        await grid.Cluster.StopSiloAsync(second);
        for (var i = 0; i < 16; i++)
        {
            await grid.Client.EnqueueAsync(Request(i), Cancelled);
        }

        await EndedAsync(grid, 32);
    }

    [Fact]
    public async Task A_silo_that_stops_hands_its_partitions_over_and_its_attempts_end_as_they_would()
    {
        await using var grid = await Grid.StartAsync(2, silos => Hold(silos, "hold"), options: (_, engine) => engine.DrainTimeout = TimeSpan.FromSeconds(20));
        await SpreadAsync(grid);
        for (var i = 0; i < 16; i++)
        {
            await grid.Client.EnqueueAsync(new RunRequest { Handler = "hold", Queue = QueueName.Parse($"q{i}"), Timeout = TimeSpan.FromMinutes(5) }, Cancelled);
        }

        await Grid.UntilAsync(() => Task.FromResult(_ran.Count == 16), "all of them execute");
        var leaving = grid.Cluster.Silos[1];
        var stopping = grid.Cluster.StopSiloAsync(leaving);
        var stays = grid.Silo(0).GetRequiredService<PartitionBoard>();
        await Grid.UntilAsync(() => Task.FromResult(stays.All.Count(partition => partition.IsOpen) == Partitions.Count), "the other silo owns everything");
        _gate.SetResult();
        await stopping;

        await EndedAsync(grid, 16);
        Assert.Equal(16, _ran.Count);
    }

    [Fact]
    public async Task A_queue_that_is_paused_starts_nothing_on_any_silo()
    {
        await using var grid = await Grid.StartAsync(3, silos => Note(silos, "note"));
        await SpreadAsync(grid);
        for (var i = 0; i < 9; i++)
        {
            var queue = new QueueKey(TenantId.Default, QueueName.Parse($"q{i}"));
            await grid.Client.PauseQueueAsync(queue, "ann", "maintenance", Cancelled);
            await grid.Client.EnqueueAsync(new RunRequest { Handler = "note", Queue = queue.Name }, Cancelled);
        }

        Assert.Empty(_ran);
        for (var i = 0; i < 9; i++)
        {
            await grid.Client.ResumeQueueAsync(new QueueKey(TenantId.Default, QueueName.Parse($"q{i}")), "ann", Cancelled);
        }

        await EndedAsync(grid, 9);
    }

    [Fact]
    public async Task A_cancelled_run_stops_wherever_it_executes_and_whoever_waits_hears_of_it()
    {
        await using var grid = await Grid.StartAsync(3, silos => Hold(silos, "hold"));
        await SpreadAsync(grid);
        for (var i = 0; i < 6; i++)
        {
            var id = (await grid.Client.EnqueueAsync(new RunRequest { Handler = "hold", Queue = QueueName.Parse($"q{i}") }, Cancelled)).Id;
            await Grid.UntilAsync(() => Task.FromResult(_ran.Any(ran => ran.Run == id)), "it executes");
            var waiting = grid.Client.WaitAsync(TenantId.Default, id, Cancelled);
            Assert.True(await grid.Client.CancelAsync(TenantId.Default, id, new CancelRequest("ann", "not needed", DateTimeOffset.UnixEpoch), Cancelled));

            var ended = await waiting;
            Assert.Equal((RunState.Cancelled, "ann"), (ended.State, ended.Cancel?.By));
        }
    }
}
