using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Tests.Support;
using Silos.Jobs;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Cluster.Tests.Queues;

/// <summary>Silos with a handler come and go: what is asked for meanwhile waits for them.</summary>
public sealed class AbsentHandlerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static readonly JobDefinition Rare = new() { Name = JobName.Parse("rare job"), Handler = "rare" };

    [Fact]
    public async Task A_handler_whose_only_silo_is_being_replaced_is_waited_for()
    {
        // The first silo does without it, the second and its successor have it.
        await using var grid = await Grid.StartAsync(1, OnLaterSilos("rare"), homogeneous: false);
        var second = await grid.Cluster.StartAdditionalSiloAsync();
        await KnownAsync(grid, "rare");
        await grid.Client.RegisterAsync(TenantId.Default, Rare, "test", Cancelled);

        await grid.Cluster.StopSiloAsync(second);
        var asked = (await grid.Client.EnqueueAsync(new RunRequest { Handler = "rare" }, Cancelled)).Id;
        var triggered = await grid.Client.TriggerAsync(Grid.Key("rare job"), new TriggerOptions { By = "test" }, Cancelled);

        foreach (var run in (RunId[])[asked, triggered])
        {
            await Grid.UntilAsync(
                async () => (await grid.Client.ExplainRunAsync(TenantId.Default, run, Cancelled)).Any(blocker => blocker.Code == "no_handler"),
                "the run is explained by the missing handler");
        }

        // What no silo ever had is a mistake.
        var refused = await Assert.ThrowsAsync<InvalidException>(() => grid.Client.EnqueueAsync(new RunRequest { Handler = "raer" }, Cancelled));
        Assert.Equal("handler", Assert.Single(refused.Problems).Field);

        await grid.Cluster.StartAdditionalSiloAsync();
        await Grid.UntilAsync(
            async () => (await grid.Store.Reader.StatisticsAsync(TenantId.Default, Cancelled)).Successful == 2,
            "the silo that came has executed both");
    }

    [Fact]
    public async Task A_registered_job_can_be_triggered_before_a_silo_with_its_handler_is_back()
    {
        var database = new InMemoryDatabase();
        await using (var before = await Grid.StartAsync(1, silos => silos.AddHandler("rare", (_, _) => Task.CompletedTask), store: () => new InMemoryStore(database)))
        {
            await before.Client.RegisterAsync(TenantId.Default, Rare, "test", Cancelled);
        }

        await using var grid = await Grid.StartAsync(1, OnLaterSilos("rare"), store: () => new InMemoryStore(database), homogeneous: false);
        var run = await grid.Client.TriggerAsync(Grid.Key("rare job"), new TriggerOptions { By = "test" }, Cancelled);
        await grid.Cluster.StartAdditionalSiloAsync();
        await Grid.UntilAsync(
            async () => (await grid.Store.Reader.FindAsync(TenantId.Default, run, Cancelled))?.Run.State == RunState.Completed,
            "the silo that came has executed it");
    }

    private static Action<ISilosBuilder> OnLaterSilos(string handler)
    {
        var number = 0;
        return silos =>
        {
            if (Interlocked.Increment(ref number) > 1)
            {
                silos.AddHandler(handler, (_, _) => Task.CompletedTask);
            }
        };
    }

    /// <summary>Waits until the first silo has heard of a handler of another.</summary>
    private static Task KnownAsync(Grid grid, string handler) => Grid.UntilAsync(
        () => Task.FromResult(grid.Silo(0).GetRequiredService<Cluster.Workers.WorkerDirectory>().Find(handler) is not null),
        $"the first silo knows of handler '{handler}'");
}
