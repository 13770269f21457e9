using Microsoft.Extensions.Options;
using Silos.Engine.Jobs;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Workers;

namespace Silos.Engine.Tests.Jobs;

public sealed class JobValidationTests
{
    private static readonly DateTimeOffset Noon = JobEngine.Noon;

    private static readonly IOptions<EngineOptions> Options = Microsoft.Extensions.Options.Options.Create(new EngineOptions { MaxPayloadBytes = 100 });

    private static readonly HandlerRegistry Handlers = new(
        [
            new HandlerRegistration { Key = "plain", Invoke = (_, _) => Task.CompletedTask },
            new HandlerRegistration
            {
                Key = "typed",
                Invoke = (_, _) => Task.CompletedTask,
                Check = payload => payload.IsNull ? new FieldProblem("payload", null, "invalid job payload structure: must not be null") : null,
            },
        ],
        Options);

    private static readonly JobValidation Jobs = new(new ScheduleWorld(new ScheduleDirectory(Options, [])), Handlers, Options);
    private static readonly RunRequestValidation Runs = new(Jobs, Handlers, Options);

    public static TheoryData<string, JobDefinition> WrongJobs => new()
    {
        { "name '' must not be empty.", Job(j => j with { Name = default }) },
        { "handler is unknown: No handler registered for job: nobody.", Job(j => j with { Handler = "nobody" }) },
        { "payload invalid job payload structure: must not be null.", Job(j => j with { Handler = "typed", Schedules = ["@hourly"] }) },
        { "schedules[1].expression '99 * * * *'", Job(j => j with { Schedules = ["0 * * * *", "99 * * * *"] }) },
        { "schedules[0].expression '0 0 30 2 *'", Job(j => j with { Schedules = ["0 0 30 2 *"] }) },
        { "schedules[0].expression 'cron.unknown'", Job(j => j with { Schedules = ["cron.unknown"] }) },
        { "schedules[0].timeZone 'Mars/Olympus'", Job(j => j with { Schedules = [new ScheduleSpec { Expression = "@daily", TimeZone = "Mars/Olympus" }] }) },
        { "priority '1001' must be between -1000 and 1000.", Job(j => j with { Priority = 1_001 }) },
        { "timeout '00:00:00' must be above zero and at most 100 years.", Job(j => j with { Timeout = TimeSpan.Zero }) },
        { "retry.maxAttempts '0' must be between 1 and 1000.", Job(j => j with { Retry = new RetryPolicy { MaxAttempts = 0 } }) },
        { "retry.coefficient '0.5' must be a number of at least 1.", Job(j => j with { Retry = new RetryPolicy { Coefficient = 0.5 } }) },
        { "retry.coefficient 'NaN' must be a number of at least 1.", Job(j => j with { Retry = new RetryPolicy { Coefficient = double.NaN } }) },
        { "overlap.limit '0' must be at least 1.", Job(j => j with { Overlap = new OverlapPolicy { Mode = OverlapMode.Allow, Limit = 0 } }) },
        { "catchUp.window '-00:00:01' must not be negative and at most 100 years.", Job(j => j with { CatchUp = new CatchUpPolicy { Window = TimeSpan.FromSeconds(-1) } }) },
        { "pauseAfterFailures '0' must be at least 1.", Job(j => j with { PauseAfterFailures = 0 }) },
        { "concurrencyKey '' must have 1 to 200 characters, not 0.", Job(j => j with { ConcurrencyKey = string.Empty }) },
        { "tags[1] 'a/b' must not contain '/'.", Job(j => j with { Tags = ["ok", "a/b"] }) },
        { "description 'x\uFFFDy' must not contain NUL or unpaired surrogates.", Job(j => j with { Description = "x\0y" }) },
    };

