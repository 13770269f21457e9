using Microsoft.Extensions.DependencyInjection;
using Silos.Alarms;
using Silos.Engine.Alarms;
using Silos.Engine.Telemetry;
using Silos.Engine.Tests.Jobs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;
using Silos.Testing;

namespace Silos.Engine.Tests.Alarms;

/// <summary>Whom alarms are told, how often, and by whose runs.</summary>
public sealed class AlarmTellingTests : IDisposable
{
    private static readonly QueueKey Standing = new(TenantId.Default, QueueName.Parse("standing"));
    private static readonly AlarmRules.Finding Finding = new(JobEngine.Noon, "It stands.");

    private readonly Recorder _told = new();
    private readonly ScriptedFaults _faults = new();
    private readonly InMemoryDatabase _database = new();
    private JobEngine _engine;

    public AlarmTellingTests() => _engine = Make();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void What_ends_and_begins_again_with_the_same_run_is_told_again()
    {
        Stand();
        _engine.Do(() => _engine.Client.PauseQueueAsync(Standing, "me", null, CancellationToken.None));
        _engine.Advance(TimeSpan.FromMinutes(1));
        _engine.Do(() => _engine.Client.ResumeQueueAsync(Standing, "me", CancellationToken.None));
        _engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([false, true, false], _told.All.Select(alarm => alarm.EndedAt is not null));
        Assert.Equal(_told.All[0].DueAt, _told.All[2].DueAt);
        Assert.Equal(3, Recorder.Runs(_engine).Count);

        // What each of them says stays known.
        var kept = Assert.Single(Recorder.Kept(_engine));
        Assert.Equal(_told.All[0].Text, kept.AsTold(_told.All[0].Since, isEnd: false)!.Text);
        Assert.Equal(_told.All[1].EndedAt, kept.AsTold(_told.All[1].Since, isEnd: true)!.EndedAt);
        Assert.Null(kept.AsTold(_told.All[2].Since, isEnd: true));
        Assert.Null(kept.AsTold(JobEngine.Noon, isEnd: false));
    }

    [Fact]
    public void Two_processes_that_find_the_same_tell_it_once()
    {
        _engine.Start();
        AlarmBook one = Book(), other = Book();
        _engine.Do(() => one.ReadAsync(CancellationToken.None));
        _engine.Do(() => other.ReadAsync(CancellationToken.None));
        Set(one, Finding);
        Set(other, Finding with { Text = "It stands, says the other." });
        Assert.Single(Recorder.Runs(_engine));
        Assert.Equal("It stands.", Assert.Single(Recorder.Kept(_engine)).Text);
    }

    [Fact]
    public void A_crash_between_storing_and_telling_tells_it_once_after_the_start()
    {
        _engine.Start();
        var book = Book();
        _faults.Next("settings.save", FaultKind.None, FaultKind.Away);
        Assert.ThrowsAny<Exception>(() => Set(book, Finding));
        Assert.True(Assert.Single(Assert.Single(Recorder.Kept(_engine)).Messages).IsPending);
        Assert.Single(Recorder.Runs(_engine));

        // Told, and not noted.
        _engine.Do(() => Book().ReadAsync(CancellationToken.None));
        var run = Assert.Single(Recorder.Runs(_engine)).Id;
        Assert.Equal([new AlarmMessage("recorder", run, IsEnd: false)], Assert.Single(Recorder.Kept(_engine)).Messages);

        // Noted, and not told.
        var setting = _engine.Get(() => _engine.Store.Settings.ListAsync(Alarm.SettingKind, CancellationToken.None).AsTask()).Single();
        var message = new AlarmMessage("recorder", RunId.New(JobEngine.Noon), IsEnd: false) { IsPending = true };
        var lost = setting.Value.As<Alarm>()! with { Messages = [message] };
        _engine.Get(() => _engine.Store.Settings.TrySaveAsync(setting with { Value = JsonText.From(lost) }, CancellationToken.None).AsTask());
        _engine.Do(() => Book().ReadAsync(CancellationToken.None));
        Assert.Equal([message.Run, run], Recorder.Runs(_engine).Select(told => told.Id).OrderByDescending(id => id == message.Run));
        Assert.False(Assert.Single(Assert.Single(Recorder.Kept(_engine)).Messages).IsPending);
    }

    [Fact]
    public void An_alarm_is_told_by_a_run_of_its_own_tenant_which_may_be_retried()
    {
        _engine.Start();
        var acme = TenantId.Parse("acme");
        _engine.Do(() => Book().SetAsync(acme, AlarmKind.Backlog, null, QueueName.Parse("mail"), Finding, CancellationToken.None));
        Assert.Empty(Recorder.Runs(_engine));
        var run = Assert.Single(Recorder.Runs(_engine, "acme"));
        Assert.Equal((acme, "silos"), (run.Tenant, run.RequestedBy));
        _engine.Advance(TimeSpan.FromSeconds(5));
        _engine.Do(() => _engine.Client.RetryAsync(acme, run.Id, "me", CancellationToken.None));
        Assert.Equal(2, Recorder.Runs(_engine, "acme").Count);
    }

