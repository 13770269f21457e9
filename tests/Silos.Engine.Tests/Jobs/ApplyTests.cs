using Silos.Jobs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Jobs;

/// <summary>The jobs of a source become exactly those that it names, all or none.</summary>
public sealed class ApplyTests
{
    private static readonly string[] Crons = ["0 * * * *", "30 * * * *"];

    [Theory]
    [InlineData(FaultKind.Away)]
    [InlineData(FaultKind.Unconfirmed)]
    public void A_store_that_goes_away_in_between_leaves_all_or_nothing_and_doing_it_again_is_right(FaultKind fault)
    {
        var faults = new ScriptedFaults();
        using var engine = new JobEngine(faults: faults).Handle("work").Start();
        Apply(engine, Crons[0], 0, 700);
        var before = Jobs(engine);

        faults.Next("jobs.save_many", fault);
        Assert.Throws<UnavailableException>(() => Apply(engine, Crons[1], 100, 800));
        if (fault == FaultKind.Away)
        {
            Assert.Equal(before, Jobs(engine));
        }

        var result = Apply(engine, Crons[1], 100, 800);
        Assert.Equal(fault == FaultKind.Away ? (100, 600, 100) : (0, 0, 0), (result.Added.Count, result.Changed.Count, result.Removed.Count));
        Assert.Equal(Enumerable.Range(100, 700).Select(i => (Name(i), Crons[1])), Jobs(engine));
        Assert.Equal((0, 0, 0, 700), Counts(Apply(engine, Crons[1], 100, 800)));
    }

    [Fact]
    public void What_fell_due_is_decided_by_the_old_schedule_also_of_a_paused_job()
    {
        using var engine = new JobEngine().Handle("work").Start();
        Apply(engine, "*/10 * * * *", 0, 3);
        engine.Pause(Name(1));
        engine.Clock.SetUtcNow(JobEngine.Noon.AddMinutes(31));

        Assert.Equal((0, 3, 0, 0), Counts(Apply(engine, "*/20 * * * *", 0, 3)));
        Assert.Equal(["12:10:00 Superseded", "12:20:00 Superseded", "12:30:00 CaughtUp"], engine.Ledger(Name(0)));
        Assert.All(engine.Ledger(Name(1)), line => Assert.DoesNotContain("CaughtUp", line, StringComparison.Ordinal));
        Assert.NotEmpty(engine.Ledger(Name(1)));
        Assert.NotNull(engine.Row(Name(1)).Pause);
        Assert.Equal("*/20 * * * *", engine.Row(Name(1)).Definition.Schedules[0].Expression);
    }

    [Fact]
    public void A_job_that_somebody_else_changes_meanwhile_is_compared_anew()
    {
        var faults = new ScriptedFaults();
        using var engine = new JobEngine(faults: faults).Handle("work").Start();
        Apply(engine, Crons[0], 0, 5);
        faults.Hold("jobs.save_many");
        var applying = engine.Scheduler.Run(() => engine.Client.ApplyAsync(
            TenantId.Default, Definitions(Crons[1], 1, 6), "file", "ann", prune: true, dryRun: false, CancellationToken.None));
        engine.Settle();
        engine.Register(JobEngine.Define(Name(0), Crons[1], handler: "work"), "file");
        engine.Pause(Name(2));
        faults.Release("jobs.save_many");
        engine.Advance(TimeSpan.FromSeconds(1));

        Assert.True(applying.IsCompletedSuccessfully);
        Assert.Equal(Enumerable.Range(1, 5).Select(i => (Name(i), Crons[1])), Jobs(engine));
        Assert.NotNull(engine.Row(Name(2)).Pause);
    }

    [Fact]
    public void A_job_of_another_source_keeps_all_from_being_written()
    {
        using var engine = new JobEngine().Handle("work").Start();
        engine.Register(JobEngine.Define(Name(900), Crons[0], handler: "work"));

        Assert.Throws<ConflictException>(() => Apply(engine, Crons[1], 0, 901));
        Assert.Equal([(Name(900), Crons[0])], Jobs(engine));
    }

    private static ApplyResult Apply(JobEngine engine, string cron, int from, int until) => engine.Get(() => engine.Client.ApplyAsync(
        TenantId.Default, Definitions(cron, from, until), "file", "ann", prune: true, dryRun: false, CancellationToken.None));

    private static List<JobDefinition> Definitions(string cron, int from, int until) =>
        [.. Enumerable.Range(from, until - from).Select(i => JobEngine.Define(Name(i), cron, handler: "work"))];

    private static string Name(int number) => $"job-{number:D4}";

    private static (int, int, int, int) Counts(ApplyResult result) => (result.Added.Count, result.Changed.Count, result.Removed.Count, result.Unchanged);

    private static List<(string, string)> Jobs(JobEngine engine) =>
    [
        .. engine.Get(() => engine.Store.Jobs.ListAsync(new JobQuery(TenantId.Default, Limit: 10_000), CancellationToken.None).AsTask())
            .Select(job => (job.Key.Name.Value, job.Definition.Schedules[0].Expression)),
    ];
}