    public static TheoryData<string, RunRequest> WrongRuns => new()
    {
        { "handler is unknown: No handler registered for job: nobody.", Run(r => r with { Handler = "nobody" }) },
        { "delay '00:00:01' must not be given together with runAt.", Run(r => r with { Delay = TimeSpan.FromSeconds(1), RunAt = Noon }) },
        { "delay '-00:00:01' must not be negative and at most ten years.", Run(r => r with { Delay = TimeSpan.FromSeconds(-1) }) },
        { "must be within ten years.", Run(r => r with { RunAt = Noon.AddYears(20) }) },
        { "idempotencyKey '' must have 1 to 200 characters, not 0.", Run(r => r with { IdempotencyKey = string.Empty }) },
        { "idempotencyWindow '00:00:00' must be above zero", Run(r => r with { IdempotencyWindow = TimeSpan.Zero, IdempotencyKey = "k" }) },
        { "metadata '[1]' must be a JSON object.", Run(r => r with { Metadata = JsonText.Parse("[1]") }) },
        { "priority '-1001' must be between -1000 and 1000.", Run(r => r with { Priority = -1_001 }) },
        { "payload invalid job payload structure: must not be null.", Run(r => r with { Handler = "typed" }) },
    };

    [Theory]
    [MemberData(nameof(WrongJobs))]
    public void A_wrong_definition_is_refused_with_the_field_the_value_and_what_would_be_right(string message, JobDefinition wrong) =>
        Assert.Contains(message, Assert.Throws<InvalidException>(() => Jobs.Check(wrong)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(WrongRuns))]
    public void A_wrong_request_is_refused_with_the_field_the_value_and_what_would_be_right(string message, RunRequest wrong) =>
        Assert.Contains(message, Assert.Throws<InvalidException>(() => Runs.Make(wrong, Noon)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_mistake_is_told_at_once_and_a_wrong_expression_with_its_position()
    {
        var wrong = Job(j => j with { Priority = 9_999, Handler = "nobody", Schedules = ["0 25 * * *"] });

        var problems = Assert.Throws<InvalidException>(() => Jobs.Check(wrong)).Problems;

        Assert.Equal(["handler", "schedules[0].expression", "priority"], problems.Select(p => p.Field));
        Assert.Equal(2, problems[1].Position);
    }

    [Fact]
    public void A_payload_that_is_too_large_is_refused_with_its_size()
    {
        var payload = JsonText.From(new string('x', 200));

        Assert.Throws<TooLargeException>(() => Jobs.Check(Job(j => j with { Payload = payload })));
        Assert.Throws<TooLargeException>(() => Runs.Make(Run(r => r with { Payload = payload }), Noon));
    }

    [Fact]
    public void A_request_is_completed_with_the_defaults_of_the_host()
    {
        var run = Runs.Make(Run(r => r with { Delay = TimeSpan.FromMinutes(1), IdempotencyKey = "k" }), Noon);

        Assert.Equal(Noon.AddMinutes(1), run.DueAt);
        Assert.Equal(RunState.Scheduled, run.State);
        Assert.Equal(TimeSpan.FromSeconds(30), run.Options.Timeout);
        Assert.Equal(Noon.AddHours(24), run.Unique!.Until);
        Assert.Null(Runs.Make(Run(r => r with { Timeout = Timeout.InfiniteTimeSpan }), Noon).Options.Timeout);
    }

    [Fact]
    public void Plain_requests_of_a_handler_share_their_options()
    {
        Assert.Same(Runs.Make(Run(r => r), Noon).Options, Runs.Make(Run(r => r with { Payload = JsonText.From(1) }), Noon).Options);
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.9.2", "1.10.0", -1)]
    [InlineData("1.10", "1.10", 0)]
    [InlineData("2024-05-01.3", "2024-05-01.12", -1)]
    [InlineData("v2", "v10", -1)]
    [InlineData("1.0", "1.0.1", -1)]
    public void Deployment_versions_are_ordered_as_people_read_them(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(DeploymentVersions.Compare(left, right)));
        Assert.Equal(-order, Math.Sign(DeploymentVersions.Compare(right, left)));
    }

    private static JobDefinition Job(Func<JobDefinition, JobDefinition> change) =>
        change(new JobDefinition { Name = JobName.Parse("job"), Handler = "plain" });

    private static RunRequest Run(Func<RunRequest, RunRequest> change) => change(new RunRequest { Handler = "plain" });
}
