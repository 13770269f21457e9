using Microsoft.Extensions.DependencyInjection;
using Silos.Engine.Operations;
using Silos.Engine.Tests.Jobs;
using Silos.Operations;
using Silos.Queues;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Tests.Operations;

/// <summary>What is done to many runs: all of them, nothing twice, nobody else's.</summary>
public sealed class OperationTests : IDisposable
{
    private static readonly TenantId Other = TenantId.Parse("other");

    private readonly JobEngine _engine = new JobEngine().Handle("later").With(silos => silos.AddHandler(
        "break", (_, _) => throw new InvalidOperationException("it broke")));

    private OperationBook Book => _engine.Provider.GetRequiredService<OperationBook>();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Runs_are_retried_in_batches_and_a_batch_whose_record_was_lost_retries_nothing_twice()
    {
        _engine.Start();
        Enqueue(TenantId.Default, "break", 450);
        Enqueue(Other, "break", 3);
        _engine.Advance(TimeSpan.FromSeconds(1));
        var operation = Start(OperationAction.Retry, new FilterCondition("state", FilterOperator.Equal, [RunState.Dead]));
        Assert.Equal(450, operation.Matched);
        _engine.Advance(TimeSpan.FromSeconds(30));
        var through = Read(operation.Id);
        Assert.Equal((450L, 0L, true), (through.Done, through.Failed, through.EndedAt is not null));
        Assert.Equal(900, Count(TenantId.Default));
        Assert.Equal(3, Count(Other));

        // As after a crash between a batch and its record.
        Assert.Empty(_engine.Get(() => Book.ListAsync(CancellationToken.None)));
        Assert.True(_engine.Get(() => Book.TrySaveAsync(operation, 0, CancellationToken.None)));
        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(450L, Read(operation.Id).Done);
        Assert.Equal(900, Count(TenantId.Default));
    }

    [Fact]
    public void What_did_its_work_is_left_alone_by_a_retry_and_repeated_by_a_replay()
    {
        _engine.Start();
        Enqueue(TenantId.Default, "break", 3);
        Enqueue(TenantId.Default, "later", 4);
        _engine.Advance(TimeSpan.FromSeconds(1));
        var everything = new FilterCondition("enqueued_at", FilterOperator.LessOrEqual, [_engine.Clock.Now()]);

        Assert.Equal(3, Start(OperationAction.Retry, everything).Matched);
        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(10, Count(TenantId.Default));

        var replay = Start(OperationAction.Replay, everything);
        Assert.Equal(7, replay.Matched);
        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((7L, 0L), (Read(replay.Id).Done, Read(replay.Id).Failed));
        var runs = _engine.Get(() => _engine.Client.ListRunsAsync(new RunQuery(TenantId.Default), CancellationToken.None));
        Assert.Equal(17, runs.Count);
        Assert.Equal(4, runs.Count(run => run.Handler == "later" && run.Options.ReplayOf is not null && run.State == RunState.Completed));
        Assert.Equal(0, Start(OperationAction.Cancel, everything).Matched);
    }

    [Fact]
    public void What_an_operation_makes_sorts_behind_it_so_that_it_never_takes_that()
    {
        var operation = Start(OperationAction.Retry, new FilterCondition("queue", FilterOperator.Equal, ["none"]));
        var made = Enumerable.Range(0, 2_000).Select(_ => OperationDuty.IdOf(operation, RunId.New(JobEngine.Noon))).ToList();
        Assert.All(made, id => Assert.True(id.CompareTo(operation.Id) > 0));
        Assert.Equal(2_000, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal('7', id.ToString()[14]));
        var run = RunId.New(JobEngine.Noon);
        Assert.Equal(OperationDuty.IdOf(operation, run), OperationDuty.IdOf(operation, run));
    }

