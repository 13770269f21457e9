using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Tests.Support;
using Silos.Cluster.Time;
using Silos.Engine;
using Silos.Postgres;
using Silos.Testing;

namespace Silos.Cluster.Tests.Time;

/// <summary>One silo whose machine's clock is wrong, in a cluster on PostgreSQL.</summary>
public sealed class SkewTests
{
    private static readonly TimeProvider Machine = TimeProvider.System;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_machine_whose_clock_is_ten_minutes_off_changes_no_due_instant(int minutes)
    {
        var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Cancelled);
        var began = Machine.GetUtcNow();
        await using var grid = await Grid.StartAsync(
            silos: 2,
            store: () => new PostgresStore(connection, null, NullLogger<PostgresStore>.Instance),
            services: (silo, services) =>
            {
                if (silo == 1)
                {
                    services.AddSingleton(new SlewedClock(new WrongClock(TimeSpan.FromMinutes(minutes))));
                }
            });
        Assert.Equal(minutes, (grid.Silo(1).GetRequiredService<SlewedClock>().MachineNow - Machine.GetUtcNow()).TotalMinutes, 0.5);
        Assert.True((SilosClock.Of(grid.Silo(1)).GetUtcNow() - Machine.GetUtcNow()).Duration() < TimeSpan.FromSeconds(1));

        var names = Enumerable.Range(0, 20).Select(i => $"job {i}").ToArray();
        await Task.WhenAll(names.Select(name => grid.Client.RegisterAsync(TenantId.Default, Grid.EverySecond(name), "api", Cancelled)));
        await Grid.UntilAsync(
            async () => (await Task.WhenAll(names.Select(grid.LedgerAsync))).All(ledger => ledger.Count >= 5),
            "every job is decided five times");
        await grid.Client.PauseAllAsync(null, "test", null, Cancelled);

        var ended = Machine.GetUtcNow().AddSeconds(1);
        foreach (var name in names)
        {
            var due = (await grid.LedgerAsync(name)).Select(occurrence => occurrence.DueAt).ToList();
            Assert.All(due, instant => Assert.InRange(instant, began, ended));
            Assert.Equal(Enumerable.Range(0, due.Count).Select(i => due[0].AddSeconds(i)), due);
        }
    }

    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Machine.GetUtcNow() + by;
    }
}
