using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Schedules;
using Silos.Stores;

namespace Silos.Engine.Tests.Jobs;

public sealed class EngineClientTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    [Fact]
    public void An_enqueued_run_is_executed_and_can_be_waited_for()
    {
        using var engine = new JobEngine().Handle("mail").Start();

        var run = engine.Get(
            async () =>
            {
                var outcome = await engine.Client.EnqueueAsync(new RunRequest { Handler = "mail", Payload = JsonText.From(7) }, CancellationToken.None);
                return await engine.Client.WaitAsync(TenantId.Default, outcome.Id, CancellationToken.None);
            },
            TimeSpan.FromSeconds(5));

        Assert.Equal(RunState.Completed, run.State);
        Assert.Equal("7", Assert.Single(engine.Ran).Payload.Text);
    }

    [Fact]
    public void An_idempotency_key_that_is_taken_is_answered_as_asked()
    {
        using var engine = new JobEngine().Handle("mail").Start();
        EnqueueOutcome Enqueue(DuplicateMode mode) => engine.Get(() => engine.Client.EnqueueAsync(
            new RunRequest { Handler = "mail", IdempotencyKey = "k", OnDuplicate = mode, Delay = TimeSpan.FromHours(1) }, CancellationToken.None));
        var first = Enqueue(DuplicateMode.ReturnExisting);

        Assert.Equal(new EnqueueOutcome(EnqueueKind.Existing, first.Id), Enqueue(DuplicateMode.ReturnExisting));
        var refused = Assert.Throws<ConflictException>(() => Enqueue(DuplicateMode.Reject));
        Assert.Equal("duplicate", refused.Code);
        Assert.Contains(first.Id.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_runs_of_several_queues_are_accepted_together_or_not_at_all()
    {
        using var engine = new JobEngine().Handle("mail").Start();
        RunRequest To(string queue, string handler = "mail") => new() { Handler = handler, Queue = QueueName.Parse(queue) };

        var wrong = Assert.Throws<InvalidException>(() => engine.Do(() => engine.Client.EnqueueManyAsync(
            [To("a"), To("b", "nobody"), To("c", "nobody")], CancellationToken.None)));
        Assert.Equal(["runs[1].handler", "runs[2].handler"], wrong.Problems.Select(p => p.Field));
        Assert.Empty(engine.Runs());

        var outcomes = engine.Get(() => engine.Client.EnqueueManyAsync([.. Enumerable.Range(0, 50).Select(i => To($"q{i}"))], CancellationToken.None));
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(50, outcomes.Count);
        Assert.Equal(50, engine.Ran.Count);
    }

    [Fact]
    public void Trigger_and_wait_returns_the_outcome()
    {
        using var engine = new JobEngine().Fail("flaky").Start();
        engine.Register("flaky", configure: job => job.Retry(1));

        var run = engine.Get(
            () => engine.Client.TriggerAndWaitAsync(JobEngine.Key("flaky"), new TriggerOptions(), CancellationToken.None), TimeSpan.FromSeconds(5));

        Assert.Equal(RunState.Dead, run.State);
        Assert.Equal("it broke", run.Error!.Message);
    }

    [Fact]
    public void Trigger_and_wait_returns_the_outcome_of_a_run_that_is_deleted_when_it_completes()
    {
        using var engine = new JobEngine().Handle("brief").Start();
        engine.Register("brief", configure: job => job.Keep(new KeepPolicy { DeleteOnSuccess = true }));

        // Whoever asked hears of the answer only after the run is gone.
        for (var seed = 0; seed < 20; seed++)
        {
            var run = engine.Get(
                () => engine.Client.TriggerAndWaitAsync(JobEngine.Key("brief"), new TriggerOptions(), CancellationToken.None), TimeSpan.FromSeconds(5));
            Assert.Equal(RunState.Completed, run.State);
        }

        Assert.Empty(engine.Runs());
    }

    [Fact]
    public void A_run_is_cancelled_once_and_an_unknown_one_is_not_found()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report");
        var run = engine.Trigger("report");
        engine.Settle();
        bool Cancel(RunId id) => engine.Get(() => engine.Client.CancelAsync(
            TenantId.Default, id, new CancelRequest("ann", "enough", engine.Clock.Now()), CancellationToken.None));

        Assert.True(Cancel(run));
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Cancel(run));
        Assert.Equal(RunState.Cancelled, Assert.Single(engine.Runs()).State);
        Assert.Throws<NotFoundException>(() => Cancel(RunId.New(Noon)));
    }

    [Fact]
    public void A_run_that_ended_can_be_run_again_and_one_that_did_not_cannot()
    {
        using var engine = new JobEngine().Hold("report").Start();
        engine.Register("report", configure: job => job.Payload(5));
        var run = engine.Trigger("report");
        engine.Settle();
        RunId Retry() => engine.Get(() => engine.Client.RetryAsync(TenantId.Default, run, "ann", CancellationToken.None));

        Assert.Equal("not_ended", Assert.Throws<ConflictException>(() => Retry()).Code);
        engine.Open("report");
        engine.Advance(TimeSpan.FromSeconds(2));
        var again = Retry();
        engine.Advance(TimeSpan.FromSeconds(1));

        var details = engine.Get(() => engine.Client.GetRunAsync(TenantId.Default, again, CancellationToken.None)).Run;
        Assert.Equal((run, "ann", "5", "report"), (details.Options.ReplayOf, details.RequestedBy, details.Payload!.Value.Text, details.Job!.Value.Value));
        Assert.Equal(RunState.Completed, details.State);
    }

    [Fact]
    public void Jobs_are_listed_with_what_is_going_on()
    {
        using var engine = new JobEngine().Hold("report").Handle("mail").Start();
        engine.Register("report", configure: job => job.Overlap(OverlapMode.QueueAll));
        engine.Register("mail");
        engine.Trigger("report");
        engine.Trigger("report");
        engine.Settle();

        var views = engine.Get(() => engine.Client.ListAsync(new JobQuery(TenantId.Default), CancellationToken.None));

        Assert.Equal([("mail", 0, 0), ("report", 2, 1)], views.Select(v => (v.Job.Key.Name.Value, v.Live, v.Running)));
        Assert.Equal(1, engine.Get(() => engine.Client.GetAsync(JobEngine.Key("report"), CancellationToken.None)).Running);
        Assert.Throws<NotFoundException>(() => engine.Get(() => engine.Client.GetAsync(JobEngine.Key("nobody"), CancellationToken.None)));
    }

    [Fact]
    public void A_preview_merges_schedules_and_marks_what_is_remarkable()
    {
        using var engine = new JobEngine().Handle("report").Start();
        engine.Register("report", "30 2 * * *", job => job.Cron("0 12 * * *").InTimeZone("Europe/Paris"));

        var ahead = engine.Get(() => engine.Client.PreviewAsync(
            JobEngine.Key("report"), new DateTimeOffset(2027, 3, 27, 12, 0, 0, TimeSpan.Zero), 3, CancellationToken.None));

        Assert.Equal(["2027-03-28T01:00", "2027-03-28T10:00", "2027-03-29T00:30"], ahead.Select(o => o.Instant.ToString("yyyy-MM-dd'T'HH:mm", null)));
        Assert.Equal([PreviewMarks.DaylightSavingGap, PreviewMarks.None, PreviewMarks.None], ahead.Select(o => o.Marks));
        Assert.Throws<InvalidException>(() => engine.Get(() => engine.Client.PreviewAsync(JobEngine.Key("report"), null, 0, CancellationToken.None)));
    }

    [Fact]
    public void Apply_tells_what_it_would_do_and_then_does_it()
    {
        using var engine = new JobEngine().Handle("report").Start();
        ApplyResult Apply(bool dry, params JobDefinition[] jobs) => engine.Get(() => engine.Client.ApplyAsync(
            TenantId.Default, jobs, "file:silos.yaml", prune: true, dry, CancellationToken.None));
        Apply(false, JobEngine.Define("a", "0 1 * * *", handler: "report"), JobEngine.Define("b", "0 1 * * *", handler: "report"), JobEngine.Define("c", handler: "report"));
        JobDefinition[] wanted = [JobEngine.Define("a", "0 2 * * *", handler: "report"), JobEngine.Define("c", handler: "report"), JobEngine.Define("d", handler: "report")];

        foreach (var dry in new[] { true, false })
        {
            var result = Apply(dry, wanted);
            Assert.Equal(["d"], result.Added.Select(n => n.Value));
            Assert.Equal(["b"], result.Removed.Select(n => n.Value));
            Assert.Equal(1, result.Unchanged);
            var change = Assert.Single(result.Changed);
            Assert.Contains("0 1 * * *", Assert.Single(change.Fields), StringComparison.Ordinal);
            Assert.StartsWith("schedules: ", change.Fields[0], StringComparison.Ordinal);
        }

        var jobs = engine.Get(() => engine.Client.ListAsync(new JobQuery(TenantId.Default), CancellationToken.None));
        Assert.Equal(["a", "c", "d"], jobs.Select(v => v.Job.Key.Name.Value));
    }

    [Fact]
    public void An_apply_with_one_wrong_job_writes_nothing()
    {
        using var engine = new JobEngine().Handle("report").Start();

        var exception = Assert.Throws<InvalidException>(() => engine.Do(() => engine.Client.ApplyAsync(
            TenantId.Default,
            [JobEngine.Define("a", handler: "report"), JobEngine.Define("b", "nonsense", handler: "report"), JobEngine.Define("a", handler: "report")],
            "api",
            false,
            false,
            CancellationToken.None)));

        Assert.Equal(["jobs[1].schedules[0].expression", "jobs[2].name"], exception.Problems.Select(p => p.Field));
        Assert.Empty(engine.Get(() => engine.Client.ListAsync(new JobQuery(TenantId.Default), CancellationToken.None)));
    }

    [Fact]
    public void Queues_are_listed_with_pause_limits_and_depth()
    {
        using var engine = new JobEngine().Handle("mail").Start();
        var queue = new QueueKey(TenantId.Default, QueueName.Parse("mail"));
        engine.Do(() => engine.Client.SetQueueLimitsAsync(queue, new QueueLimits { MaxConcurrency = 3 }, CancellationToken.None));
        engine.Do(() => engine.Client.PauseQueueAsync(queue, "ann", "spam", CancellationToken.None));
        engine.Do(() => engine.Client.PauseQueueAsync(queue, "bob", "again", CancellationToken.None));
        engine.Do(() => engine.Client.EnqueueAsync(new RunRequest { Handler = "mail", Queue = queue.Name }, CancellationToken.None));

        var views = engine.Get(() => engine.Client.ListQueuesAsync(TenantId.Default, CancellationToken.None));
        Assert.Equal(["default", "mail"], views.Select(each => each.Queue.Name.Value));
        var view = views[1];
        Assert.Equal(("ann", 3, 1L), (view.Pause!.By, view.Limits.MaxConcurrency, view.Depth.Queued));

        engine.Do(() => engine.Client.ResumeQueueAsync(queue, "ann", CancellationToken.None));
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(engine.Ran);
        Assert.Throws<InvalidException>(() => engine.Do(
            () => engine.Client.SetQueueLimitsAsync(queue, new QueueLimits { Rate = 0 }, CancellationToken.None)));
    }

    [Fact]
    public void A_process_that_owns_no_queues_puts_runs_into_the_inbox()
    {
        using var engine = new JobEngine().Configure(o => o.Roles = SilosRoles.Api).Handle("mail").Start();

        engine.Do(() => engine.Client.EnqueueAsync(new RunRequest { Handler = "mail" }, CancellationToken.None));
        engine.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(RunState.Queued, Assert.Single(engine.Runs()).State);
    }

    [Fact]
    public void Health_says_no_when_the_store_is_away_and_when_the_process_stops()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Start();
        bool Healthy() => engine.Get(() => engine.Client.IsHealthyAsync(CancellationToken.None));

        Assert.True(Healthy());
        faults.Away = true;
        Assert.False(Healthy());
        faults.Away = false;
        engine.Stop();
        Assert.False(Healthy());
    }

    [Fact]
    public void A_store_that_does_not_answer_is_told_as_unavailable()
    {
        var faults = new CountingFaults();
        using var engine = new JobEngine(faults: faults).Handle("report").Start();
        engine.Register("report");
        faults.Away = true;

        Assert.Throws<UnavailableException>(() => engine.Trigger("report"));
        Assert.Throws<UnavailableException>(() => engine.Pause("report"));
        Assert.Throws<UnavailableException>(() => engine.Get(() => engine.Client.GetAsync(JobEngine.Key("report"), CancellationToken.None)));
    }
}
