using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Tests.Workers;

public sealed class AttemptTests
{
    private static RunId RunOne(Engine engine, string handler = "h", Func<NewRun, NewRun>? change = null)
    {
        var id = engine.Enqueue(handler, change);
        engine.Settle();
        return id;
    }

    private static NewRun Once(NewRun run) => run with { MaxAttempts = 1 };

    private static NewRun Brief(NewRun run) => run with { MaxAttempts = 1, Options = new RunOptions { Timeout = TimeSpan.FromSeconds(10) } };

    [Fact]
    public void A_handler_that_throws_fails_its_attempt_and_nothing_else()
    {
        using var engine = new Engine()
            .Handle("sync", (_, _) => throw new InvalidOperationException("before the first await"))
            .Handle("async", async (context, _) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), context.Clock, CancellationToken.None);
                throw new InvalidOperationException("after it");
            })
            .Handle("null", (_, _) => null!)
            .Handle("h", (_, _) => Task.CompletedTask)
            .Start();
        var sync = RunOne(engine, "sync", Once);
        var nothing = RunOne(engine, "null", Once);
        var late = RunOne(engine, "async", Once);
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((RunState.Dead, "before the first await"), (engine.Read(sync).State, engine.Read(sync).Error?.Message));
        Assert.Contains(nameof(AttemptTests), engine.Read(sync).Error?.Stack ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal((RunState.Dead, "after it"), (engine.Read(late).State, engine.Read(late).Error?.Message));
        Assert.Equal("The handler returned null instead of a task.", engine.Read(nothing).Error?.Message);
        Assert.Equal(RunState.Completed, engine.Read(RunOne(engine)).State);
        Assert.Equal(0, engine.Worker.Slots.Taken);
    }

    [Fact]
    public void An_exception_that_cannot_be_read_is_recorded_all_the_same()
    {
        using var engine = new Engine()
            .Handle("sync", (_, _) => throw new UnreadableException())
            .Handle("log", (context, _) =>
            {
                context.ItemFailed("1", new UnreadableException());
                throw new InvalidOperationException("outer", new UnreadableException());
            })
            .Start();
        var sync = RunOne(engine, "sync", Once);
        var log = RunOne(engine, "log", Once);
        Assert.Equal(RunState.Dead, engine.Read(sync).State);
        Assert.Equal("The UnreadableException cannot be read: doing so throws NotSupportedException.", engine.Read(sync).Error?.Message);
        Assert.StartsWith("outer (UnreadableException: The", engine.Read(log).Error?.Message, StringComparison.Ordinal);
        Assert.Equal(0, engine.Worker.Slots.Taken);
    }

    [Fact]
    public void A_failed_run_is_retried_with_growing_waits_until_it_succeeds()
    {
        var starts = new List<double>();
        using var engine = new Engine();
        var begin = engine.Clock.Now();
        engine.Handle("flaky", (context, _) =>
        {
            starts.Add((engine.Clock.Now() - begin).TotalSeconds);
            return context.Attempt < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        }).Start();
        var id = RunOne(engine, "flaky");
        engine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([0, 1, 3], starts);
        var details = engine.Details(id);
        Assert.Equal((RunState.Completed, 3), (details.Run.State, details.Run.Attempt));
        Assert.Equal(["retry", "retry", "completed"], details.Attempts.Select(attempt => attempt.Outcome));
        Assert.True(details.Attempts[0].Token < details.Attempts[1].Token && details.Attempts[1].Token < details.Attempts[2].Token);
    }

    [Fact]
    public void A_handler_says_snooze_skip_or_never_again()
    {
        var naps = 0;
        using var engine = new Engine()
            .Handle("snooze", (_, _) => naps++ == 0 ? throw new SnoozeException(TimeSpan.FromHours(1)) : Task.CompletedTask)
            .Handle("skip", (_, _) => throw new SkipRunException("nothing new"))
            .Handle("never", (_, _) => throw new NonRetryableException("no such account"))
            .Handle("later", (context, _) => context.Attempt == 1 ? throw new RetryAfterException(TimeSpan.FromMinutes(7), "busy") : Task.CompletedTask)
            .Start();
        var snooze = RunOne(engine, "snooze", Once);
        var skip = RunOne(engine, "skip");
        var never = RunOne(engine, "never");
        var later = RunOne(engine, "later");
        Assert.Equal((RunState.Scheduled, engine.Clock.Now().AddHours(1)), (engine.Read(snooze).State, engine.Read(snooze).DueAt));
        Assert.Equal((RunState.Skipped, "\"nothing new\""), (engine.Read(skip).State, engine.Read(skip).Result?.Text));
        Assert.Equal((RunState.Failed, "no such account"), (engine.Read(never).State, engine.Read(never).Error?.Message));
        engine.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(RunState.Completed, engine.Read(later).State);
        engine.Advance(TimeSpan.FromHours(1));
        Assert.Equal((RunState.Completed, 1), (engine.Read(snooze).State, engine.Read(snooze).Attempt));
    }

    [Fact]
    public void A_handler_that_takes_too_long_is_cancelled_and_recorded_as_timeout()
    {
        using var engine = new Engine().Handle("h", (context, token) => Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, token)).Start();
        var id = RunOne(engine, "h", Brief);
        engine.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(RunState.Running, engine.Read(id).State);
        engine.Advance(TimeSpan.FromSeconds(0.1));
        var details = engine.Details(id);
        Assert.Equal((RunState.Dead, "timeout", "The attempt took longer than 00:00:10."), (details.Run.State, details.Run.Error?.Type, details.Run.Error?.Message));
        Assert.Equal("timeout", Assert.Single(details.Attempts).Outcome);
        Assert.Equal(10_000, details.Run.DurationMs);
    }

    [Fact]
    public void A_clock_that_is_set_times_nothing_out()
    {
        using var engine = new Engine().Handle("h", (context, token) => Task.Delay(TimeSpan.FromSeconds(5), context.Clock, token)).Start();
        var id = RunOne(engine, "h", Brief);
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(2));
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(-5));
        var back = RunOne(engine, "h", Brief);
        engine.Clock.SetUtcNow(engine.Clock.Now().AddHours(-1));
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((RunState.Completed, 0L), (engine.Read(back).State, engine.Read(back).DurationMs));
    }

    [Fact]
    public void A_handler_that_ignores_cancellation_is_abandoned_keeps_its_slot_and_is_counted()
    {
        var deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new Engine().Configure(options => options.Slots = 2).Handle("deaf", (_, _) => deaf.Task).Handle("h", (_, _) => Task.CompletedTask).Start();
        var id = RunOne(engine, "deaf", Brief);
        engine.Advance(TimeSpan.FromSeconds(14.9));
        Assert.Equal(RunState.Running, engine.Read(id).State);
        engine.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((RunState.Dead, "timeout"), (engine.Read(id).State, engine.Read(id).Error?.Type));
        Assert.Equal((1, 1), (engine.Worker.Abandoned, engine.Worker.Slots.Taken));
        Assert.Equal(RunState.Completed, engine.Read(RunOne(engine)).State);
        deaf.SetResult();
        engine.Settle();
        Assert.Equal((0, 0), (engine.Worker.Abandoned, engine.Worker.Slots.Taken));
        Assert.Equal(RunState.Dead, engine.Read(id).State);
    }

    [Fact]
    public void An_abandoned_attempt_does_not_stop_its_job_and_key_for_ever()
    {
        var deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new Engine().Handle("deaf", (_, _) => deaf.Task).Handle("h", (_, _) => Task.CompletedTask).Start();
        NewRun Keyed(NewRun run) => run with
        {
            MaxAttempts = 1,
            Job = Silos.Jobs.JobName.Parse("j"),
            Options = new RunOptions { Timeout = TimeSpan.FromSeconds(10), ConcurrencyKey = "k", JobLimit = 1 },
        };
        RunOne(engine, "deaf", Keyed);
        var next = RunOne(engine, "h", Keyed);
        engine.Advance(TimeSpan.FromSeconds(14));
        Assert.Equal(RunState.Queued, engine.Read(next).State);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RunState.Completed, engine.Read(next).State);
        Assert.Equal(1, engine.Worker.Slots.Taken);

        deaf.SetResult();
        engine.Settle();
        Assert.Equal(0, engine.Worker.Slots.Taken);
    }

    [Fact]
    public void What_an_abandoned_handler_still_does_reaches_nothing()
    {
        JobContext? zombie = null;
        var deaf = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new Engine().Handle("deaf", async (context, _) =>
        {
            zombie = context;
            await deaf.Task;
        }).Start();
        var id = RunOne(engine, "deaf", Brief);
        engine.Advance(TimeSpan.FromSeconds(20));
        zombie!.Log.LogInformation("from beyond");
        zombie.SetResult(5);
        engine.Do(() => zombie.ReportProgressAsync(99).AsTask());
        Assert.Throws<OperationCanceledException>(() => engine.Do(() => zombie.StepAsync("late", _ => Task.CompletedTask)));
        engine.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(engine.Log(id));
        Assert.Empty(engine.Details(id).Steps);
        Assert.Null(engine.Read(id).Result);
        deaf.SetResult();
    }

    [Fact]
    public void A_result_that_is_no_json_or_too_large_fails_clearly_and_is_not_retried()
    {
        using var engine = new Engine()
            .Handle("loop", (context, _) =>
            {
                var node = new Node();
                node.Next = node;
                context.SetResult(node);
                return Task.CompletedTask;
            })
            .Handle("type", (context, _) =>
            {
                context.SetResult(typeof(string));
                return Task.CompletedTask;
            })
            .Handle("large", (context, _) =>
            {
                context.SetResult(new string('ä', 200_000));
                return Task.CompletedTask;
            })
            .Start();
        Assert.Contains("The result cannot be kept: a Node cannot be written as JSON", engine.Read(RunOne(engine, "loop")).Error?.Message, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, engine.Read(RunOne(engine, "type")).State);
        var large = engine.Read(RunOne(engine, "large"));
        Assert.Equal(RunState.Failed, large.State);
        Assert.Contains("bytes of JSON; at most 262144 are kept", large.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Callbacks_that_throw_on_cancellation_hurt_nobody()
    {
        using var engine = new Engine().Handle("h", async (context, token) =>
        {
            await using var registration = token.Register(() => throw new InvalidOperationException("in a callback"));
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, token);
        }).Start();
        var id = RunOne(engine, "h", Brief);
        engine.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal("timeout", engine.Read(id).Error?.Type);
    }

    [Fact]
    public void Services_come_from_a_scope_per_attempt_that_is_made_when_asked_for_and_goes_with_it()
    {
        var log = new List<string>();
        using var engine = new Engine();
        engine.Services.AddScoped(_ => new Disposable(log));
        engine.Handle("h", (context, _) =>
        {
            Assert.Same(context.Services.GetRequiredService<Disposable>(), context.Services.GetRequiredService<Disposable>());
            log.Add("used");
            return Task.CompletedTask;
        }).Handle("none", (_, _) => Task.CompletedTask).Start();
        RunOne(engine);
        RunOne(engine);
        RunOne(engine, "none");
        Assert.Equal(["used", "disposed", "used", "disposed"], log);
    }

    [Fact]
    public void Items_that_fail_are_counted_and_told_in_the_log_of_a_run_that_completes()
    {
        using var engine = new Engine().Handle("h", (context, _) =>
        {
            context.ItemFailed("row 3", new FormatException("no number"));
            context.ItemFailed("row 9", new FormatException("no date"));
            return Task.CompletedTask;
        }).Start();
        var id = RunOne(engine);
        Assert.Equal((RunState.Completed, 2), (engine.Read(id).State, engine.Read(id).ItemErrors));
        Assert.Equal(["Item row 3 failed: FormatException: no number", "Item row 9 failed: FormatException: no date"], engine.Log(id).Select(line => line.Text));
    }

    [Fact]
    public void Two_handlers_under_one_key_stop_the_start()
    {
        using var engine = new Engine().Handle("h", (_, _) => Task.CompletedTask).Handle("h", (_, _) => Task.CompletedTask);
        var problem = Assert.Throws<StartupException>(engine.Start);
        Assert.Equal("Two handlers are registered under the key 'h'. Give one of them another key.", problem.Message);
    }

    [Fact]
    public void Delete_on_success_leaves_nothing_and_whoever_waits_is_told_all_the_same()
    {
        using var engine = new Engine();
        engine.Handle("h", async (context, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5), context.Clock, CancellationToken.None);
            context.SetResult(42);
        }).Start();
        var id = RunOne(engine, "h", run => run with { Options = new RunOptions { DeleteOnSuccess = true } });
        var ended = engine.Get(() => engine.Host.WaitAsync(TenantId.Default, id, CancellationToken.None), TimeSpan.FromSeconds(5));
        Assert.Equal((RunState.Completed, "42"), (ended.State, ended.Result?.Text));
        Assert.Null(engine.Get(() => engine.Store.Reader.FindAsync(TenantId.Default, id, CancellationToken.None).AsTask()));
        Assert.Throws<NotFoundException>(() => engine.Do(() => engine.Host.WaitAsync(TenantId.Default, id, CancellationToken.None)));
    }

    private sealed class Node
    {
        public Node? Next { get; set; }
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    private sealed class Disposable(List<string> log) : IDisposable
    {
        public void Dispose() => log.Add("disposed");
    }
}
