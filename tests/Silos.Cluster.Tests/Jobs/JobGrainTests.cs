using Microsoft.Extensions.DependencyInjection;
using Silos.Cluster.Tests.Support;
using Silos.Grains;
using Silos.Jobs;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Cluster.Tests.Jobs;

/// <summary>What a client app can ask of jobs, over the wire.</summary>
public sealed class JobGrainTests : IAsyncLifetime
{
    private Grid _grid = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISilosClient Client => _grid.Client;

    public async ValueTask InitializeAsync() => _grid = await Grid.StartAsync();

    public ValueTask DisposeAsync() => _grid.DisposeAsync();

    [Fact]
    public async Task A_job_that_is_registered_is_read_back_as_it_was_written()
    {
        var definition = new JobDefinition
        {
            Name = JobName.Parse("a job"),
            Handler = "work",
            Payload = JsonText.Parse("""{"a": [1, null]}"""),
            Schedules = ["0 2 * * *"],
            Tags = ["x"],
        };
        var job = await Client.RegisterAsync(TenantId.Default, definition, "api", Token);
        var view = await Client.GetAsync(Grid.Key("a job"), Token);
        Assert.Equal(definition, job.Definition);
        Assert.Equal(definition, view.Job.Definition);
        Assert.Equal(job.NextDue, view.Job.NextDue);
        Assert.Equal("a job", Assert.Single(await Client.ListAsync(new JobQuery(TenantId.Default), Token)).Job.Key.Name.Value);
    }

    [Fact]
    public async Task A_triggered_job_runs_and_its_outcome_is_waited_for()
    {
        await ManualAsync("manual");
        var run = await Client.TriggerAndWaitAsync(Grid.Key("manual"), new TriggerOptions { By = "ann" }, Token);
        Assert.Equal(RunState.Completed, run.State);
        Assert.Equal("ann", run.RequestedBy);
        var again = await _grid.Grains.GetGrain<IJobGrain>("default/manual").TriggerAndWaitAsync(new TriggerOptions(), Token);
        Assert.Equal(RunState.Completed, again.Get().State);
    }

    [Fact]
    public async Task The_outcome_of_a_job_that_keeps_no_runs_is_heard_by_whoever_waits_wherever_that_is()
    {
        await using var grid = await Grid.StartAsync(2, silos => silos.AddHandler("answer", static (context, _) =>
        {
            context.SetResult(context.Payload);
            return Task.CompletedTask;
        }));
        ISilosClient[] clients = [grid.Client, grid.Silo(0).GetRequiredService<ISilosClient>(), grid.Silo(1).GetRequiredService<ISilosClient>()];
        for (var i = 0; i < 12; i++)
        {
            var definition = new JobDefinition
            {
                Name = JobName.Parse($"answer-{i}"),
                Handler = "answer",
                Queue = QueueName.Parse($"q{i}"),
                Payload = JsonText.From(i),
                Keep = new KeepPolicy { DeleteOnSuccess = true },
            };
            await clients[i % 3].RegisterAsync(TenantId.Default, definition, "api", Token);
            for (var client = 0; client < clients.Length; client++)
            {
                var run = await clients[client].TriggerAndWaitAsync(Grid.Key($"answer-{i}"), new TriggerOptions { By = "ann" }, Token);
                Assert.Equal((RunState.Completed, $"{i}", "answer"), (run.State, run.Result?.Text, run.Handler));
            }
        }

        await Assert.ThrowsAsync<NotFoundException>(() => clients[0].WaitAsync(TenantId.Default, RunId.New(TimeProvider.System.GetUtcNow()), Token));
    }

