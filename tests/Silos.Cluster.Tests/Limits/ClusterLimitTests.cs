using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Limits;
using Silos.Cluster.Queues;
using Silos.Cluster.Tests.Support;
using Silos.Engine.Queues;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Tests.Limits;

/// <summary>Limits over several silos, judged by what handlers see and not by our own counts.</summary>
public sealed class ClusterLimitTests : IDisposable
{
    private static readonly GateKey Key = new(GateKind.ConcurrencyKey, TenantId.Default, "printer");

    private readonly LimitChecker _seen = new();
    private readonly SemaphoreSlim _gate = new(0);

    public void Dispose() => _gate.Dispose();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private void Short(ISilosBuilder silos) => silos.AddHandler("short", async (context, token) =>
    {
        using var _ = _seen.Enter(WorkerOf(context));
        await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, token);
    });

    private void Held(ISilosBuilder silos) => silos.AddHandler("held", async (context, token) =>
    {
        using var _ = _seen.Enter(WorkerOf(context));
        await _gate.WaitAsync(token);
    });

    private static string WorkerOf(Silos.Workers.JobContext context) => context.Services.GetRequiredService<ILocalSiloDetails>().Name;

    private static Task SpreadAsync(Grid grid, int? silos = null) => Grid.UntilAsync(
        () =>
        {
            var counts = grid.Cluster.Silos.Select(silo => silo.SiloHost.Services.GetRequiredService<PartitionBoard>().All.Count(p => p.IsOpen)).ToList();
            return Task.FromResult(counts.Count >= (silos ?? 0) && counts.Sum() == Partitions.Count && counts.Max() - counts.Min() <= 1);
        },
        "every silo owns its share of the partitions");

    private static Task EndedAsync(Grid grid, int runs, Func<string>? seen = null) => Grid.UntilAsync(
        async () => (await grid.Store.Reader.StatisticsAsync(TenantId.Default, Cancelled)).Successful == runs,
        $"{runs} runs are completed",
        seen);

    private static async Task<RunId> EnqueueAsync(Grid grid, string handler, int queue, int limit) => (await grid.Client.EnqueueAsync(
        new RunRequest
        {
            Handler = handler,
            Queue = QueueName.Parse($"q{queue}"),
            ConcurrencyKey = Key.Name,
            ConcurrencyLimit = limit,
            Timeout = TimeSpan.FromMinutes(5),
        },
        Cancelled)).Id;

    private static async Task FillAsync(Grid grid, int runs, int limit)
    {
        foreach (var group in Enumerable.Range(0, runs).Chunk(30))
        {
            await Task.WhenAll(group.Select(i => EnqueueAsync(grid, "short", i % 30, limit)));
        }
    }

    [Fact]
    public async Task A_key_used_from_many_queues_is_never_executed_more_often_than_it_may()
    {
        await using var grid = await Grid.StartAsync(3, Short);
        await SpreadAsync(grid);
        await FillAsync(grid, 240, limit: 3);

        await EndedAsync(grid, 240, () => _seen.ToString());
        Assert.Equal(3, _seen.Most);
        Assert.Equal(3, _seen.Workers.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_limit_holds_and_goes_on_when_a_silo_is_killed(bool home)
    {
        await using var grid = await Grid.StartAsync(3, Short);
        await SpreadAsync(grid);
        await FillAsync(grid, 240, limit: 3);
        await Grid.UntilAsync(() => Task.FromResult(_seen.Count > 60), "some of them have executed");

        // With the silo that counts the permits, or with one that only holds some.
        var number = PermitHolder.HomeOf(Key, Partitions.Count);
        var victim = grid.Cluster.Silos.First(silo => silo.SiloHost.Services.GetRequiredService<PartitionBoard>().Find(number) is not null == home);
        await grid.Cluster.KillSiloAsync(victim);
        _seen.Killed(victim.Name);

        await EndedAsync(grid, 240, () => _seen.ToString());
        Assert.Equal(3, _seen.Most);
    }

    [Fact]
    public async Task A_limit_holds_while_partitions_move_to_silos_that_join_and_from_one_that_leaves()
    {
        await using var grid = await Grid.StartAsync(1, silos =>
        {
            Short(silos);
            Held(silos);
        });
        await SpreadAsync(grid);
        var held = await Task.WhenAll(EnqueueAsync(grid, "held", 1, limit: 3), EnqueueAsync(grid, "held", 17, limit: 3));
        await Grid.UntilAsync(() => Task.FromResult(_seen.Now == 2), "two long ones execute");
        await FillAsync(grid, 120, limit: 3);
        await grid.Cluster.StartAdditionalSiloAsync();
        await SpreadAsync(grid, 2);
        await FillAsync(grid, 60, limit: 3);
        var third = await grid.Cluster.StartAdditionalSiloAsync();
        await SpreadAsync(grid, 3);
        await FillAsync(grid, 60, limit: 3);
        await grid.Cluster.StopSiloAsync(third);

        await EndedAsync(grid, 240, () => _seen.ToString());
        Assert.Equal(3, _seen.Most);
        _gate.Release(2);
        await EndedAsync(grid, 242, () => _seen.ToString());
        foreach (var id in held)
        {
            Assert.Equal(1, (await grid.Client.GetRunAsync(TenantId.Default, id, Cancelled)).Run.Attempt);
        }
    }

    [Fact]
    public async Task A_limit_that_changed_holds_from_the_next_start_on()
    {
        await using var grid = await Grid.StartAsync(3, Held);
        await SpreadAsync(grid);
        for (var i = 0; i < 4; i++)
        {
            await EnqueueAsync(grid, "held", i, limit: 2);
        }

        await Grid.UntilAsync(() => Task.FromResult(_seen.Now == 2), "two execute");
        for (var i = 4; i < 10; i++)
        {
            await EnqueueAsync(grid, "held", i, limit: 5);
        }

        // Those of the lower limit come first; once they have started, the higher one holds.
        _gate.Release(2);
        await Grid.UntilAsync(() => Task.FromResult(_seen.Now == 5), "five execute", () => _seen.ToString());
        var single = await EnqueueAsync(grid, "held", 11, limit: 1);
        _gate.Release(8);
        await Grid.UntilAsync(
            async () => _seen.Now == 1 && (await grid.Client.GetRunAsync(TenantId.Default, single, Cancelled)).Run.State == RunState.Running,
            "the one that must be alone executes",
            () => _seen.ToString());
        await EnqueueAsync(grid, "held", 12, limit: 1);
        Assert.Equal(1, _seen.Now);
        _gate.Release(2);

        await EndedAsync(grid, 12, () => _seen.ToString());
        Assert.Equal(5, _seen.Most);
    }

    [Fact]
    public async Task Explain_says_how_many_of_a_key_execute_on_all_silos()
    {
        await using var grid = await Grid.StartAsync(3, Held);
        await SpreadAsync(grid);
        await EnqueueAsync(grid, "held", 0, limit: 2);
        await EnqueueAsync(grid, "held", 1, limit: 2);
        await Grid.UntilAsync(() => Task.FromResult(_seen.Now == 2), "two execute");
        for (var i = 2; i < 8; i++)
        {
            var id = await EnqueueAsync(grid, "held", i, limit: 2);
            await Grid.UntilAsync(
                async () => await grid.Client.ExplainRunAsync(TenantId.Default, id, Cancelled) is [{ Code: "key_limit" } blocker]
                    && blocker.Message.StartsWith("2 of at most 2 runs of concurrency key 'printer'", StringComparison.Ordinal),
                "it says that the limit is reached");
        }

        _gate.Release(8);
        await EndedAsync(grid, 8);
    }

    [Fact]
    public async Task Two_limits_at_once_neither_pass_nor_block_each_other_for_ever()
    {
        await using var grid = await Grid.StartAsync(3, Short);
        await SpreadAsync(grid);
        await grid.Client.RegisterAsync(
            TenantId.Default,
            new JobDefinition
            {
                Name = JobName.Parse("print"),
                Handler = "short",
                ConcurrencyKey = Key.Name,
                ConcurrencyLimit = 1,
                Overlap = new OverlapPolicy { Mode = OverlapMode.QueueAll },
            },
            "api",
            Cancelled);
        for (var i = 0; i < 20; i++)
        {
            await grid.Client.TriggerAsync(Grid.Key("print"), new TriggerOptions { By = "test" }, Cancelled);
            await EnqueueAsync(grid, "short", i, limit: 1);
        }

        await EndedAsync(grid, 40, () => _seen.ToString());
        Assert.Equal(1, _seen.Most);
    }

    [Fact]
    public async Task A_handlers_limit_counts_where_it_executes()
    {
        var number = 0;
        var perWorker = new ConcurrentDictionary<string, LimitChecker>();
        await using var grid = await Grid.StartAsync(
            3,
            silos =>
            {
                // Two silos have it, the third one only lends its runs.
                if (Interlocked.Increment(ref number) != 2)
                {
                    silos.AddHandler(
                        "narrow",
                        async (context, token) =>
                        {
                            using var _ = perWorker.GetOrAdd(WorkerOf(context), _ => new LimitChecker()).Enter(WorkerOf(context));
                            using var all = _seen.Enter(WorkerOf(context));
                            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, token);
                        },
                        handler => handler.MaxConcurrency(2));
                }
            },
            homogeneous: false);
        await SpreadAsync(grid);
        await Grid.UntilAsync(
            () => Task.FromResult(Enumerable.Range(0, 3).All(i => grid.Silo(i).GetRequiredService<Silos.Engine.Workers.HandlerRegistry>().Find("narrow") is not null)),
            "every silo knows the handler");
        for (var i = 0; i < 120; i++)
        {
            await grid.Client.EnqueueAsync(new RunRequest { Handler = "narrow", Queue = QueueName.Parse($"q{i % 30}") }, Cancelled);
        }

        await EndedAsync(grid, 120, () => _seen.ToString());
        Assert.Equal(2, perWorker.Count);
        Assert.All(perWorker.Values, worker => Assert.Equal(2, worker.Most));
        Assert.True(_seen.Most > 2);
        var runs = await grid.Client.ListRunsAsync(new Stores.RunQuery(TenantId.Default, Limit: 200), Cancelled);
        Assert.All(runs, run => Assert.Equal(1, run.Attempt));
    }
}
