using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Silos.Cluster.Jobs;
using Silos.Cluster.Tests.Support;
using Silos.Jobs;
using Silos.Postgres;
using Silos.Schedules;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Cluster.Tests.Jobs;

/// <summary>Many jobs. The large ones only run when they are asked for, and print figures.</summary>
public sealed class ScaleTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_thousand_jobs_due_at_one_instant_are_all_decided_for_it() => DueAtOnceAsync(1_000);

    [Fact(Explicit = true)]
    public Task Ten_thousand_jobs_due_at_one_instant_are_all_decided_for_it() => DueAtOnceAsync(10_000);

    [Fact(Explicit = true)]
    public async Task Ten_thousand_jobs_due_at_one_instant_are_all_decided_for_it_on_PostgreSQL()
    {
        var server = await PostgresServer.SharedAsync();
        var connection = await server.CreateDatabaseAsync(Token);
        await DueAtOnceAsync(10_000, () => new PostgresStore(connection, null, NullLogger<PostgresStore>.Instance));
    }

    [Theory(Explicit = true)]
    [InlineData("* * * * *")]
    [InlineData("0 2 1 1 *")]
    public async Task Ten_thousand_jobs_are_registered(string cron)
    {
        const int count = 10_000;
        await using var grid = await Grid.StartAsync(silos: 2, sweep: TimeSpan.FromSeconds(5));
        await grid.Client.RegisterAsync(TenantId.Default, Manual("warm"), "api", Token);
        var clock = TimeProvider.System;
        var memory = Memory();
        var start = clock.GetTimestamp();
        await grid.Client.ApplyAsync(TenantId.Default, [.. Jobs(count, cron)], "file:x", prune: false, dryRun: false, Token);
        var applied = clock.GetElapsedTime(start);
        await ToldAsync(grid);
        output.WriteLine($"{count} jobs in one call: {count / applied.TotalSeconds:N0}/s, armed {count / clock.GetElapsedTime(start).TotalSeconds:N0}/s, {(Memory() - memory) / count:N0} bytes a job (rows included)");

        start = clock.GetTimestamp();
        await Parallel.ForEachAsync(Jobs(count, cron, "single"), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (job, token) =>
            await grid.Client.RegisterAsync(TenantId.Default, job, "api", token));
        output.WriteLine($"{count} jobs one by one, 64 callers: {count / clock.GetElapsedTime(start).TotalSeconds:N0}/s");
    }

    private static JobDefinition Manual(string name) => new() { Name = JobName.Parse(name), Handler = "work" };

    private static IEnumerable<JobDefinition> Jobs(int count, ScheduleSpec schedule, string name = "job") =>
        Enumerable.Range(0, count).Select(i => Manual($"{name} {i}") with { Schedules = [schedule] });

    private static long Memory() => GC.GetTotalMemory(forceFullCollection: true);

    private static Task ToldAsync(Grid grid) => Grid.UntilAsync(
        () => Task.FromResult(Enumerable.Range(0, 2).All(silo => grid.Silo(silo).GetRequiredService<GrainAlarms>().Untold == 0)), "every grain is told");

    private async Task DueAtOnceAsync(int count, Func<ISilosStore>? store = null)
    {
        // Sweeps are five minutes apart: only the grains' own alarms decide.
        await using var grid = await Grid.StartAsync(silos: 2, sweep: TimeSpan.FromMinutes(5), store: store);
        var due = TimeProvider.System.GetUtcNow().ToInstant().AddSeconds(8 + (count / 1_000));
        await grid.Client.ApplyAsync(TenantId.Default, [.. Jobs(count, new ScheduleSpec { Expression = "@every 1h", StartAt = due })], "file:x", prune: false, dryRun: false, Token);
        await ToldAsync(grid);
        Assert.True(TimeProvider.System.GetUtcNow() < due, "Registering took too long for this test.");
        await Grid.UntilAsync(
            async () => (await grid.Store.Jobs.ReadAlarmsAsync(due.AddMinutes(-1), due, 1, Token)).Count == 0, "every job is decided");
        var late = TimeProvider.System.GetUtcNow() - due;
        await Grid.UntilAsync(
            async () => await grid.Store.Reader.CountAsync(TenantId.Default, new FilterCondition("state", FilterOperator.Equal, [Silos.Runs.RunState.Completed]), Token) == count,
            "every run has completed");
        output.WriteLine($"{count} due at once: last decided {late.TotalMilliseconds:N0} ms after, all completed {(TimeProvider.System.GetUtcNow() - due).TotalMilliseconds:N0} ms after");
    }
}
