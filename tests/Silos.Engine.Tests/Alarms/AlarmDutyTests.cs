using Microsoft.Extensions.DependencyInjection;
using Silos.Alarms;
using Silos.Engine.Tests.Jobs;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Testing;

namespace Silos.Engine.Tests.Alarms;

/// <summary>Alarms over the whole engine: each is told once when it begins and once when it ends.</summary>
public sealed class AlarmDutyTests : IDisposable
{
    private readonly Recorder _told = new();
    private readonly InMemoryDatabase _database = new();
    private bool _broken;
    private JobEngine _engine;

    public AlarmDutyTests() => _engine = Make();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void A_job_that_does_not_succeed_is_told_once_and_so_is_its_recovery()
    {
        _engine.Start();
        _broken = true;
        Register("nightly", "0 * * * *", job => job with { MaxAttempts = 1, ExpectSuccessWithin = TimeSpan.FromMinutes(10) });
        _engine.Advance(TimeSpan.FromMinutes(69));
        Assert.Empty(_told.All);
        _engine.Advance(TimeSpan.FromHours(5));
        var begin = Assert.Single(_told.All);
        Assert.Equal(
            (AlarmKind.Silent, "nightly", JobEngine.Noon.AddHours(1), (DateTimeOffset?)null), (begin.Kind, begin.Job?.Value, begin.DueAt, begin.EndedAt));
        _broken = false;
        _engine.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, _told.All.Count);
        Assert.True(_told.All[1].EndedAt > begin.Since);
        Assert.Equal(begin.DueAt, _told.All[1].DueAt);
        Assert.Equal(2, _engine.Ran.Count(ran => ran.Handler == Recorder.Handler));

        // Whoever looks at the alarm finds the runs that told of it.
        var kept = Assert.Single(Recorder.Kept(_engine));
        Assert.Equal([("recorder", false), ("recorder", true)], kept.Messages.Select(message => (message.Channel, message.IsEnd)));
        Assert.Equal(Recorder.Runs(_engine).Select(run => run.Id).Order(), kept.Messages.Select(message => message.Run).Order());
    }

    [Fact]
    public void A_restart_does_not_tell_again_what_lasts()
    {
        _engine.Start();
        _broken = true;
        Register("nightly", "0 * * * *", job => job with { MaxAttempts = 1, ExpectSuccessWithin = TimeSpan.FromMinutes(10) });
        _engine.Advance(TimeSpan.FromHours(3));
        _engine.Stop();
        var clock = _engine.Clock;
        _engine.Dispose();
        _engine = Make(clock);
        _engine.Start();
        _engine.Advance(TimeSpan.FromHours(3));
        Assert.Single(Recorder.Runs(_engine));
    }

    [Fact]
    public void A_pause_ends_silence_and_a_deleted_job_is_silent_no_more()
    {
        _engine.Start();
        _broken = true;
        Register("paused", "0 * * * *", job => job with { MaxAttempts = 1, ExpectSuccessWithin = TimeSpan.FromMinutes(10) });
        Register("deleted", "0 * * * *", job => job with { MaxAttempts = 1, ExpectSuccessWithin = TimeSpan.FromMinutes(10) });
        _engine.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, _told.All.Count);
        _engine.Do(() => _engine.Client.PauseAsync(Key("paused"), "me", null, CancellationToken.None));
        _engine.Do(() => _engine.Client.DeleteAsync(Key("deleted"), CancellationToken.None));
        _engine.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["deleted", "paused"], _told.All.Where(alarm => alarm.EndedAt is not null).Select(alarm => alarm.Job!.Value.Value).Order());
    }

    [Fact]
    public void A_run_that_takes_far_longer_than_those_before_it_is_told_while_it_executes()
    {
        _engine.Hold("import").Start();
        _engine.Do(() => _engine.Client.RegisterAsync(
            TenantId.Default, new JobDefinition { Name = JobName.Parse("import"), Handler = "import" }, "api", CancellationToken.None));
        for (var i = 0; i < 6; i++)
        {
            Trigger();
            _engine.Advance(TimeSpan.FromSeconds(60));
            _engine.Open("import");
            _engine.Advance(TimeSpan.FromSeconds(2));
            _engine.Close("import");
        }

        Trigger();
        _engine.Advance(TimeSpan.FromMinutes(3));
        Assert.Empty(_told.All);
        _engine.Advance(TimeSpan.FromMinutes(3));
        var slow = Assert.Single(_told.All);
        Assert.Equal((AlarmKind.Slow, "import"), (slow.Kind, slow.Job?.Value));

        void Trigger() => _engine.Do(() => _engine.Client.TriggerAsync(Key("import"), new TriggerOptions { By = "me" }, CancellationToken.None));
    }

    [Fact]
    public void A_queue_that_stands_is_told_and_one_that_somebody_paused_is_not()
    {
        _engine.Hold("slow").Configure(options => options.Slots = 1).Start();
        Enqueue("slow", "default");
        Enqueue("slow", "standing");
        _engine.Do(() => _engine.Client.PauseQueueAsync(new QueueKey(TenantId.Default, QueueName.Parse("paused")), "me", null, CancellationToken.None));
        Enqueue("slow", "paused");
        _engine.Advance(TimeSpan.FromMinutes(20));
        var alarm = Assert.Single(_told.All);
        Assert.Equal((AlarmKind.Backlog, "standing", JobEngine.Noon), (alarm.Kind, alarm.Queue?.Value, alarm.DueAt));
        _engine.Open("slow");
        _engine.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull(_told.All[^1].EndedAt);

        void Enqueue(string handler, string queue) => _engine.Do(() => _engine.Client.EnqueueAsync(
            new RunRequest { Handler = handler, Queue = QueueName.Parse(queue), Timeout = Timeout.InfiniteTimeSpan }, CancellationToken.None));
    }

    private static JobKey Key(string name) => new(TenantId.Default, JobName.Parse(name));

    private JobEngine Make(ManualTimeProvider? clock = null) => new JobEngine(_database, clock)
        .Watch()
        .Handle(Recorder.Handler, handler => handler.Reserved())
        .With(silos =>
        {
            silos.Services.AddSingleton<IAlarmChannel>(_told);
            silos.AddHandler("work", (_, _) => _broken ? throw new InvalidOperationException("it broke") : Task.CompletedTask);
        });

    private void Register(string name, string schedule, Func<JobDefinition, JobDefinition> change) => _engine.Do(() => _engine.Client.RegisterAsync(
        TenantId.Default,
        change(new JobDefinition
        {
            Name = JobName.Parse(name),
            Handler = "work",
            Schedules = [new ScheduleSpec { Expression = schedule }],
        }),
        "api",
        CancellationToken.None));
}
