using Silos.Jobs;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Samples.Tests.Kit;

public sealed class SilosTestHostTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_job_runs_at_each_of_its_instants_and_not_before()
    {
        var instants = new List<DateTimeOffset>();
        await using var silos = await SilosTestHost.StartAsync(s => s.AddJob(
            "hourly",
            (context, _) =>
            {
                instants.Add(context.Clock.GetUtcNow());
                return Task.CompletedTask;
            },
            job => job.Cron("0 * * * *")));

        await silos.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Empty(await silos.RunsAsync("hourly"));

        await silos.AdvanceAsync(TimeSpan.FromHours(3));
        Assert.Equal([Noon.AddHours(1), Noon.AddHours(2), Noon.AddHours(3)], instants);
        Assert.Equal(instants, (await silos.OccurrencesAsync("hourly")).Select(due => due.DueAt));
    }

    [Fact]
    public async Task A_run_that_is_asked_for_has_ended_when_the_call_returns()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddHandler<int>("double", (payload, context, _) =>
        {
            context.SetResult(payload * 2);
            return Task.CompletedTask;
        }));

        var run = await silos.RunAsync(await silos.EnqueueAsync("double", 21));

        Assert.Equal((RunState.Completed, "42"), (run.Run.State, run.Run.Result?.Text));
    }

    [Fact]
    public async Task A_delayed_run_waits_for_its_time()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddHandler("later", (_, _) => Task.CompletedTask));
        var id = await silos.EnqueueAsync("later", 0, request => request with { Delay = TimeSpan.FromMinutes(1) });

        await silos.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(RunState.Scheduled, (await silos.RunAsync(id)).Run.State);

        await silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((RunState.Completed, Noon.AddMinutes(1)), ((await silos.RunAsync(id)).Run.State, (await silos.RunAsync(id)).Run.StartedAt));
    }

    [Fact]
    public async Task A_failure_is_tried_again_after_its_back_off()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddHandler("flaky", (context, _) =>
            context.Attempt < 3 ? throw new IOException("no") : Task.CompletedTask));

        var id = await silos.EnqueueAsync("flaky", 0);
        await silos.AdvanceAsync(TimeSpan.FromSeconds(3));

        var run = await silos.RunAsync(id);
        Assert.Equal([Noon, Noon.AddSeconds(1), Noon.AddSeconds(3)], run.Attempts.Select(attempt => attempt.StartedAt));
        Assert.Equal(RunState.Completed, run.Run.State);
    }

    [Fact]
    public async Task A_run_is_looked_at_half_way_through_a_gate()
    {
        var gate = new TestGate();
        await using var silos = await SilosTestHost.StartAsync(s => s.AddJob(
            "slow", (_, token) => gate.PassAsync(token), job => job.Cron("0 * * * *")));
        await silos.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.Equal(1, (await silos.JobAsync("slow")).Running);
        Assert.Equal([Verdict.Enqueued, Verdict.SkippedOverlap], (await silos.OccurrencesAsync("slow")).Select(due => due.Verdict));
        await Assert.ThrowsAsync<ConflictException>(() => silos.TriggerAsync("slow"));

        gate.Open();
        await silos.WaitUntilIdleAsync();
        Assert.Equal(RunState.Completed, Assert.Single(await silos.RunsAsync("slow")).State);
    }

    [Fact]
    public async Task A_run_is_cancelled_with_a_reason()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddHandler(
            "endless", (_, token) => new TestGate().PassAsync(token), h => h.Timeout(TimeSpan.FromHours(1))));
        var id = await silos.EnqueueAsync("endless", 0);

        await silos.CancelAsync(id, "not needed");

        var run = (await silos.RunAsync(id)).Run;
        Assert.Equal((RunState.Cancelled, "not needed"), (run.State, run.Cancel?.Reason));
    }

    [Fact]
    public async Task A_run_times_out_when_its_time_is_over()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddHandler(
            "endless", (_, token) => new TestGate().PassAsync(token), h => h.Timeout(TimeSpan.FromHours(1)).Retry(1)));
        var id = await silos.EnqueueAsync("endless", 0);

        await silos.AdvanceAsync(TimeSpan.FromHours(1));

        var run = await silos.RunAsync(id);
        Assert.Equal((RunState.Dead, "timeout"), (run.Run.State, run.Run.Error?.Type));
    }

    [Fact]
    public async Task After_a_restart_the_jobs_go_on_where_they_were()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddJob("hourly", (_, _) => Task.CompletedTask, job => job.Cron("0 * * * *")));
        await silos.AdvanceAsync(TimeSpan.FromHours(1));

        await silos.RestartAsync(away: TimeSpan.FromMinutes(90));
        await silos.WaitUntilIdleAsync();

        Assert.Equal([Verdict.Enqueued, Verdict.CaughtUp], (await silos.OccurrencesAsync("hourly")).Select(due => due.Verdict));
        Assert.Equal(2, (await silos.RunsAsync("hourly")).Count);
    }

    [Fact]
    public async Task A_paused_job_says_why_it_does_not_run()
    {
        await using var silos = await SilosTestHost.StartAsync(s => s.AddJob("hourly", (_, _) => Task.CompletedTask, job => job.Cron("0 * * * *")));
        var job = new JobKey(TenantId.Default, JobName.Parse("hourly"));
        await silos.Client.PauseAsync(job, "ann", "holidays", TestContext.Current.CancellationToken);

        await silos.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.Empty(await silos.RunsAsync("hourly"));
        Assert.Equal("job_paused", (await silos.ExplainAsync("hourly"))[0]);
    }

    [Fact]
    public async Task A_wrong_registration_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => SilosTestHost.StartAsync(
            s => s.AddJob("never", (_, _) => Task.CompletedTask, job => job.Cron("0 0 30 2 *"))));

        Assert.Contains("never", refused.Message, StringComparison.Ordinal);
    }
}
