using Microsoft.Extensions.DependencyInjection;
using Silos.Engine.Tests.Jobs;
using Silos.Operations;
using Silos.Runs;
using Silos.Stores;

namespace Silos.Engine.Tests.Operations;

/// <summary>What an operation does not do to others: hold them up, stay for ever, fill the store or the memory.</summary>
public sealed class OperationTroubleTests : IDisposable
{
    private static readonly TenantId First = TenantId.Parse("aaa");
    private static readonly TenantId Second = TenantId.Parse("bbb");

    private readonly TroubledReads _faults = new();
    private readonly Allowance _allowance = new();
    private readonly JobEngine _engine;

    public OperationTroubleTests()
    {
        _engine = new JobEngine(faults: _faults);
        _engine.With(silos =>
        {
            silos.AddHandler("break", (_, _) => throw new InvalidOperationException("it broke"));
            silos.Services.AddSingleton<IRunAllowance>(_allowance);
            silos.Services.AddSingleton(_faults.Around(_engine.Store));
        }).Start();
        foreach (var tenant in (TenantId[])[First, Second])
        {
            Enqueue(tenant, 3);
        }

        _engine.Advance(TimeSpan.FromSeconds(1));
    }

    private OperationBook Book => _engine.Provider.GetRequiredService<OperationBook>();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void An_operation_that_fails_says_so_and_those_of_other_tenants_go_on()
    {
        _faults.Fails = (tenant, _) => tenant == First ? throw new InvalidOperationException("relation is sorry") : Task.CompletedTask;
        var bad = Start(First);
        var good = Start(Second);
        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((OperationState.Completed, 3L), (Read(good).State, Read(good).Done));
        var waits = Read(bad);
        Assert.Equal(OperationState.Waiting, waits.State);
        Assert.Contains("InvalidOperationException", waits.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("sorry", waits.Problem, StringComparison.Ordinal);
        Assert.Single(_engine.Logs.Lines, line => line.Text.Contains($"Operation {bad.Id}", StringComparison.Ordinal));

        _faults.Fails = null;
        _engine.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal((OperationState.Completed, 3L, null), (Read(bad).State, Read(bad).Done, Read(bad).Problem));
    }

    [Fact]
    public void A_search_that_takes_too_long_is_the_operations_trouble_and_no_store_that_is_away()
    {
        _faults.Fails = (tenant, cancelled) => tenant == First ? Task.Delay(TimeSpan.FromHours(1), _engine.Clock, cancelled) : Task.CompletedTask;
        var slow = Start(First);
        var good = Start(Second);
        _engine.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(OperationState.Completed, Read(good).State);
        Assert.Contains("took longer", Read(slow).Problem, StringComparison.Ordinal);

        // As a store does that gives up by itself.
        _faults.Fails = (tenant, _) => tenant == First ? throw new TimeoutException("command timeout") : Task.CompletedTask;
        _engine.Advance(TimeSpan.FromMinutes(6));
        Assert.DoesNotContain(_engine.Logs.Lines, line => line.Text.Contains("store is away", StringComparison.Ordinal));
        Assert.Equal(OperationState.Waiting, Read(slow).State);
    }

    [Fact]
    public void A_search_that_no_index_serves_goes_on_from_turn_to_turn_until_everything_was_looked_at()
    {
        Enqueue(First, 1, priority: 7);
        for (var i = 0; i < 5; i++)
        {
            Enqueue(First, 500);
        }

        _engine.Advance(TimeSpan.FromSeconds(5));
        _faults.Back = () => Task.Delay(TimeSpan.FromSeconds(3), _engine.Clock);
        var operation = Start(First, filter: new FilterCondition("priority", FilterOperator.Equal, [7L]));
        for (var seconds = 0; Read(operation).Reached is null; seconds++)
        {
            Assert.True(seconds < 60);
            _engine.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((OperationState.Running, 0L), (Read(operation).State, Read(operation).Done));

        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((OperationState.Completed, 1L), (Read(operation).State, Read(operation).Done));
    }

    [Fact]
    public void A_store_that_is_away_is_no_operations_trouble()
    {
        var operation = Start(First);
        _faults.IsAway = true;
        _engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Contains(_engine.Logs.Lines, line => line.Text.Contains("store is away", StringComparison.Ordinal));
        Assert.DoesNotContain(_engine.Logs.Lines, line => line.Text.Contains($"Operation {operation.Id}", StringComparison.Ordinal));
        _faults.IsAway = false;
        _engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((OperationState.Completed, null), (Read(operation).State, Read(operation).Problem));
    }

    [Fact]
    public void What_fails_for_a_day_is_given_up_and_makes_room()
    {
        _faults.Fails = (tenant, _) => tenant == First ? throw new InvalidOperationException("never") : Task.CompletedTask;
        var bad = Start(First);
        _engine.Advance(TimeSpan.FromHours(23));
        Assert.Equal(OperationState.Waiting, Read(bad).State);
        _engine.Advance(TimeSpan.FromHours(2));
        Assert.Equal(OperationState.Failed, Read(bad).State);
        Assert.NotNull(Read(bad).Problem);
        Assert.Empty(_engine.Get(() => Book.ListAsync(CancellationToken.None)));
    }

    [Fact]
    public void Many_operations_of_one_tenant_do_not_hold_up_the_one_of_another()
    {
        Enqueue(First, 1_000);
        _engine.Advance(TimeSpan.FromSeconds(5));
        _faults.Lists.Clear();
        var many = Enumerable.Range(0, 10).Select(_ => Start(First)).ToList();
        var one = Start(Second);
        _engine.Advance(TimeSpan.FromMinutes(2));
        Assert.All(many, operation => Assert.Equal(OperationState.Completed, Read(operation).State));
        Assert.Equal(OperationState.Completed, Read(one).State);
        Assert.InRange(_faults.Lists.IndexOf(Second), 0, 1);
    }

    [Fact]
    public void An_operation_makes_no_more_runs_than_its_tenant_may_ask_for_and_goes_on_later()
    {
        Enqueue(First, 27);
        _engine.Advance(TimeSpan.FromSeconds(5));
        _allowance.Left = 12;
        var operation = Start(First);
        _engine.Advance(TimeSpan.FromSeconds(20));
        var waits = Read(operation);
        Assert.Equal((OperationState.Waiting, 12L, "enough for now"), (waits.State, waits.Done, waits.Problem));
        Assert.Equal(30 + 12, Count(First));
        Assert.Null(waits.FailingSince);

        _allowance.Left = 100;
        _engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((OperationState.Completed, 30L, null), (Read(operation).State, Read(operation).Done, Read(operation).Problem));
        Assert.Equal(30 + 30, Count(First));
        Assert.Equal(100 - 18, _allowance.Left);
    }

    [Fact]
    public void Who_cancels_needs_no_allowance()
    {
        Enqueue(First, 5, delay: TimeSpan.FromDays(1));
        _allowance.Left = 0;
        var operation = Start(First, OperationAction.Cancel);
        _engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((OperationState.Completed, 5L), (Read(operation).State, Read(operation).Done));
    }

    [Fact]
    public void A_batch_holds_no_more_than_fits_into_memory_and_all_are_taken_in_the_end()
    {
        Enqueue(First, 20, payload: JsonText.From(new string('x', 1_000_000)));
        _engine.Advance(TimeSpan.FromSeconds(5));
        _faults.Lists.Clear();
        var operation = Start(First);
        _engine.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((OperationState.Completed, 23L), (Read(operation).State, Read(operation).Done));
        Assert.InRange(_faults.Lists.Count(tenant => tenant == First), 4, 6);
    }

    [Fact]
    public void What_ended_is_deleted_by_age_and_number_of_its_tenant_and_nobody_elses()
    {
        var kept = Start(Second);
        _engine.Advance(TimeSpan.FromSeconds(10));
        for (var i = 0; i < OperationBook.MostEnded + 15; i++)
        {
            // Of what waits, which is nothing: retries would make runs that the next retries, and so on.
            Start(First, OperationAction.Cancel);
            if (i % 15 == 14)
            {
                _engine.Advance(TimeSpan.FromMinutes(2));
            }
        }

        _engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(OperationBook.MostEnded, _engine.Get(() => Book.ListAsync(First, CancellationToken.None)).Count);
        Assert.Equal(kept.Id, Assert.Single(_engine.Get(() => Book.ListAsync(Second, CancellationToken.None))).Id);
        Assert.Empty(_engine.Get(() => _engine.Store.Settings.ListAsync("operation", CancellationToken.None).AsTask()));

        _engine.Clock.Advance(TimeSpan.FromDays(31));
        _engine.Advance(TimeSpan.FromMinutes(20));
        Assert.Empty(_engine.Get(() => Book.ListAsync(First, CancellationToken.None)));
        Assert.Empty(_engine.Get(() => _engine.Store.Settings.ListAsync("operation_ended", CancellationToken.None).AsTask()));
    }

    [Fact]
    public void What_ended_and_was_not_moved_is_moved_and_what_is_not_understood_is_left_alone()
    {
        var operation = Start(First) with { EndedAt = _engine.Clock.Now(), Done = 3 };
        _engine.Do(async () =>
        {
            var settings = _engine.Store.Settings;
            Assert.NotNull(await settings.TrySaveAsync(
                new Setting("operation", $"{First}/{operation.Id}", JsonText.From(operation), 1), CancellationToken.None));
            Assert.NotNull(await settings.TrySaveAsync(
                new Setting("operation", $"{First}/{RunId.New(JobEngine.Noon)}", JsonText.Parse("""{"action":"Paint"}""")), CancellationToken.None));
        });
        _engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((OperationState.Completed, 3L), (Read(operation).State, Read(operation).Done));
        Assert.Single(_engine.Get(() => Book.ListAsync(First, CancellationToken.None)));
        Assert.Single(_engine.Get(() => _engine.Store.Settings.ListAsync("operation", CancellationToken.None).AsTask()));
    }

    private Operation Start(TenantId tenant, OperationAction action = OperationAction.Retry, Filter? filter = null) => _engine.Get(async () =>
    {
        filter ??= new FilterCondition("enqueued_at", FilterOperator.LessOrEqual, [_engine.Clock.Now()]);
        var operation = new Operation
        {
            Id = RunId.New(_engine.Clock.Now()),
            Tenant = tenant,
            Action = action,
            Filter = FilterJson.Write(filter),
            By = "alice",
            Matched = 3,
            StartedAt = _engine.Clock.Now(),
        };
        await Book.AddAsync(operation, CancellationToken.None);
        return operation;
    });

    private Operation Read(Operation operation) => _engine.Get(() => Book.GetAsync(operation.Tenant, operation.Id, CancellationToken.None));

    private long Count(TenantId tenant) => _engine.Get(() => _engine.Store.Reader.CountAsync(tenant, null, CancellationToken.None).AsTask());

    private void Enqueue(TenantId tenant, int count, TimeSpan? delay = null, JsonText? payload = null, int priority = 0) => _engine.Do(() => _engine.Client.EnqueueManyAsync(
        [.. Enumerable.Range(0, count).Select(_ => new RunRequest
        {
            Handler = "break",
            Tenant = tenant,
            MaxAttempts = 1,
            Delay = delay,
            Payload = payload,
            Priority = priority,
        })],
        CancellationToken.None));

    private sealed class Allowance : IRunAllowance
    {
        public int Left { get; set; } = 1_000_000;

        public ValueTask<RunGrant> TakeAsync(TenantId tenant, int wanted, CancellationToken cancellationToken)
        {
            var taken = Math.Min(wanted, Left);
            Left -= taken;
            return ValueTask.FromResult(new RunGrant(taken, taken < wanted ? "enough for now" : null));
        }
    }
}