    [Fact]
    public void Waiting_runs_are_cancelled_and_what_comes_after_the_operation_is_left_alone()
    {
        _engine.Start();
        Enqueue(TenantId.Default, "later", 5, delay: TimeSpan.FromDays(1));
        Enqueue(Other, "later", 2, delay: TimeSpan.FromDays(1));
        var operation = Start(OperationAction.Cancel, new FilterCondition("handler", FilterOperator.Equal, ["later"]), "changed our minds");
        Enqueue(TenantId.Default, "later", 1, delay: TimeSpan.FromDays(1));
        _engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((5L, 0L), (Read(operation.Id).Done, Read(operation.Id).Failed));
        var runs = _engine.Get(() => _engine.Client.ListRunsAsync(new RunQuery(TenantId.Default), CancellationToken.None));
        Assert.Equal(5, runs.Count(run => run.State == RunState.Cancelled && run.Cancel is { By: "alice", Reason: "changed our minds" }));
        Assert.Equal(1, runs.Count(run => run.State == RunState.Scheduled));
        Assert.Equal(2, _engine.Get(() => _engine.Client.ListRunsAsync(new RunQuery(Other), CancellationToken.None)).Count(run => run.State == RunState.Scheduled));
    }

    [Fact]
    public void Nobody_may_have_too_many_under_way_nor_see_anothers()
    {
        for (var i = 0; i < OperationBook.MostUnderWay; i++)
        {
            Start(OperationAction.Cancel, new FilterCondition("queue", FilterOperator.Equal, ["none"]));
        }

        Assert.Throws<ConflictException>(() => Start(OperationAction.Cancel, new FilterCondition("queue", FilterOperator.Equal, ["none"])));
        Assert.Empty(_engine.Get(() => Book.ListAsync(Other, CancellationToken.None)));
        Assert.Throws<NotFoundException>(() => _engine.Do(() => Book.GetAsync(Other, RunId.New(JobEngine.Noon), CancellationToken.None)));
    }

    [Fact]
    public void A_filter_that_was_kept_is_the_filter_that_was_given()
    {
        Filter filter = new FilterGroup(All: true,
        [
            new FilterGroup(All: false,
            [
                new FilterCondition("state", FilterOperator.In, [RunState.Dead, RunState.Failed]),
                new FilterCondition("priority", FilterOperator.GreaterOrEqual, [5L]),
            ]),
            new FilterCondition("enqueued_at", FilterOperator.Less, [JobEngine.Noon.AddMilliseconds(7)]),
            new FilterCondition("id", FilterOperator.NotEqual, [RunId.New(JobEngine.Noon)]),
            new FilterCondition("error", FilterOperator.Contains, ["a \"quoted\" text"]),
            new FilterCondition("job", FilterOperator.Empty, []),
        ]);
        var kept = FilterJson.Write(filter);
        Assert.Equal(kept, FilterJson.Write(FilterJson.Read(kept)));
        var priority = (FilterCondition)((FilterGroup)((FilterGroup)FilterJson.Read(kept)).Conditions[0]).Conditions[1];
        Assert.Equal(5L, priority.Values[0]);
        Assert.Throws<FormatException>(() => FilterJson.Read(JsonText.Parse("""{"field":"password","is":"Equal","values":["x"]}""")));
    }

    private Operation Start(OperationAction action, Filter filter, string? reason = null) => _engine.Get(async () =>
    {
        var operation = new Operation
        {
            Id = RunId.New(_engine.Clock.Now()),
            Tenant = TenantId.Default,
            Action = action,
            Filter = FilterJson.Write(filter),
            By = "alice",
            Reason = reason,
            Matched = await Book.CountAsync(TenantId.Default, action, filter, CancellationToken.None),
            StartedAt = _engine.Clock.Now(),
        };
        await Book.AddAsync(operation, CancellationToken.None);
        return operation;
    });

    private Operation Read(RunId id) => _engine.Get(() => Book.GetAsync(TenantId.Default, id, CancellationToken.None));

    private long Count(TenantId tenant) => _engine.Get(() => _engine.Store.Reader.CountAsync(tenant, null, CancellationToken.None).AsTask());

    private void Enqueue(TenantId tenant, string handler, int count, TimeSpan? delay = null) => _engine.Do(() => _engine.Client.EnqueueManyAsync(
        [.. Enumerable.Range(0, count).Select(i => new RunRequest
        {
            Handler = handler,
            Tenant = tenant,
            Queue = QueueName.Parse($"queue-{i % 3}"),
            MaxAttempts = 1,
            Delay = delay,
        })],
        CancellationToken.None));
}