    [Fact]
    public async Task A_trigger_that_is_repeated_with_its_id_is_one_run()
    {
        await ManualAsync("manual");
        var id = RunId.New(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(id, await Client.TriggerAsync(Grid.Key("manual"), new TriggerOptions { Id = id }, Token));
        await Client.WaitAsync(TenantId.Default, id, Token);
        Assert.Equal(id, await Client.TriggerAsync(Grid.Key("manual"), new TriggerOptions { Id = id }, Token));
        Assert.Single(await Client.ListRunsAsync(new RunQuery(TenantId.Default), Token));
    }

    [Fact]
    public async Task A_paused_job_is_not_due_until_it_is_resumed()
    {
        await Client.RegisterAsync(TenantId.Default, Grid.EverySecond("often"), "api", Token);
        var paused = await Client.PauseAsync(Grid.Key("often"), "ann", "because", Token);
        Assert.Equal("ann", paused.Pause!.By);
        Assert.Null(paused.NextDue);
        Assert.Contains(await Client.ExplainAsync(Grid.Key("often"), Token), blocker => blocker.Code == "job_paused");
        var resumed = await Client.ResumeAsync(Grid.Key("often"), "ann", null, Token);
        Assert.Null(resumed.Pause);
        Assert.NotNull(resumed.NextDue);
    }

    [Fact]
    public async Task Who_changes_a_job_is_remembered_whichever_silo_writes_it()
    {
        ISilosClient[] clients = [Client, _grid.Silo(0).GetRequiredService<ISilosClient>(), _grid.Silo(1).GetRequiredService<ISilosClient>()];
        for (var i = 0; i < 6; i++)
        {
            var definition = new JobDefinition { Name = JobName.Parse($"told-{i}"), Handler = "work" };
            for (var client = 0; client < clients.Length; client++)
            {
                await clients[client].RegisterAsync(TenantId.Default, definition with { Priority = client + 1 }, "api", $"ann-{client}", Token);
            }

            await Client.RegisterAsync(TenantId.Default, definition with { Priority = 9 }, "api", Token);
            var versions = await _grid.Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(Grid.Key($"told-{i}")), Token);
            Assert.Equal(["ann-2", "ann-1", "ann-0"], versions.Skip(1).Select(version => version.By));

            // Where nobody is named, it is the silo that wrote it.
            Assert.Contains("Silo", versions[0].By, StringComparison.OrdinalIgnoreCase);
        }

        for (var client = 0; client < clients.Length; client++)
        {
            var definition = new JobDefinition { Name = JobName.Parse($"applied-{client}"), Handler = "work" };
            await clients[client].ApplyAsync(TenantId.Default, [definition], $"apply:{client}", "ben", prune: false, dryRun: false, Token);
            Assert.Equal("ben", Assert.Single(await _grid.Store.Jobs.ListDefinitionsAsync(new DefinitionQuery(Grid.Key($"applied-{client}")), Token)).By);
        }
    }

