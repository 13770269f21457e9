using Silos.Jobs;
using Silos.Runs;
using Silos.Testing;

namespace Silos.Samples.Tests.ReadmeSamples;

public sealed class NightlyReportTests
{
    [Fact]
    public async Task The_report_runs_every_night_and_is_tried_again_when_it_fails()
    {
        var tries = 0;
        await using var silos = await SilosTestHost.StartAsync(s => s.AddJob(
            "nightly-report",
            (context, _) => ++tries == 2 ? throw new IOException("disk full") : Task.CompletedTask,
            job => job.Cron("30 1 * * *").Retry(new RetryPolicy { MaxAttempts = 3, Jitter = false })));

        await silos.AdvanceAsync(TimeSpan.FromDays(2));

        var runs = await silos.RunsAsync("nightly-report");
        Assert.Equal([RunState.Completed, RunState.Completed], runs.Select(run => run.State));
        Assert.Equal([1, 2], runs.Select(run => run.Attempt));
        Assert.All(await silos.OccurrencesAsync("nightly-report"), due => Assert.Equal(Verdict.Enqueued, due.Verdict));
    }
}
