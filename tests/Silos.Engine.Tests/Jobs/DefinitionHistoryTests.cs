using Silos.Stores;

namespace Silos.Engine.Tests.Jobs;

/// <summary>What is kept of the definitions of jobs, whoever changes them.</summary>
public sealed class DefinitionHistoryTests
{
    [Fact]
    public void Whoever_changes_a_job_is_remembered_and_the_process_where_nobody_is_named()
    {
        using var engine = new JobEngine().Configure(o => o.DeploymentVersion = "1.4").Handle("report").Start();
        Register(engine, "0 1 * * *", null);
        Register(engine, "0 2 * * *", "ann");

        Assert.Equal(
            ["2 by ann from api in 1.4: 0 2 * * *", "1 by test-1 from api in 1.4: 0 1 * * *"],
            History(engine, "report"));
    }

    [Fact]
    public void What_changes_no_definition_leaves_no_trace()
    {
        using var engine = new JobEngine().Handle("report").Start();
        Register(engine, "0 1 * * *", "ann");
        Register(engine, "0 1 * * *", "ben");
        engine.Pause("report");
        engine.Resume("report");
        engine.Advance(TimeSpan.FromDays(2));
        engine.Trigger("report");

        Assert.Equal(["1 by ann from api in : 0 1 * * *"], History(engine, "report"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_is_applied_changes_what_differs_in_the_name_of_who_applies_it(bool paused)
    {
        using var engine = new JobEngine().Handle("report").Start();
        Apply(engine, "ann", ("a", "0 1 * * *"), ("b", "0 1 * * *"));
        if (paused)
        {
            // Then each job is settled and written on its own.
            engine.Pause("b");
        }

        Apply(engine, "ben", ("a", "0 1 * * *"), ("b", "0 2 * * *"), ("c", "0 3 * * *"));

        Assert.Equal(["1 by ann from apply:x in : 0 1 * * *"], History(engine, "a"));
        Assert.Equal(["2 by ben from apply:x in : 0 2 * * *", "1 by ann from apply:x in : 0 1 * * *"], History(engine, "b"));
        Assert.Equal(["1 by ben from apply:x in : 0 3 * * *"], History(engine, "c"));
    }

    [Fact]
    public void A_new_deployment_that_says_the_same_is_no_change()
    {
        using var first = new JobEngine().Configure(o => o.DeploymentVersion = "1.4").With(s => s.AddJob("a", "report", j => j.Cron("0 1 * * *"))).Handle("report").Start();
        first.Stop();
        using var second = new JobEngine(first.Database, first.Clock).Configure(o => o.DeploymentVersion = "1.5")
            .With(s => s.AddJob("a", "report", j => j.Cron("0 1 * * *"))).Handle("report").Start();
        Assert.Equal("1.5", second.Row("a").DeploymentVersion);
        second.Stop();
        using var third = new JobEngine(first.Database, first.Clock).Configure(o => o.DeploymentVersion = "1.6")
            .With(s => s.AddJob("a", "report", j => j.Cron("0 2 * * *"))).Handle("report").Start();

        Assert.Equal(["2 by test-1 from code in 1.6: 0 2 * * *", "1 by test-1 from code in 1.4: 0 1 * * *"], History(third, "a"));
    }

    [Fact]
    public void A_change_by_a_process_that_keeps_no_history_is_found_with_the_next_one()
    {
        using var engine = new JobEngine().Handle("report").Start();
        Register(engine, "0 1 * * *", "ann");
        var row = engine.Row("report");
        engine.Do(async () => Assert.NotNull(await engine.Store.Jobs.TrySaveAsync(
            row with { Definition = row.Definition with { Schedules = ["0 2 * * *"] } }, CancellationToken.None)));

        Register(engine, "0 3 * * *", "ben");

        Assert.Equal(
            ["3 by ben from api in : 0 3 * * *", "2 by  from api in : 0 2 * * *", "1 by ann from api in : 0 1 * * *"], History(engine, "report"));
    }

    [Fact]
    public void Who_asks_must_be_somebody()
    {
        using var engine = new JobEngine().Handle("report").Start();

        Assert.Equal("by", Assert.Throws<InvalidException>(() => Register(engine, "0 1 * * *", " ")).Problems[0].Field);
        Assert.Equal("by", Assert.Throws<InvalidException>(() => Apply(engine, new string('x', 201))).Problems[0].Field);
    }

    private static void Register(JobEngine engine, string cron, string? by) => engine.Do(() => engine.Client.RegisterAsync(
        TenantId.Default, JobEngine.Define("report", cron), "api", by, CancellationToken.None));

    private static void Apply(JobEngine engine, string by, params (string Name, string Cron)[] jobs) => engine.Do(() => engine.Client.ApplyAsync(
        TenantId.Default,
        [.. jobs.Select(job => JobEngine.Define(job.Name, job.Cron, handler: "report"))],
        "apply:x",
        by,
        prune: false,
        dryRun: false,
        CancellationToken.None));

    private static IEnumerable<string> History(JobEngine engine, string name) =>
        engine.Get(() => engine.Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(JobEngine.Key(name)), CancellationToken.None).AsTask())
            .Select(v => $"{v.Number} by {v.By} from {v.Source} in {v.DeploymentVersion}: {v.Definition.Schedules[0].Expression}");
}