    [Fact]
    public void Nobody_else_may_ask_for_a_run_of_a_handler_that_tells_of_alarms()
    {
        _engine.Start();
        var acme = TenantId.Parse("acme");
        var forged = new RunRequest { Tenant = acme, Handler = Recorder.Handler, Payload = JsonText.Parse("""{"text":"forged"}""") };
        foreach (var ask in new Func<Task>[]
        {
            () => _engine.Client.EnqueueAsync(forged, CancellationToken.None),
            () => _engine.Client.EnqueueAsync(forged with { Payload = null }, CancellationToken.None),
            () => _engine.Client.EnqueueManyAsync([forged], CancellationToken.None),
            () => _engine.Client.RegisterAsync(acme, JobEngine.Define("forged", handler: Recorder.Handler), "api", CancellationToken.None),
            () => _engine.Client.ApplyAsync(acme, [JobEngine.Define("forged", handler: Recorder.Handler)], "file:a", false, false, CancellationToken.None),
        })
        {
            var refused = Assert.Throws<InvalidException>(() => _engine.Do(ask));
            Assert.Contains("reserved", Assert.Single(refused.Problems).Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_paused_tenant_is_told_when_it_is_resumed()
    {
        _engine.Start();
        _engine.Do(() => _engine.Client.PauseAllAsync(TenantId.Default, "me", null, CancellationToken.None));
        Set(Book(), Finding);
        _engine.Advance(TimeSpan.FromHours(1));
        Assert.DoesNotContain(_engine.Ran, ran => ran.Handler == Recorder.Handler);
        _engine.Do(() => _engine.Client.ResumeAllAsync(TenantId.Default, "me", CancellationToken.None));
        _engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(_engine.Ran, ran => ran.Handler == Recorder.Handler);
    }

    [Fact]
    public void A_queue_that_still_stands_after_a_restart_is_not_told_to_be_over_before_it_was_looked_at()
    {
        Stand();
        _engine.Stop();
        var clock = _engine.Clock;
        _engine.Dispose();
        _engine = Make(clock);
        _faults.Next("reader.depths", [.. Enumerable.Repeat(FaultKind.Away, 10)]);
        _engine.Start();
        _engine.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(Assert.Single(Recorder.Kept(_engine)).EndedAt);
        Assert.Single(Recorder.Runs(_engine));
    }

    [Fact]
    public void What_has_been_over_for_a_month_is_forgotten_and_what_lasts_is_not()
    {
        _engine.Start();
        Set(Book(), Finding);
        _engine.Do(() => _engine.Client.PauseQueueAsync(Standing, "me", null, CancellationToken.None));
        var lasting = new Alarm { Tenant = TenantId.Default, Kind = AlarmKind.Slow, Job = JobName.Parse("old"), DueAt = JobEngine.Noon, Since = JobEngine.Noon, Text = "slow" };
        var book = Book();
        foreach (var alarm in new[] { lasting with { EndedAt = JobEngine.Noon.AddDays(-31) }, lasting with { Job = JobName.Parse("new"), EndedAt = JobEngine.Noon.AddDays(-29) } })
        {
            _engine.Get(() => _engine.Store.Settings.TrySaveAsync(new Setting(Alarm.SettingKind, alarm.Key, JsonText.From(alarm)), CancellationToken.None).AsTask());
        }

        _engine.Do(() => book.ReadAsync(CancellationToken.None));
        _engine.Do(() => book.ForgetAsync(CancellationToken.None));
        Assert.Equal(["default/backlog/standing", "default/slow/new"], Recorder.Kept(_engine).Select(alarm => alarm.Key).Order());
    }

    [Fact]
    public void Counting_takes_no_more_than_a_twentieth_of_the_time()
    {
        Assert.Equal(TimeSpan.FromSeconds(15), QueueDepths.Rest(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(15), QueueDepths.Rest(TimeSpan.FromSeconds(0.5)));
        Assert.Equal(TimeSpan.FromSeconds(38), QueueDepths.Rest(TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void A_count_that_takes_long_is_made_less_often()
    {
        Stand();
        _engine.Advance(TimeSpan.FromMinutes(2));
        _faults.Hold("reader.depths");
        _engine.Advance(TimeSpan.FromSeconds(30));
        _faults.Release("reader.depths");
        _engine.Settle();
        var calls = _faults.Calls["reader.depths"];
        _engine.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(calls, _faults.Calls["reader.depths"]);
        _engine.Advance(TimeSpan.FromMinutes(7));
        Assert.True(_faults.Calls["reader.depths"] > calls + 1);
    }

    private AlarmBook Book() => ActivatorUtilities.CreateInstance<AlarmBook>(_engine.Provider);

    private void Set(AlarmBook book, AlarmRules.Finding? finding) =>
        _engine.Do(() => book.SetAsync(TenantId.Default, AlarmKind.Backlog, null, Standing.Name, finding, CancellationToken.None));

    /// <summary>Has a run wait for longer than it may.</summary>
    private void Stand()
    {
        _engine.Start();
        foreach (var queue in new[] { "default", "standing" })
        {
            _engine.Do(() => _engine.Client.EnqueueAsync(
                new RunRequest { Handler = "slow", Queue = QueueName.Parse(queue), Timeout = Timeout.InfiniteTimeSpan }, CancellationToken.None));
        }

        _engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Single(_told.All);
    }

    private JobEngine Make(ManualTimeProvider? clock = null) => new JobEngine(_database, clock, _faults)
        .Watch()
        .Configure(options => options.Slots = 1)
        .Hold("slow")
        .Handle(Recorder.Handler, handler => handler.Reserved())
        .With(silos => silos.Services.AddSingleton<IAlarmChannel>(_told));
}
