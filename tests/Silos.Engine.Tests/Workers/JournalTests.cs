using Microsoft.Extensions.Logging;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Engine.Tests.Workers;

public sealed class JournalTests
{
    private readonly ScriptedFaults _faults = new();

    private Engine New() => new(faults: _faults);

    [Fact]
    public void A_step_that_is_done_is_not_repeated_by_a_later_attempt()
    {
        var done = new List<string>();
        using var engine = New().Handle("h", async (context, _) =>
        {
            var number = await context.StepAsync("charge", _ =>
            {
                done.Add("charge");
                return Task.FromResult(41 + context.Attempt);
            });
            await context.StepAsync("mail", _ =>
            {
                done.Add("mail");
                return context.Attempt == 1 ? throw new InvalidOperationException("smtp") : Task.CompletedTask;
            });
            context.SetResult(number);
        }).Start();
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["charge", "mail", "mail"], done);
        var details = engine.Details(id);
        Assert.Equal((RunState.Completed, "42"), (details.Run.State, details.Run.Result?.Text));
        Assert.Equal(
            [("charge", "completed", "42", 0), ("mail", "completed", "null", 1)],
            details.Steps.Select(step => (step.Name, step.Status, step.Result?.Text ?? string.Empty, step.RetryCount)));
    }

    [Fact]
    public void A_step_is_stored_before_it_returns()
    {
        using var engine = New().Handle("h", async (context, _) =>
        {
            await context.StepAsync("one", _ => Task.CompletedTask);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Clock, CancellationToken.None);
        }).Start();
        _faults.Hold("journal.append");
        var id = engine.Enqueue("h");
        engine.Settle();
        Assert.Empty(engine.Details(id).Steps);
        _faults.Release("journal.append");
        engine.Settle();
        Assert.Equal("one", Assert.Single(engine.Details(id).Steps).Name);
    }

    [Fact]
    public void A_step_that_cannot_be_stored_fails_the_attempt()
    {
        var tries = 0;
        using var engine = New().Handle("h", (context, _) => context.StepAsync("one", _ =>
        {
            tries++;
            return Task.CompletedTask;
        })).Start();
        _faults.Next("journal.append", FaultKind.Away);
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((RunState.Completed, 2, 2), (engine.Read(id).State, engine.Read(id).Attempt, tries));
    }

    [Fact]
    public void A_step_with_a_bad_name_or_a_giant_result_is_refused()
    {
        using var engine = New()
            .Handle("name", (context, _) => context.StepAsync("a/b", _ => Task.CompletedTask))
            .Handle("giant", (context, _) => context.StepAsync("big", _ => Task.FromResult(new string('x', 300_000))))
            .Start();
        var name = engine.Enqueue("name", run => run with { MaxAttempts = 1 });
        var giant = engine.Enqueue("giant");
        engine.Settle();
        Assert.Equal("step 'a/b' must not contain '/'.", engine.Read(name).Error?.Message);
        Assert.Equal(RunState.Failed, engine.Read(giant).State);
        Assert.StartsWith("The result of step 'big' has 300002 bytes", engine.Read(giant).Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_attempt_reads_nothing_and_a_plain_one_writes_nothing()
    {
        using var engine = New().Handle("plain", (_, _) => Task.CompletedTask).Handle("steps", (context, _) => context.StepAsync("s", _ => Task.CompletedTask)).Start();
        engine.Enqueue("plain");
        engine.Settle();
        Assert.False(_faults.Calls.ContainsKey("journal.append"));
        engine.Enqueue("steps");
        engine.Settle();
        Assert.False(_faults.Calls.ContainsKey("journal.read_steps"));
    }

    [Fact]
    public void Log_lines_are_written_together_and_before_the_end_is_recorded()
    {
        using var engine = New().Handle("h", async (context, _) =>
        {
            for (var i = 0; i < 100; i++)
            {
                context.Log.LogInformation("line {Number}", i);
            }

            await Task.Delay(TimeSpan.FromSeconds(2), context.Clock, CancellationToken.None);
            context.Log.LogError(new InvalidOperationException("oops"), "last");
        }).Start();
        var id = engine.Enqueue("h");
        engine.Settle();
        Assert.Empty(engine.Log(id));
        engine.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(100, engine.Log(id).Count);
        Assert.Equal(1, _faults.Calls["journal.append"]);
        engine.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
        var lines = engine.Log(id);
        Assert.Equal(Enumerable.Range(1, 101).Select(i => (long)i), lines.Select(line => line.Sequence));
        Assert.Equal(("error", "line 99"), (lines[100].Level, lines[99].Text));
        Assert.StartsWith("last\nSystem.InvalidOperationException: oops", lines[100].Text, StringComparison.Ordinal);
        Assert.Contains(engine.Logs.Lines, line => line is { Category: "Silos.Handlers.h", Level: LogLevel.Information, Text: "line 5" });
    }

    [Fact]
    public void The_log_of_a_retry_goes_on_where_the_last_attempt_stopped()
    {
        using var engine = New().Handle("h", (context, _) =>
        {
            context.Log.LogInformation("try {Attempt}", context.Attempt);
            return context.Attempt < 3 ? throw new InvalidOperationException("no") : Task.CompletedTask;
        }).Start();
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([(1L, "try 1", 1), (2L, "try 2", 2), (3L, "try 3", 3)], engine.Log(id).Select(line => (line.Sequence, line.Text, line.Attempt)));
    }

    [Fact]
    public void A_log_that_overflows_is_cut_with_a_line_that_says_so_and_hurts_nobody()
    {
        using var engine = New().Configure(options => options.MaxLogLines = 50).Handle("chatty", (context, _) =>
        {
            for (var i = 0; i < 100_000; i++)
            {
                context.Log.LogInformation("line {Number}", i);
            }

            return Task.CompletedTask;
        }).Start();
        var id = engine.Enqueue("chatty");
        engine.Settle();
        Assert.Equal(RunState.Completed, engine.Read(id).State);
        var lines = engine.Log(id);
        Assert.Equal(50, lines.Count);
        Assert.StartsWith("The log is cut here: an attempt may write 50 lines", lines[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_written_a_few_times_a_second_at_most_and_the_last_counts()
    {
        using var engine = New().Handle("h", async (context, _) =>
        {
            for (var i = 0; i <= 100; i++)
            {
                await context.ReportProgressAsync(i, $"item {i}");
                await Task.Delay(TimeSpan.FromMilliseconds(10), context.Clock, CancellationToken.None);
            }

            await Task.Delay(TimeSpan.FromMinutes(1), context.Clock, CancellationToken.None);
        }).Start();
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((100, "item 100"), (engine.Read(id).Progress, engine.Read(id).ProgressMessage));
        Assert.InRange(_faults.Calls["journal.append"], 2, 6);
    }

    [Fact]
    public void Progress_outside_0_to_100_is_refused()
    {
        using var engine = New().Handle("h", async (context, _) => await context.ReportProgressAsync(101)).Start();
        var id = engine.Enqueue("h", run => run with { MaxAttempts = 1 });
        engine.Settle();
        Assert.Contains("101", engine.Read(id).Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_could_not_be_written_are_written_later_in_order()
    {
        using var engine = New().Handle("h", async (context, _) =>
        {
            context.Log.LogInformation("one");
            await Task.Delay(TimeSpan.FromSeconds(1), context.Clock, CancellationToken.None);
            context.Log.LogInformation("two");
            await Task.Delay(TimeSpan.FromSeconds(5), context.Clock, CancellationToken.None);
        }).Start();
        _faults.Next("journal.append", FaultKind.Unconfirmed, FaultKind.Away, FaultKind.Away, FaultKind.Unconfirmed);
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["one", "two"], engine.Log(id).Select(line => line.Text));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
    }

    [Fact]
    public void Lines_that_are_written_while_the_partition_is_opened_again_are_not_lost()
    {
        using var engine = New().Handle("h", async (context, _) =>
        {
            context.Log.LogInformation("one");
            await Task.Delay(TimeSpan.FromSeconds(10), context.Clock, CancellationToken.None);
            context.Log.LogInformation("two");
        }).Handle("other", (_, _) => Task.CompletedTask).Start();
        var id = engine.Enqueue("h");

        // A commit fails, and the store stays away from those who open for a while.
        _faults.Next("runs.commit", FaultKind.Away);
        _faults.Next("runs.open", [.. Enumerable.Repeat(FaultKind.Away, 4)]);
        var other = engine.Scheduler.Run(() => engine.Host.EnqueueAsync([engine.New("other")], false, CancellationToken.None).AsTask());
        engine.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["one", "two"], engine.Log(id).Select(line => line.Text));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
        Assert.True(other.IsCompleted);
    }

    [Fact]
    public void A_journal_that_stays_away_costs_lines_and_not_the_outcome()
    {
        using var engine = New().Handle("h", (context, _) =>
        {
            context.Log.LogInformation("one");
            return Task.CompletedTask;
        }).Start();
        _faults.Next("journal.append", [.. Enumerable.Repeat(FaultKind.Away, 20)]);
        var id = engine.Enqueue("h");
        engine.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RunState.Completed, engine.Read(id).State);
        Assert.Contains(engine.Logs.Lines, line => line.Text.Contains("last log lines", StringComparison.Ordinal));
        Assert.InRange(_faults.Calls["journal.append"], 3, 8);
    }
}
