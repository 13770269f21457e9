using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Jobs;
using Silos.Cluster.Tests.Support;
using Silos.Engine;
using Silos.Engine.Jobs;
using Silos.Jobs;
using Silos.Postgres;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Cluster.Tests.Jobs;

/// <summary>Jobs on several silos: decided once, whoever dies, whoever starts.</summary>
public sealed class ClusterJobTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("memory")]
    [InlineData("postgres")]
    public async Task Every_due_instant_is_decided_once_and_the_jobs_of_a_silo_that_dies_go_on(string kind)
    {
        Func<ISilosStore>? store = null;
        if (kind == "postgres")
        {
            var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(Token);
            store = () => new PostgresStore(connection, null, NullLogger<PostgresStore>.Instance);
        }

        await using var grid = await Grid.StartAsync(silos: 3, store: store);
        var names = Enumerable.Range(0, 20).Select(i => $"job {i}").ToArray();
        await Task.WhenAll(names.Select(name => grid.Client.RegisterAsync(TenantId.Default, Grid.EverySecond(name), "api", Token)));
        await AllReachAsync(grid, names, 2);
        await grid.Cluster.KillSiloAsync(grid.Cluster.Silos[^1]);
        var sofar = (await grid.LedgerAsync(names[0])).Count;
        await AllReachAsync(grid, names, sofar + 4);
        await grid.Client.PauseAllAsync(null, "test", null, Token);
        foreach (var name in names)
        {
            Consecutive(await grid.LedgerAsync(name));
        }
    }

    [Fact]
    public async Task Two_silos_that_decide_the_same_instant_decide_it_once()
    {
        await using var grid = await Grid.StartAsync(silos: 2, sweep: TimeSpan.FromMinutes(5));
        await grid.Client.RegisterAsync(TenantId.Default, Grid.EverySecond("often"), "api", Token);
        await Grid.UntilAsync(
            async () =>
            {
                // The job's own grain decides as well: three at once, all from rows that others make old.
                var row = await grid.Store.Jobs.FindAsync(Grid.Key("often"), Token);
                var decided = await Task.WhenAll(Enumerable.Range(0, 2).Select(
                    silo => grid.Silo(silo).GetRequiredService<GrainJobs>().DecideAsync(row!.Key, row, Token)));
                Assert.All(decided, one => Assert.NotNull(one.Row));
                return (await grid.LedgerAsync("often")).Count >= 5;
            },
            "five instants are decided");
        Consecutive(await grid.LedgerAsync("often"));
    }

    [Fact]
    public async Task Silos_that_start_at_once_with_the_same_jobs_end_up_with_them_once()
    {
        await using var grid = await Grid.StartAsync(silos: 10, configure: silos =>
        {
            for (var i = 0; i < 30; i++)
            {
                silos.AddJob($"job {i}", "work", job => job.Cron("0 2 * * *").Describe("in code"));
            }

            silos.AddJob("at start", "work", job => job.Cron("@reboot"));
        });
        var jobs = await grid.Store.Jobs.ListAsync(new JobQuery(TenantId.Default), Token);
        Assert.Equal(31, jobs.Count);
        Assert.All(jobs.Where(job => job.Key.Name.Value != "at start"), job => Assert.Equal(1, job.Version));
        Assert.Single(await grid.LedgerAsync("at start"));
        await Grid.UntilAsync(async () => await grid.RemindersAsync() == 30, "every job with a time has one reminder");
    }

    [Fact]
    public async Task Concurrent_registrations_of_one_job_converge()
    {
        await using var grid = await Grid.StartAsync(silos: 2);
        var registered = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => grid.Client.RegisterAsync(
            TenantId.Default, new JobDefinition { Name = JobName.Parse("one"), Handler = "work", Description = $"by {i}", Schedules = ["0 2 * * *"] }, "api", Token)));
        Assert.Equal(10, registered.Select(job => job.Definition.Description).Distinct().Count());
        var stored = await grid.Store.Jobs.FindAsync(Grid.Key("one"), Token);
        Assert.Equal(registered.MaxBy(job => job.Version)!.Definition, stored!.Definition);
        Assert.Equal(10, stored.Version);
    }

    [Fact]
    public async Task An_older_silo_neither_changes_a_newer_definition_nor_fires_its_start_again()
    {
        await using var grid = await Grid.StartAsync(
            silos: 1,
            configure: silos => silos.Services.AddSingleton<IJobSource, VersionedJobs>(),
            options: (silo, engine) => engine.DeploymentVersion = silo == 0 ? "1.10" : "1.9");
        await grid.Cluster.StartAdditionalSiloAsync();
        Assert.Equal("1.9", grid.Silo(1).GetRequiredService<Microsoft.Extensions.Options.IOptions<EngineOptions>>().Value.DeploymentVersion);
        var job = await grid.Store.Jobs.FindAsync(Grid.Key("versioned"), Token);
        Assert.Equal("1.10", job!.Definition.Description);
        var decided = await Task.WhenAll(Enumerable.Range(0, 2).Select(
            silo => grid.Silo(silo).GetRequiredService<GrainJobs>().DecideAsync(job.Key, null, Token)));
        Assert.All(decided, one => Assert.Equal("1.10", one.Row!.RebootMark));
        Assert.Single(await grid.LedgerAsync("versioned"));
    }

    [Fact]
    public async Task A_pause_of_everything_holds_in_every_silo_once_it_is_answered_and_ends_everywhere()
    {
        // Sweeps are five minutes apart, so only what silos tell each other counts.
        await using var grid = await Grid.StartAsync(silos: 3, sweep: TimeSpan.FromMinutes(5));
        string[] names = ["a", "b", "c", "d"];
        await Task.WhenAll(names.Select(name => grid.Client.RegisterAsync(TenantId.Default, Grid.EverySecond(name), "api", Token)));
        await AllReachAsync(grid, names, 1);
        foreach (var tenant in new TenantId?[] { null, TenantId.Default })
        {
            await grid.Client.PauseAllAsync(tenant, "ann", "flood", Token);
            Assert.All(Enumerable.Range(0, 3), silo => Assert.True(grid.Silo(silo).GetRequiredService<PauseBoard>().IsSuspended(TenantId.Default)));
            await grid.Client.ResumeAllAsync(tenant, "ann", Token);
            Assert.All(Enumerable.Range(0, 3), silo => Assert.False(grid.Silo(silo).GetRequiredService<PauseBoard>().IsSuspended(TenantId.Default)));
            await AllReachAsync(grid, names, (await grid.LedgerAsync("a")).Count + 3);
        }
    }

    [Fact]
    public async Task A_job_that_is_due_in_hours_has_a_reminder_and_no_grain_in_memory()
    {
        await using var grid = await Grid.StartAsync(silos: 2, sweep: TimeSpan.FromMinutes(5));
        await grid.Client.ApplyAsync(
            TenantId.Default, [new JobDefinition { Name = JobName.Parse("yearly"), Handler = "work", Schedules = ["0 2 1 1 *"] }], "file:x", prune: false, dryRun: false, Token);
        await Grid.UntilAsync(async () => await grid.RemindersAsync() == 1, "the job has a reminder");
        await Grid.UntilAsync(
            () => Task.FromResult(!grid.Cluster.TryGetGrainContext(GrainId.Create(JobGrain.TypeName, "default/yearly"), out _)), "the grain is put away");
    }

    [Fact]
    public async Task A_job_that_was_pruned_and_registered_again_is_due_as_the_new_one_says()
    {
        await using var grid = await Grid.StartAsync(silos: 2, sweep: TimeSpan.FromMinutes(5));
        await grid.Client.ApplyAsync(TenantId.Default, [Grid.EverySecond("again")], "file:x", prune: true, dryRun: false, Token);
        await AllReachAsync(grid, ["again"], 3);
        await grid.Client.ApplyAsync(TenantId.Default, [], "file:x", prune: true, dryRun: false, Token);
        await grid.Client.ApplyAsync(TenantId.Default, [Grid.EverySecond("again")], "file:x", prune: true, dryRun: false, Token);
        await AllReachAsync(grid, ["again"], 2);
        Consecutive(await grid.LedgerAsync("again"));
    }

    [Fact]
    public async Task A_silo_without_the_role_scheduler_hosts_no_jobs_and_answers_all_the_same()
    {
        await using var grid = await Grid.StartAsync(
            silos: 2, options: (silo, engine) => engine.Roles = silo == 0 ? SilosRoles.All : SilosRoles.Api | SilosRoles.Worker, homogeneous: false);
        var client = grid.Silo(1).GetRequiredService<ISilosClient>();
        for (var i = 0; i < 10; i++)
        {
            await client.RegisterAsync(TenantId.Default, Grid.EverySecond($"job {i}"), "api", Token);
            Assert.True(grid.Cluster.TryGetGrainContext(
                GrainId.Create(JobGrain.TypeName, $"default/job {i}"), out var context));
            Assert.Equal(grid.Cluster.Silos[0].SiloAddress, context.Address.SiloAddress);
        }

        Assert.Equal(10, (await client.ListAsync(new JobQuery(TenantId.Default), Token)).Count);
    }

    private static Task AllReachAsync(Grid grid, string[] names, int decisions) => Grid.UntilAsync(
        async () =>
        {
            foreach (var name in names)
            {
                if ((await grid.LedgerAsync(name)).Count < decisions)
                {
                    return false;
                }
            }

            return true;
        },
        $"every job has {decisions} decisions");

    /// <summary>Each second has its decision, and a run.</summary>
    private static void Consecutive(IReadOnlyList<Occurrence> ledger)
    {
        Assert.True(ledger.Count > 1);
        Assert.Equal(Enumerable.Range(0, ledger.Count).Select(i => ledger[0].DueAt.AddSeconds(i)), ledger.Select(o => o.DueAt));
        Assert.All(ledger, o => Assert.True(o.Verdict is Verdict.Enqueued or Verdict.CaughtUp, $"{o.DueAt:O} {o.Verdict}"));
    }

    /// <summary>A job that says which deployment wrote it.</summary>
    private sealed class VersionedJobs(ISilosClient client, Microsoft.Extensions.Options.IOptions<EngineOptions> options) : IJobSource
    {
        public Task ApplyAsync(CancellationToken cancellationToken) => client.ApplyAsync(
            TenantId.Default,
            [new JobDefinition { Name = JobName.Parse("versioned"), Handler = "work", Description = options.Value.DeploymentVersion, Schedules = ["@reboot"] }],
            "file:jobs.yaml", prune: true, dryRun: false, cancellationToken);
    }
}
