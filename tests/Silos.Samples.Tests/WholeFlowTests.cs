using Microsoft.Extensions.Configuration;
using Silos.Jobs;
using Silos.Runs;
using Silos.Samples.Billing;
using Silos.Samples.Data;
using Silos.Samples.Tests.Support;
using Silos.Testing;

namespace Silos.Samples.Tests;

/// <summary>The samples as their process runs them, for a day, in no time.</summary>
public sealed class WholeFlowTests
{
    [Fact]
    public async Task A_day_of_the_samples_leaves_nothing_undone_and_nothing_failed()
    {
        using var world = new SampleWorld();
        await using var silos = await SilosTestHost.StartAsync(world.Register);

        await silos.AdvanceAsync(TimeSpan.FromDays(1));

        Assert.Equal(288, (await silos.RunsAsync("ImportProcessorJob")).Count);
        Assert.Equal(24, (await silos.RunsAsync("CanvasSyncJob")).Count);
        Assert.Equal([new DateTimeOffset(2026, 1, 2, 2, 0, 0, TimeSpan.Zero)], (await silos.OccurrencesAsync("CleanupTempFilesJob")).Select(due => due.DueAt));
        Assert.Equal(["2026-01-02T12:00:00.000Z"], world.Rows("select created_at from import_data where status = 'pending'"));
        Assert.Equal("0", Assert.Single(world.Rows("select count(*) from students where coalesce(code, '') = '' and id < 200")));
        Assert.Empty(await FailuresAsync(silos));
    }

    [Fact]
    public async Task Invoices_that_the_traffic_asks_for_are_made_once_each()
    {
        using var world = new SampleWorld();
        await using var silos = await SilosTestHost.StartAsync(world.Register);

        await silos.AdvanceAsync(TimeSpan.FromMinutes(5));

        var runs = await silos.RunsOfHandlerAsync("generate-invoice");
        Assert.Equal([RunState.Completed, RunState.Completed], runs.Select(run => run.State));
        Assert.All(runs, run => Assert.Equal(100, run.Progress));
        Assert.Equal(["1", "2"], world.Rows("select cycle_id from invoices order by 1"));
    }

    [Fact]
    public async Task The_month_that_began_while_the_process_was_down_is_topped_up_when_it_is_back()
    {
        using var world = new SampleWorld();
        await using var silos = await SilosTestHost.StartAsync(world.Register, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

        await silos.RestartAsync(away: TimeSpan.FromDays(3));
        await silos.WaitUntilIdleAsync();

        var occurrence = Assert.Single(await silos.OccurrencesAsync("Monthly Credit Top-Up"));
        Assert.Equal((new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), Verdict.CaughtUp), (occurrence.DueAt, occurrence.Verdict));
        Assert.Equal("2026-02|250", Assert.Single(world.Rows("select month, count(*) from credit_audit group by month")));
    }

    [Fact]
    public async Task A_handler_that_nobody_registered_is_named()
    {
        using var world = new SampleWorld();
        await using var silos = await SilosTestHost.StartAsync(world.Register);

        var refused = await Assert.ThrowsAsync<InvalidException>(() => silos.EnqueueAsync("generate_invoice", new GenerateInvoice(1)));

        Assert.Contains("No handler registered for job: generate_invoice", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, 100, false)]
    [InlineData("250", "true", 250, true)]
    [InlineData("1", "0", 1, false)]
    public void The_sync_is_set_by_the_environment(string? size, string? dryRun, int expectedSize, bool expectedDryRun)
    {
        var settings = SampleSettings.Read(Environment(size, dryRun));

        Assert.Equal((expectedSize, expectedDryRun), (settings.CanvasBatchSize, settings.CanvasDryRun));
    }

    [Theory]
    [InlineData("0", null, "CANVAS_SYNC_BATCH_SIZE '0' must be a whole number from 1 to 10000.")]
    [InlineData("many", null, "CANVAS_SYNC_BATCH_SIZE 'many' must be a whole number from 1 to 10000.")]
    [InlineData(null, "perhaps", "CANVAS_SYNC_DRY_RUN 'perhaps' must be true or false.")]
    public void A_wrong_setting_stops_the_start_and_says_what_would_be_right(string? size, string? dryRun, string message) =>
        Assert.Equal(message, Assert.Throws<StartupException>(() => SampleSettings.Read(Environment(size, dryRun))).Message);

    private static IConfiguration Environment(string? size, string? dryRun) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["CANVAS_SYNC_BATCH_SIZE"] = size, ["CANVAS_SYNC_DRY_RUN"] = dryRun })
        .Build();

    private static async Task<IReadOnlyList<string>> FailuresAsync(SilosTestHost silos)
    {
        var failures = new List<string>();
        foreach (var job in await silos.Client.ListAsync(new Stores.JobQuery(TenantId.Default), TestContext.Current.CancellationToken))
        {
            failures.AddRange((await silos.RunsAsync(job.Job.Key.Name.Value))
                .Where(run => run.State is not (RunState.Completed or RunState.Skipped))
                .Select(run => $"{run.Job} {run.DueAt:O} {run.State} {run.Error?.Message}"));
        }

        return failures;
    }
}
