using Silos.Stores;

namespace Silos.Engine.Tests.Jobs;

public sealed class JobRegistrationTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    [Fact]
    public void New_schedules_count_from_now_and_the_old_ones_are_settled_first()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *");
        engine.Do(() => Task.CompletedTask);
        engine.Clock.SetUtcNow(Noon.AddMinutes(61));

        var changed = engine.Register("report", "*/20 * * * *");

        Assert.Equal(["12:30:00 Superseded", "13:00:00 CaughtUp"], engine.Ledger("report"));
        Assert.Equal(Noon.AddMinutes(80), changed.NextDue);
    }

    [Fact]
    public void Registering_the_same_again_writes_nothing()
    {
        using var engine = new JobEngine().Handle("report").Start();
        var first = engine.Register("report", "*/30 * * * *");

        Assert.Equal(first.Version, engine.Register("report", "*/30 * * * *").Version);
    }

    [Fact]
    public void A_job_of_another_source_is_refused_with_both_sources_named()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "*/30 * * * *", source: "file:silos.yaml");

        var exception = Assert.Throws<ConflictException>(() => engine.Register("report", "0 * * * *"));

        Assert.Contains("'file:silos.yaml'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'api'", exception.Message, StringComparison.Ordinal);
        Assert.Equal("*/30 * * * *", engine.Row("report").Definition.Schedules[0].Expression);
    }

    [Fact]
    public void An_older_deployment_never_overwrites_a_newer_definition()
    {
        using var newer = new JobEngine().Configure(o => o.DeploymentVersion = "1.10").Handle("report").Start();
        newer.Register("report", "0 * * * *", source: "code:x");
        newer.Stop();
        using var older = new JobEngine(newer.Database, newer.Clock).Configure(o => o.DeploymentVersion = "1.9").Handle("report").Start();

        Assert.Equal("0 * * * *", older.Register("report", "30 * * * *", source: "code:x").Definition.Schedules[0].Expression);
        older.Stop();
        using var newest = new JobEngine(newer.Database, newer.Clock).Configure(o => o.DeploymentVersion = "1.11").Handle("report").Start();
        Assert.Equal("30 * * * *", newest.Register("report", "30 * * * *", source: "code:x").Definition.Schedules[0].Expression);
    }

    [Fact]
    public void A_job_follows_when_the_schedule_that_it_names_changes()
    {
        using var engine = new JobEngine().Handle("report").Start();
        Name(engine, "0 18 * * *");
        Apply(engine);
        Assert.Equal(Noon.AddHours(6), engine.Row("report").NextDue);

        engine.Advance(TimeSpan.FromHours(2));
        Name(engine, "0 * * * *");
        Apply(engine);
        engine.Advance(TimeSpan.FromHours(2));

        Assert.Equal(["15:00:00 Enqueued", "16:00:00 Enqueued"], engine.Ledger("report"));
    }

    [Fact]
    public void What_falls_due_while_its_name_is_unknown_is_decided_when_it_is_known_again()
    {
        using var first = new JobEngine().Handle("report").Start();
        Name(first, "0,30 * * * *");
        Apply(first);
        first.Stop();
        using var second = new JobEngine(first.Database, first.Clock).Handle("report").Start();
        second.Advance(TimeSpan.FromMinutes(70));
        Assert.Empty(second.Ledger("report"));
        Assert.Contains("schedule_broken", second.Explain("report"));

        Name(second, "0,30 * * * *");
        Apply(second);
        second.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["12:30:00 Superseded", "13:00:00 CaughtUp"], second.Ledger("report"));
    }

    private static void Name(JobEngine engine, string expression) =>
        ((ScheduleDirectory)engine.Provider.GetService(typeof(ScheduleDirectory))!).Overlay(
            new Dictionary<string, string> { ["cron.report"] = expression }, new Dictionary<string, Schedules.Calendar>());

    private static void Apply(JobEngine engine) => engine.Do(() => engine.Client.ApplyAsync(
        TenantId.Default, [JobEngine.Define("report", "cron.report")], "file:silos.yaml", true, false, CancellationToken.None));

    [Fact]
    public void A_deleted_job_is_gone_and_its_runs_stay()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "* * * * *");
        engine.Advance(TimeSpan.FromMinutes(1));

        engine.Do(() => engine.Client.DeleteAsync(JobEngine.Key("report"), CancellationToken.None));
        engine.Advance(TimeSpan.FromMinutes(5));

        Assert.Single(engine.Runs());
        Assert.Throws<NotFoundException>(() => engine.Trigger("report"));
    }

    [Fact]
    public void Code_that_names_a_job_no_more_deletes_it_and_leaves_other_sources_alone()
    {
        using var first = new JobEngine().With(s => s.AddJob("old", (_, _) => Task.CompletedTask, j => j.Cron("0 * * * *"))).Handle("report").Start();
        first.Register("report", "0 * * * *");
        first.Stop();

        using var second = new JobEngine(first.Database, first.Clock)
            .With(s => s.AddJob("new", (_, _) => Task.CompletedTask, j => j.Cron("0 * * * *"))).Handle("report").Start();

        var jobs = second.Get(() => second.Client.ListAsync(new JobQuery(TenantId.Default), CancellationToken.None));
        Assert.Equal([("new", "code"), ("report", "api")], jobs.Select(v => (v.Job.Key.Name.Value, v.Job.Source)));
    }

    [Fact]
    public void A_start_is_refused_when_code_registers_two_jobs_of_one_name_or_the_name_of_another_source()
    {
        using var twice = new JobEngine().Handle("report").With(s => s.AddJob("a", "report").AddJob("a", "report"));
        Assert.Contains("duplicate names", Assert.Throws<StartupException>(() => twice.Start()).Message, StringComparison.Ordinal);

        using var first = new JobEngine().Handle("report").Start();
        first.Register("report", "0 * * * *");
        first.Stop();
        using var second = new JobEngine(first.Database, first.Clock).Handle("report").With(s => s.AddJob("report", "report"));
        var message = Assert.Throws<StartupException>(() => second.Start()).Message;
        Assert.Contains("'api'", message, StringComparison.Ordinal);
        Assert.Contains("'code'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_is_refused_with_the_job_and_the_field_when_a_registration_is_wrong()
    {
        using var engine = new JobEngine().Handle("report").With(s => s.AddJob("a", "report", j => j.Cron("61 * * * *").Priority(5_000)));

        var message = Assert.Throws<StartupException>(() => engine.Start()).Message;

        Assert.Contains("job 'a': schedules[0].expression '61 * * * *'", message, StringComparison.Ordinal);
        Assert.Contains("priority '5000' must be between -1000 and 1000", message, StringComparison.Ordinal);
    }
}
