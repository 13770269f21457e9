using Silos.Engine.Runs;
using Silos.Jobs;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Tests.Runs;

public sealed class RunDecisionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RetryPolicy NoJitter = new() { Jitter = false };

    private static PendingRun Run(int attempts = 0, int losses = 0, int most = 3, RunOptions? options = null) => new()
    {
        Request = new NewRun
        {
            Id = RunId.New(Noon),
            Tenant = TenantId.Default,
            Handler = "h",
            DueAt = Noon.AddMinutes(-1),
            EnqueuedAt = Noon.AddMinutes(-1),
            MaxAttempts = most,
            Options = options ?? RunOptions.Default,
        },
        State = RunState.Queued,
        Attempts = attempts,
        Losses = losses,
    };

    private static RunDecision After(PendingRun run, AttemptOutcome outcome, RetryPolicy? retry = null, CancelRequest? cancel = null, double draw = 0.5) =>
        RunDecision.After(run, new AttemptFacts(7, Noon, Noon.AddSeconds(2), "w"), outcome, retry ?? NoJitter, cancel, draw);

    private static AttemptOutcome Thrown(Exception exception) => AttemptOutcome.FromException(exception);

    [Fact]
    public void A_returned_handler_ends_its_run()
    {
        var end = After(Run(), AttemptOutcome.Completed with { Result = JsonText.From(5), ItemErrors = 2 }).Finished!;
        Assert.Equal((RunState.Completed, "completed", 1, 7L, "5", 2), (end.State, end.Outcome, end.Attempts, end.Token, end.Result!.Value.Text, end.ItemErrors));
        Assert.False(end.Delete);
    }

    [Fact]
    public void Delete_on_success_deletes_what_completed_and_nothing_else()
    {
        var run = Run(options: new RunOptions { DeleteOnSuccess = true }, most: 1);
        Assert.True(After(run, AttemptOutcome.Completed).Finished!.Delete);
        Assert.False(After(run, Thrown(new InvalidOperationException("no"))).Finished!.Delete);
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1, 2_000)]
    [InlineData(2, 4_000)]
    [InlineData(8, 60_000)]
    public void A_failed_attempt_is_tried_again_after_a_wait_that_doubles(int before, int wait)
    {
        var again = After(Run(before, most: 20), Thrown(new InvalidOperationException("no"))).Requeued!;
        Assert.Equal(
            (RunState.Scheduled, "retry", before + 1, Noon.AddSeconds(2).AddMilliseconds(wait)),
            (again.State, again.Outcome, again.Attempts, again.DueAt));
        Assert.Equal("System.InvalidOperationException", again.Error!.Type);
    }

    [Fact]
    public void Jitter_draws_the_wait()
    {
        var again = After(Run(most: 2), Thrown(new InvalidOperationException("no")), RetryPolicy.Default, draw: 0.25).Requeued!;
        Assert.Equal(Noon.AddSeconds(2).AddMilliseconds(250), again.DueAt);
    }

    [Fact]
    public void The_last_attempt_leaves_the_run_dead()
    {
        var end = After(Run(2), Thrown(new InvalidOperationException("no"))).Finished!;
        Assert.Equal((RunState.Dead, "failed", 3), (end.State, end.Outcome, end.Attempts));
        Assert.Equal(RunState.Dead, After(Run(most: 1), Thrown(new InvalidOperationException("no"))).Finished!.State);
    }

    [Fact]
    public void An_error_that_no_retry_mends_fails_the_run_at_once()
    {
        Assert.Equal(RunState.Failed, After(Run(), Thrown(new NonRetryableException("no"))).Finished!.State);
    }

    [Theory]
    [InlineData("System.InvalidOperationException", true)]
    [InlineData("InvalidOperationException", true)]
    [InlineData("OperationException", false)]
    [InlineData("System.ArgumentException", false)]
    public void Non_retryable_errors_are_named_by_full_or_short_type(string name, bool ends)
    {
        var decision = After(Run(), Thrown(new InvalidOperationException("no")), NoJitter with { NonRetryableErrors = [name] });
        Assert.Equal(ends, decision.Finished is not null);
    }

    [Fact]
    public void Retry_after_replaces_the_back_off_and_burns_an_attempt()
    {
        var again = After(Run(), Thrown(new RetryAfterException(TimeSpan.FromMinutes(3), "busy"))).Requeued!;
        Assert.Equal((Noon.AddSeconds(2).AddMinutes(3), 1, "retry"), (again.DueAt, again.Attempts, again.Outcome));
        Assert.Equal(RunState.Dead, After(Run(2), Thrown(new RetryAfterException(TimeSpan.FromMinutes(3), "busy"))).Finished!.State);
    }

    [Fact]
    public void Snooze_burns_no_attempt()
    {
        var again = After(Run(2), Thrown(new SnoozeException(TimeSpan.FromHours(1)))).Requeued!;
        Assert.Equal((RunState.Scheduled, "snoozed", 2, Noon.AddSeconds(2).AddHours(1)), (again.State, again.Outcome, again.Attempts, again.DueAt));
    }

    [Fact]
    public void A_wait_that_makes_no_sense_is_bounded()
    {
        Assert.Equal(RunState.Queued, After(Run(), Thrown(new SnoozeException(TimeSpan.FromSeconds(-5)))).Requeued!.State);
        Assert.Equal(Noon.AddSeconds(2).AddDays(366), After(Run(), Thrown(new SnoozeException(TimeSpan.MaxValue))).Requeued!.DueAt);
    }

    [Fact]
    public void Nothing_to_do_is_skipped_with_the_reason_as_result()
    {
        var end = After(Run(), Thrown(new SkipRunException("nothing new"))).Finished!;
        Assert.Equal((RunState.Skipped, "skipped", "\"nothing new\""), (end.State, end.Outcome, end.Result!.Value.Text));
    }

    [Fact]
    public void A_timeout_is_a_failed_attempt()
    {
        var again = After(Run(), AttemptOutcome.TimedOut(TimeSpan.FromSeconds(1), new OperationCanceledException())).Requeued!;
        Assert.Equal(("timeout", 1, "timeout"), (again.Outcome, again.Attempts, again.Error!.Type));
        var end = After(Run(2), AttemptOutcome.TimedOut(TimeSpan.FromSeconds(1), null)).Finished!;
        Assert.Equal((RunState.Dead, "timeout"), (end.State, end.Outcome));
    }

    [Fact]
    public void Being_handed_back_burns_nothing_and_keeps_the_place_in_the_queue()
    {
        var run = Run(1);
        var again = After(run, AttemptOutcome.HandedBack).Requeued!;
        Assert.Equal((RunState.Queued, "handed_back", 1, 0, run.Request.DueAt), (again.State, again.Outcome, again.Attempts, again.Losses, again.DueAt));
    }

    [Fact]
    public void A_loss_burns_no_attempt_and_the_third_one_alone_is_poison()
    {
        Assert.Equal(("lost", 1, 1), (After(Run(1), AttemptOutcome.Lost).Requeued!.Outcome, After(Run(1), AttemptOutcome.Lost).Requeued!.Attempts, After(Run(1), AttemptOutcome.Lost).Requeued!.Losses));
        Assert.Equal(2, After(Run(0, 1), AttemptOutcome.Lost).Requeued!.Losses);
        Assert.Equal(4, After(Run(0, 3), AttemptOutcome.Lost).Requeued!.Losses);
        var end = After(Run(0, 4), AttemptOutcome.Lost).Finished!;
        Assert.Equal((RunState.Dead, "lost", "lost", 5, 0), (end.State, end.Outcome, end.Error!.Type, end.Losses, end.Attempts));
    }

    [Fact]
    public void What_somebody_cancelled_never_waits_again()
    {
        var cancel = new CancelRequest("ann", "wrong month", Noon);
        foreach (var outcome in new[]
        {
            Thrown(new InvalidOperationException("no")), Thrown(new SnoozeException(TimeSpan.FromHours(1))), AttemptOutcome.Lost,
            AttemptOutcome.HandedBack, AttemptOutcome.TimedOut(TimeSpan.FromSeconds(1), null), AttemptOutcome.Cancelled(new OperationCanceledException()),
        })
        {
            Assert.Equal(RunState.Cancelled, After(Run(), outcome, cancel: cancel).Finished!.State);
        }

        Assert.Equal(RunState.Completed, After(Run(), AttemptOutcome.Completed, cancel: cancel).Finished!.State);
    }

    [Fact]
    public void Every_decision_follows_an_arrow_of_the_state_machine()
    {
        foreach (var end in Enum.GetValues<AttemptEnd>())
        {
            for (var attempts = 0; attempts < 4; attempts++)
            {
                var decision = After(Run(attempts, attempts), new AttemptOutcome(end) { Error = new RunError("x", "y") });
                var state = decision.Finished?.State ?? decision.Requeued!.State;
                Assert.True(RunState.Running.CanBecome(state), $"{end} after {attempts}: {state}");
                Assert.True(decision.Finished is null != decision.Requeued is null);
            }
        }
    }
}