    [Fact]
    public async Task Preview_and_a_dry_backfill_cross_the_wire()
    {
        await Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse("daily"), Handler = "work", Schedules = ["0 2 * * *"] }, "api", Token);
        var from = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var preview = await Client.PreviewAsync(Grid.Key("daily"), from, 3, Token);
        Assert.Equal([from.AddHours(2), from.AddHours(26), from.AddHours(50)], preview.Select(p => p.Instant));
        var backfill = await Client.BackfillAsync(Grid.Key("daily"), from.AddYears(-1), from.AddYears(-1).AddDays(2), dryRun: true, "ann", Token);
        Assert.Equal(new BackfillResult(2, []).Count, backfill.Count);
    }

    [Fact]
    public async Task Cancelling_a_job_cancels_its_runs_that_have_not_ended()
    {
        await Client.RegisterAsync(
            TenantId.Default, new JobDefinition { Name = JobName.Parse("queue"), Handler = "wait", Overlap = new OverlapPolicy { Mode = OverlapMode.QueueAll } }, "api", Token);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Client.TriggerAsync(Grid.Key("queue"), new TriggerOptions(), Token)));
        var reply = await _grid.Grains.GetGrain<IJobGrain>("default/queue").CancelAsync(new CancelRequest("ann", "enough", default), Token);
        Assert.Equal(3, reply.Get());
        await Grid.UntilAsync(
            async () => (await Client.ListRunsAsync(new RunQuery(TenantId.Default), Token)).All(run => run.State == RunState.Cancelled),
            "all runs are cancelled");
    }

    [Fact]
    public async Task Errors_arrive_as_what_they_are()
    {
        await ManualAsync("manual");
        var missing = await Assert.ThrowsAsync<NotFoundException>(() => Client.GetAsync(Grid.Key("nobody"), Token));
        Assert.Equal("nobody", missing.Name);
        var invalid = await Assert.ThrowsAsync<InvalidException>(
            () => Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse("x"), Handler = "nobody", Schedules = ["0 0 30 2 *"] }, "api", Token));
        Assert.Equal(["handler", "schedules[0].expression"], invalid.Problems.Select(p => p.Field));
        var conflict = await Assert.ThrowsAsync<ConflictException>(
            () => Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse("manual"), Handler = "work" }, "file:x", Token));
        Assert.Equal("duplicate", conflict.Code);
        var key = await Assert.ThrowsAsync<InvalidException>(
            async () => (await _grid.Grains.GetGrain<IJobGrain>("nonsense").GetAsync(Token)).Get());
        Assert.Equal("job", key.Problems[0].Field);
        await Assert.ThrowsAsync<TooLargeException>(() => Client.EnqueueAsync(
            new RunRequest { Handler = "work", Payload = JsonText.From(new string('x', 2_000_000)) }, Token));
    }

    [Fact]
    public async Task A_request_for_another_tenant_than_the_grains_is_refused()
    {
        var grain = _grid.Grains.GetGrain<ITenantGrain>("a");
        var reply = await grain.EnqueueAsync(new RunRequest { Handler = "work", Tenant = TenantId.Parse("b") }, mayRepeat: false, Token);
        Assert.Equal("tenant", reply.Error!.Problems[0].Field);
    }

    [Fact]
    public async Task Many_runs_are_enqueued_in_one_block()
    {
        var requests = Enumerable.Range(0, 1_000).Select(i => new RunRequest { Handler = "work", Payload = JsonText.From(i) }).ToArray();
        var outcomes = await Client.EnqueueManyAsync(requests, Token);
        Assert.Equal(1_000, outcomes.Select(outcome => outcome.Id).Distinct().Count());
        await Grid.UntilAsync(
            async () => await _grid.Store.Reader.CountAsync(
                TenantId.Default, new FilterCondition("state", FilterOperator.Equal, [RunState.Completed]), Token) == 1_000,
            "all runs have completed");
    }

    [Fact]
    public async Task A_run_is_found_by_a_filter_that_crossed_the_wire()
    {
        var run = await Client.EnqueueAsync(new RunRequest { Handler = "work" }, Token);
        Assert.False(run.Posted);
        await Client.WaitAsync(TenantId.Default, run.Id, Token);
        var found = await Client.ListRunsAsync(
            new RunQuery(
                TenantId.Default,
                new FilterGroup(All: true, [new FilterCondition("id", FilterOperator.Equal, [run.Id]), new FilterCondition("state", FilterOperator.In, [RunState.Completed])])),
            Token);
        Assert.Equal(run.Id, Assert.Single(found).Id);
    }

    [Fact]
    public async Task A_job_that_is_deleted_leaves_no_reminder()
    {
        await Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse("daily"), Handler = "work", Schedules = ["0 2 * * *"] }, "api", Token);
        await Grid.UntilAsync(async () => await _grid.RemindersAsync() == 1, "the job has a reminder");
        await Client.DeleteAsync(Grid.Key("daily"), Token);
        await Grid.UntilAsync(async () => await _grid.RemindersAsync() == 0, "the reminder is gone");
        await Assert.ThrowsAsync<NotFoundException>(() => Client.GetAsync(Grid.Key("daily"), Token));
    }

    [Fact]
    public async Task A_job_without_a_schedule_has_no_reminder()
    {
        await ManualAsync("manual");
        await Client.TriggerAndWaitAsync(Grid.Key("manual"), new TriggerOptions(), Token);
        Assert.Equal(0, await _grid.RemindersAsync());
    }

    private Task<Job> ManualAsync(string name) =>
        Client.RegisterAsync(TenantId.Default, new JobDefinition { Name = JobName.Parse(name), Handler = "work" }, "api", Token);
}
