using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Queues;
using Silos.Cluster.Tests.Support;
using Silos.Queues;
using Silos.Runs;

namespace Silos.Cluster.Tests.Nodes;

/// <summary>The silos as people see and drain them, from any of them.</summary>
public sealed class SiloNodesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drained_silo_gives_its_partitions_away_and_takes_no_runs_until_it_is_resumed()
    {
        var ran = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var grid = await Grid.StartAsync(2, silos => silos.AddHandler("note", (context, _) =>
        {
            ran.Enqueue(context.Services.GetRequiredService<ILocalSiloDetails>().Name);
            return Task.CompletedTask;
        }));
        var nodes = grid.Silo(0).GetRequiredService<INodes>();
        await OwnAsync(grid, 16, 16);
        var views = await nodes.ListAsync(Cancelled);
        Assert.Equal(grid.Cluster.Silos.Select(silo => silo.Name).Order(), views.Select(view => view.Name));
        Assert.All(views, view => Assert.Equal((NodeState.Up, 16), (view.State, view.Partitions.Count)));
        Assert.All(views, view => Assert.Contains("note", view.Handlers));
        Assert.Equal(Enumerable.Range(0, Partitions.Count), views.SelectMany(view => view.Partitions).Order());

        // Asked of one silo, it is another one that drains.
        var drained = grid.Cluster.Silos[1].Name;
        await nodes.DrainAsync(drained, "ann", "patch", Cancelled);
        await OwnAsync(grid, 32, 0);
        await grid.Client.EnqueueManyAsync([.. Enumerable.Range(0, 200).Select(i => new RunRequest { Handler = "note", Queue = QueueName.Parse($"q{i % 20}") })], Cancelled);
        await EndedAsync(grid, 200);
        Assert.DoesNotContain(drained, ran);
        var view = (await nodes.ListAsync(Cancelled)).Single(view => view.Name == drained);
        Assert.Equal((NodeState.Draining, "ann", "patch"), (view.State, view.Drain?.By, view.Drain?.Reason));
        Assert.False((await grid.Silo(1).GetRequiredService<ISilosHealth>().CheckAsync(Cancelled)).IsReady);
        Assert.True((await grid.Silo(0).GetRequiredService<ISilosHealth>().CheckAsync(Cancelled)).IsReady);

        await nodes.ResumeAsync(drained, "ann", Cancelled);
        await OwnAsync(grid, 16, 16);
        Assert.True((await grid.Silo(1).GetRequiredService<ISilosHealth>().CheckAsync(Cancelled)).IsReady);
        await Assert.ThrowsAsync<NotFoundException>(() => nodes.DrainAsync("nobody", "ann", null, Cancelled));
    }

    [Fact]
    public async Task A_silo_that_was_drained_stops_in_peace_and_one_that_is_alone_keeps_what_waits_until_it_is_resumed()
    {
        await using var grid = await Grid.StartAsync(2);
        var nodes = grid.Silo(0).GetRequiredService<INodes>();
        await OwnAsync(grid, 16, 16);
        await nodes.DrainAsync(grid.Cluster.Silos[1].Name, "ann", null, Cancelled);
        await OwnAsync(grid, 32, 0);
        await grid.Cluster.StopSiloAsync(grid.Cluster.Silos[1]);
        await Grid.UntilAsync(async () => (await nodes.ListAsync(Cancelled)).Count == 1, "the silo that stopped is off the list");

        await nodes.DrainAsync(grid.Cluster.Silos[0].Name, "ann", null, Cancelled);
        var run = await grid.Client.EnqueueAsync(new RunRequest { Handler = "work" }, Cancelled);
        Assert.Contains("draining", (await grid.Client.ExplainRunAsync(TenantId.Default, run.Id, Cancelled)).Select(blocker => blocker.Code));
        await nodes.ResumeAsync(grid.Cluster.Silos[0].Name, "ann", Cancelled);
        await EndedAsync(grid, 1);
    }

    private static Task OwnAsync(Grid grid, params int[] counts) => Grid.UntilAsync(
        () => Task.FromResult(counts.SequenceEqual(Owned(grid))),
        $"the silos own {string.Join(" and ", counts)} partitions",
        () => string.Join(' ', Owned(grid)));

    private static IEnumerable<int> Owned(Grid grid) =>
        grid.Cluster.Silos.Select(silo => silo.SiloHost.Services.GetRequiredService<PartitionBoard>().All.Count(partition => partition.IsOpen));

    private static Task EndedAsync(Grid grid, int runs) => Grid.UntilAsync(
        async () => (await grid.Store.Reader.StatisticsAsync(TenantId.Default, Cancelled)).Successful == runs,
        $"{runs} runs are completed");
}
