using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Silos.Testing;
using Silos.Workers;

namespace Silos.Samples.Tests.Kit;

public sealed class JobRunnerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_handler_said_is_there_in_order()
    {
        var outcome = await JobRunner.For(async (context, _) =>
        {
            await context.ReportProgressAsync(10, "began");
            context.Log.LogInformation("Half of it");
            context.ItemFailed("b", new IOException("unreadable"));
            await context.ReportProgressAsync(100, "done");
            context.SetResult(new { total = 3 });
        }).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Completed, outcome.Status);
        Assert.Equal([new JobProgress(10, "began"), new JobProgress(100, "done")], outcome.Progress);
        Assert.Equal(["Half of it", "Item b failed: IOException: unreadable"], outcome.Log.Select(line => line.Text));
        Assert.Equal(["information", "warning"], outcome.Log.Select(line => line.Level));
        Assert.Equal("b", Assert.Single(outcome.ItemErrors).Item);
        Assert.Equal("""{"total":3}""", outcome.Result?.Text);
    }

    [Fact]
    public async Task An_exception_is_a_failure_that_would_be_tried_again()
    {
        var outcome = await JobRunner.For((_, _) => throw new IOException("no")).RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Failed, outcome.Status);
        Assert.IsType<IOException>(outcome.Exception);
        Assert.True(outcome.WouldRetry);
        Assert.Contains("no", Assert.Throws<InvalidOperationException>(outcome.EnsureCompleted).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_attempt_would_not_be_tried_again()
    {
        var outcome = await JobRunner.For((context, _) => throw new IOException($"attempt {context.Attempt} of {context.MaxAttempts}"))
            .WithAttempt(4, of: 4).RunAsync(Cancelled);

        Assert.False(outcome.WouldRetry);
        Assert.Equal("attempt 4 of 4", outcome.Error?.Message);
    }

    [Theory]
    [InlineData("skip", JobRunStatus.Skipped, null)]
    [InlineData("snooze", JobRunStatus.Snoozed, 5)]
    [InlineData("later", JobRunStatus.Failed, 7)]
    [InlineData("never", JobRunStatus.Failed, null)]
    public async Task Outcomes_follow_the_engines_rules(string word, JobRunStatus status, int? minutes)
    {
        var outcome = await JobRunner.For<string>((payload, _, _) => throw (payload switch
        {
            "skip" => new SkipRunException("nothing to do"),
            "snooze" => new SnoozeException(TimeSpan.FromMinutes(5)),
            "later" => new RetryAfterException(TimeSpan.FromMinutes(7), "busy"),
            _ => new NonRetryableException("hopeless"),
        })).WithPayload(word).RunAsync(Cancelled);

        Assert.Equal(status, outcome.Status);
        Assert.Equal(minutes is { } wait ? TimeSpan.FromMinutes(wait) : null, outcome.Delay);
        Assert.Equal(word == "later", outcome.WouldRetry);
    }

    [Fact]
    public async Task A_wait_of_an_hour_takes_no_time()
    {
        var outcome = await JobRunner.For((context, token) => Task.Delay(TimeSpan.FromHours(1), context.Clock, token)).RunAsync(Cancelled);

        Assert.Equal((JobRunStatus.Completed, TimeSpan.FromHours(1)), (outcome.Status, outcome.Elapsed));
    }

    [Fact]
    public async Task A_handler_that_takes_too_long_is_timed_out_at_the_instant()
    {
        var outcome = await JobRunner.For((context, token) => Task.Delay(TimeSpan.FromHours(1), context.Clock, token))
            .WithTimeout(TimeSpan.FromMinutes(2)).RunAsync(Cancelled);

        Assert.Equal((JobRunStatus.TimedOut, TimeSpan.FromMinutes(2)), (outcome.Status, outcome.Elapsed));
        Assert.Equal("timeout", outcome.Error?.Type);
        Assert.False(outcome.Abandoned);
    }

    [Fact]
    public async Task A_handler_that_ignores_its_timeout_is_given_up()
    {
        var outcome = await JobRunner.For((context, _) => Task.Delay(TimeSpan.FromHours(1), context.Clock, CancellationToken.None))
            .WithTimeout(TimeSpan.FromMinutes(2)).RunAsync(Cancelled);

        Assert.Equal((JobRunStatus.TimedOut, true), (outcome.Status, outcome.Abandoned));
    }

    [Fact]
    public async Task A_handler_that_waits_for_ever_is_told_on()
    {
        var runner = JobRunner.For((_, token) => new TestGate().PassAsync(token));

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => runner.RunAsync(Cancelled));

        Assert.Contains("waits for ever", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CancelMoment.BeforeStart, 1, 0)]
    [InlineData(CancelMoment.BeforeStep, 2, 1)]
    [InlineData(CancelMoment.AfterStep, 2, 2)]
    [InlineData(CancelMoment.AfterProgress, 3, 3)]
    public async Task A_run_is_cancelled_where_the_test_wants_it(CancelMoment moment, int number, int done)
    {
        var effects = 0;
        var outcome = await JobRunner.For(async (context, token) =>
        {
            for (var i = 1; i <= 5; i++)
            {
                token.ThrowIfCancellationRequested();
                await context.StepAsync($"step {i}", _ => Task.FromResult(++effects));
                await context.ReportProgressAsync(i * 20);
            }
        }).CancelAt(moment, number, "not needed").RunAsync(Cancelled);

        Assert.Equal(JobRunStatus.Cancelled, outcome.Status);
        Assert.Equal(done, effects);
    }

    [Fact]
    public async Task The_tests_own_token_cancels_the_run_too()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        var outcome = await JobRunner.For((_, token) => Task.FromCanceled(token)).RunAsync(cancel.Token);

        Assert.Equal(JobRunStatus.Cancelled, outcome.Status);
    }

    [Fact]
    public async Task A_step_that_was_done_before_is_not_done_again()
    {
        var outcome = await JobRunner.For(async (context, _) =>
        {
            var number = await context.StepAsync("reserve", _ => Task.FromResult(1));
            context.SetResult(await context.StepAsync("book", _ => Task.FromResult(number + 1)));
        }).WithCompletedStep("reserve", 41).RunAsync(Cancelled);

        Assert.Equal(["book"], outcome.ExecutedSteps);
        Assert.Equal(42, outcome.ResultAs<int>());
        Assert.Equal(["reserve", "book"], outcome.Steps.Select(step => step.Name));
    }

    [Fact]
    public async Task A_retry_is_the_same_run_and_goes_on_after_its_steps()
    {
        var runner = JobRunner.For(async (context, _) =>
        {
            await context.StepAsync("first", _ => Task.CompletedTask);
            await context.StepAsync("second", _ => context.Attempt == 1 ? throw new IOException("broken") : Task.CompletedTask);
        });

        var first = await runner.RunAsync(Cancelled);
        var second = await runner.RetryOf(first).RunAsync(Cancelled);

        Assert.Equal((first.RunId, 2), (second.RunId, second.Attempt));
        Assert.Equal(["second"], second.ExecutedSteps);
        Assert.Equal(1, second.Steps[1].RetryCount);
    }

    [Fact]
    public async Task A_class_is_made_with_its_services_in_a_scope_for_each_run()
    {
        await using var runner = JobRunner.For<CountingJob>(services => services.AddScoped<Counter>());

        var (first, second) = await runner.RunTwiceAsync(Cancelled);

        Assert.Equal(("1", "1"), (first.Result?.Text, second.Result?.Text));
        Assert.NotEqual(first.RunId, second.RunId);
    }

    [Fact]
    public async Task A_registered_job_brings_its_payload_and_its_limits()
    {
        var outcome = await JobRunner.ForRegistered("nightly", silos => silos
            .AddHandler<string>("greet", async (payload, context, token) =>
            {
                context.SetResult(payload);
                await new TestGate().PassAsync(token);
            })
            .AddJob("nightly", "greet", job => job.Payload("hello").Timeout(TimeSpan.FromSeconds(9)).Retry(1))).RunAsync(Cancelled);

        Assert.Equal((JobRunStatus.TimedOut, TimeSpan.FromSeconds(9), false), (outcome.Status, outcome.Elapsed, outcome.WouldRetry));
    }

    [Fact]
    public void A_name_that_is_not_registered_is_refused_with_those_that_are()
    {
        var refused = Assert.Throws<InvalidException>(() => JobRunner.ForRegistered(
            "nightli", silos => silos.AddJob("nightly", (_, _) => Task.CompletedTask)));

        Assert.Contains("nightly", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_on_other_threads_is_waited_for()
    {
        var outcome = await JobRunner.For(async (context, token) =>
            context.SetResult(await Task.Run(() => Enumerable.Range(1, 1000).Sum(), token).ConfigureAwait(false))).RunAsync(Cancelled);

        Assert.Equal(500_500, outcome.EnsureCompleted().ResultAs<int>());
    }

    private sealed class Counter
    {
        public int Value { get; set; }
    }

    private sealed class CountingJob(Counter counter) : IJob
    {
        public Task RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            context.SetResult(++counter.Value);
            return Task.CompletedTask;
        }
    }
}
