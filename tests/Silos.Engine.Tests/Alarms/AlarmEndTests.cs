using Microsoft.Extensions.DependencyInjection;
using Silos.Alarms;
using Silos.Engine.Alarms;
using Silos.Engine.Tests.Jobs;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Testing;

namespace Silos.Engine.Tests.Alarms;

/// <summary>What begins and ends an alarm about a job, and what does not.</summary>
public sealed class AlarmEndTests : IDisposable
{
    private static readonly DateTimeOffset BeforeMidnight = new(2026, 11, 2, 23, 50, 0, TimeSpan.Zero);

    private readonly Recorder _told = new();
    private readonly InMemoryDatabase _database = new();
    private bool _broken = true;
    private JobEngine? _engine;

    private JobEngine Engine => _engine!;

    public void Dispose() => _engine?.Dispose();

    [Fact]
    public void A_new_deployment_neither_hides_a_failure_nor_ends_an_alarm()
    {
        Start("1");
        Register();
        Engine.Advance(TimeSpan.FromMinutes(65));
        Restart("2");
        Assert.Equal(JobEngine.Noon, Register().UpdatedAt);
        Engine.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(JobEngine.Noon.AddHours(1), Assert.Single(_told.All).DueAt);

        Restart("3");
        Register();
        Engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Single(_told.All);
    }

    [Fact]
    public void An_edit_of_something_else_does_not_end_silence_and_a_success_does()
    {
        Start("1");
        Register();
        Engine.Advance(TimeSpan.FromMinutes(90));
        Assert.Single(_told.All);
        Assert.True(Register("It is described.").UpdatedAt > _told.All[0].Since);
        Engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Single(_told.All);
        _broken = false;
        Engine.Trigger("nightly");
        Engine.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(_told.All[1].EndedAt);
    }

    [Fact]
    public void Silence_ends_where_nobody_waits_for_success_any_more()
    {
        Start("1");
        Register();
        Engine.Advance(TimeSpan.FromMinutes(90));
        Assert.Single(_told.All);
        Engine.Register(Definition(null) with { ExpectSuccessWithin = Timeout.InfiniteTimeSpan });
        Engine.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(_told.All[1].EndedAt);
    }

    [Fact]
    public void Skipping_outlasts_what_a_calendar_takes_out_and_ends_with_the_next_run()
    {
        _engine = Make("1", new ManualTimeProvider(BeforeMidnight)).Hold("import");
        Engine.Start();
        Engine.Provider.GetRequiredService<ScheduleDirectory>().Overlay(
            new Dictionary<string, string>(),
            new Dictionary<string, Calendar> { ["no Tuesday"] = new() { Name = "no Tuesday", AllowedDays = DaysOfWeek.All & ~DaysOfWeek.Tuesday } });
        Engine.Register(new JobDefinition
        {
            Name = JobName.Parse("import"),
            Handler = "import",
            Timeout = Timeout.InfiniteTimeSpan,
            ExpectSuccessWithin = Timeout.InfiniteTimeSpan,
            Schedules = [new ScheduleSpec { Expression = "* * * * *", Calendars = ["no Tuesday"] }],
        });
        Engine.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal((AlarmKind.Skipping, BeforeMidnight.AddMinutes(2)), (Assert.Single(_told.All).Kind, _told.All[0].DueAt));

        // More than a page of what a calendar took out.
        Engine.Advance(TimeSpan.FromHours(3));
        Assert.Equal(Verdict.SkippedCalendar, Engine.Row("import").LastDecision!.Verdict);
        Assert.Single(_told.All);

        Engine.Open("import");
        Engine.AdvanceTo(BeforeMidnight.AddDays(1).AddMinutes(12));
        Assert.NotNull(_told.All[1].EndedAt);
        Assert.Equal(2, _told.All.Count);
    }

    [Fact]
    public void A_run_that_was_slow_is_told_with_its_own_due_instant()
    {
        // Looked at by the test alone.
        _engine = Make("1", options: options => options.Interval = TimeSpan.FromHours(1)).Hold("import");
        Engine.Start();
        Engine.Register(new JobDefinition
        {
            Name = JobName.Parse("import"),
            Handler = "import",
            Timeout = Timeout.InfiniteTimeSpan,
            Schedules = [new ScheduleSpec { Expression = "*/2 * * * *" }],
        });
        Engine.Open("import");
        Engine.Advance(TimeSpan.FromMinutes(13));
        Engine.Close("import");
        Engine.AdvanceTo(JobEngine.Noon.AddMinutes(19));
        Engine.Open("import");
        Engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(JobEngine.Noon.AddMinutes(18), Engine.Row("import").LastDecision!.DueAt);
        Engine.Do(() => Engine.Provider.GetRequiredService<AlarmDuty>().RunOnceAsync(CancellationToken.None));
        var slow = Assert.Single(_told.All, alarm => alarm.Kind == AlarmKind.Slow);
        Assert.Equal(JobEngine.Noon.AddMinutes(14), slow.DueAt);
    }

    private static JobDefinition Definition(string? description) => new()
    {
        Name = JobName.Parse("nightly"),
        Handler = "work",
        Description = description,
        MaxAttempts = 1,
        ExpectSuccessWithin = TimeSpan.FromMinutes(10),
        Schedules = [new ScheduleSpec { Expression = "0 13 * * *" }],
    };

    private Job Register(string? description = null) => Engine.Register(Definition(description));

    private void Start(string version)
    {
        _engine = Make(version);
        _engine.Start();
    }

    private void Restart(string version)
    {
        Engine.Stop();
        var clock = Engine.Clock;
        Engine.Dispose();
        _engine = Make(version, clock);
        _engine.Start();
    }

    private JobEngine Make(string version, ManualTimeProvider? clock = null, Action<AlarmOptions>? options = null) => new JobEngine(_database, clock)
        .Watch(options)
        .Configure(engine => engine.DeploymentVersion = version)
        .Handle(Recorder.Handler)
        .With(silos =>
        {
            silos.Services.AddSingleton<IAlarmChannel>(_told);
            silos.AddHandler("work", (_, _) => _broken ? throw new InvalidOperationException("it broke") : Task.CompletedTask);
        });
}
