using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using Silos.Cluster.Queues;
using Silos.Engine;
using Silos.Grains.Wire;
using Silos.Jobs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Cluster.Tests.Support;

/// <summary>
/// Some silos in this process over one database in memory, and a client.
/// Orleans needs real time, so Silos has it too; nothing sleeps, everything is waited for with a deadline.
/// </summary>
internal sealed class Grid : IAsyncDisposable
{
    /// <summary>How often silos look for what nobody woke.</summary>
    public static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(300);

    // Only what fails takes so long: on a machine that is shared, silos may stand still for half a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private Grid(InProcessTestCluster cluster, ISilosStore store)
    {
        Cluster = cluster;
        Store = store;
    }

    public InProcessTestCluster Cluster { get; }

    /// <summary>The rows, as a process beside the silos reads them.</summary>
    public ISilosStore Store { get; }

    public IClusterClient Grains => Cluster.Client;

    public ISilosClient Client => Cluster.Client.ServiceProvider.GetRequiredService<ISilosClient>();

    public static async Task<Grid> StartAsync(
        short silos = 2,
        Action<ISilosBuilder>? configure = null,
        Action<ISilosBuilder>? client = null,
        Action<int, EngineOptions>? options = null,
        Func<ISilosStore>? store = null,
        TimeSpan? sweep = null,
        bool homogeneous = true,
        Action<int, IServiceCollection>? services = null)
    {
        var database = new InMemoryDatabase();
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.AssumeHomogenousSilosForTesting = homogeneous;
        builder.ConfigureSilo((silo, orleans) =>
        {
            var number = int.Parse(silo.SiloName.AsSpan(silo.SiloName.LastIndexOf('_') + 1), System.Globalization.CultureInfo.InvariantCulture);
            orleans.UseInMemoryReminderService();
            orleans.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            orleans.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                membership.NumMissedProbesLimit = 2;
                membership.NumVotesForDeathDeclaration = 1;
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(1);
            });
            orleans.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(5));
            orleans.AddSilos(builder =>
            {
                builder.Services.AddSingleton(_ => store?.Invoke() ?? new InMemoryStore(database));
                builder.Configure(engine =>
                {
                    engine.SweepInterval = sweep ?? Sweep;
                    engine.InboxInterval = TimeSpan.FromMilliseconds(50);
                    engine.DrainTimeout = TimeSpan.FromSeconds(1);
                    engine.LeaseDuration = TimeSpan.FromSeconds(5);
                    options?.Invoke(number, engine);
                });
                builder.AddHandler("work", (_, _) => Task.CompletedTask);
                builder.AddHandler("wait", (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, SystemClock, token));
                configure?.Invoke(builder);
            });
            services?.Invoke(number, orleans.Services);
        });
        builder.ConfigureClient(orleans =>
        {
            // The client of a test shares its process with the silos, and so knows the interfaces they have among themselves.
            ContractServices.Add(orleans.Services, typeof(PartitionBoard).Assembly);
            orleans.AddSilosClient(client);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var beside = store?.Invoke() ?? new InMemoryStore(database);
        await beside.OpenAsync(exclusive: false, TestContext.Current.CancellationToken);
        return new Grid(cluster, beside);
    }

    /// <summary>The services of a silo.</summary>
    public IServiceProvider Silo(int number) => Cluster.Silos[number].SiloHost.Services;

    /// <summary>Waits until something is the case.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, Func<string>? seen = null)
    {
        var clock = SystemClock;
        var deadline = clock.GetUtcNow() + Patience;
        while (!await condition())
        {
            Assert.True(clock.GetUtcNow() < deadline, $"Within {Patience} it did not happen that {what}. {seen?.Invoke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A job that is due every second.</summary>
    public static JobDefinition EverySecond(string name) => new()
    {
        Name = JobName.Parse(name),
        Handler = "work",
        Schedules = ["* * * * * *"],
        CatchUp = new CatchUpPolicy { Mode = CatchUpMode.All },
        Overlap = new OverlapPolicy { Mode = OverlapMode.Allow },
    };

    public static JobKey Key(string name) => new(TenantId.Default, JobName.Parse(name));

    /// <summary>The ledger of a job, oldest first.</summary>
    public async Task<IReadOnlyList<Occurrence>> LedgerAsync(string name) =>
        [.. (await Store.Jobs.ListOccurrencesAsync(new OccurrenceQuery(Key(name), Limit: 10_000), CancellationToken.None)).Reverse()];

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static TimeProvider SystemClock => TimeProvider.System;
}
