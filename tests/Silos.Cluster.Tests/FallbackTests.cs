using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Tests.Support;
using Silos.Grains;
using Silos.Postgres;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Cluster.Tests;

/// <summary>What a client app does when no silo answers.</summary>
public sealed class FallbackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_enqueue_that_no_silo_answers_is_in_the_inbox_under_the_same_id()
    {
        var server = await PostgresServer.SharedAsync();
        var connection = await server.CreateDatabaseAsync(Token);
        await using var store = new PostgresStore(connection, null, NullLogger<PostgresStore>.Instance);
        await store.OpenAsync(exclusive: false, Token);
        await using var grid = await Grid.StartAsync(silos: 1, client: silos => silos.UsePostgresFallback(connection).ConfigureClient(Quick));
        await grid.Cluster.StopSiloAsync(grid.Cluster.Silos[0]);

        var id = RunId.New(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var outcome = await grid.Client.EnqueueAsync(new RunRequest { Handler = "work", Id = id, Payload = JsonText.From(7) }, Token);
        Assert.Equal(new EnqueueOutcome(EnqueueKind.Accepted, id) { Posted = true }, outcome);
        var run = (await store.Reader.FindAsync(TenantId.Default, id, Token))!.Run;
        Assert.Equal((RunState.Queued, "work", "7"), (run.State, run.Handler, run.Payload!.Value.Text));

        var many = await grid.Client.EnqueueManyAsync([new RunRequest { Handler = "work" }, new RunRequest { Handler = "work", Id = id }], Token);
        Assert.All(many, one => Assert.True(one.Posted));
        Assert.Equal(2, await store.Reader.CountAsync(TenantId.Default, null, Token));
        var invalid = await Assert.ThrowsAsync<InvalidException>(() => grid.Client.EnqueueAsync(new RunRequest { Handler = "work", Priority = 5_000 }, Token));
        Assert.Equal("priority", invalid.Problems[0].Field);
    }

    [Fact]
    public async Task A_fallback_that_is_switched_off_is_not_used()
    {
        var used = new Recording();
        await using var grid = await Grid.StartAsync(silos: 1, client: silos =>
        {
            silos.Services.AddSingleton<IEnqueueFallback>(used);
            silos.ConfigureClient(Quick).ConfigureClient(options => options.Fallback = false);
        });
        await grid.Cluster.StopSiloAsync(grid.Cluster.Silos[0]);
        await Assert.ThrowsAsync<UnavailableException>(() => grid.Client.EnqueueAsync(new RunRequest { Handler = "work" }, Token));
        Assert.Empty(used.Runs);
        Assert.False(await grid.Client.IsHealthyAsync(Token));
    }

    private static void Quick(SilosClientOptions options)
    {
        options.Tries = 2;
        options.TryTimeout = TimeSpan.FromSeconds(1);
        options.RetryDelay = TimeSpan.FromMilliseconds(20);
    }

    private sealed class Recording : IEnqueueFallback
    {
        public List<NewRun> Runs { get; } = [];

        public ValueTask<IReadOnlyList<EnqueueOutcome>> PostAsync(IReadOnlyList<NewRun> runs, CancellationToken cancellationToken)
        {
            Runs.AddRange(runs);
            return ValueTask.FromResult<IReadOnlyList<EnqueueOutcome>>([.. runs.Select(run => new EnqueueOutcome(EnqueueKind.Accepted, run.Id))]);
        }
    }
}
