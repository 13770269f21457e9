using System.Net;
using Silos.Jobs;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Jobs;

public sealed class JobEndpointTests
{
    [Fact]
    public async Task A_job_shows_pause_decision_last_run_and_next_due()
    {
        await using var api = await TestApi.StartAsync();
        var run = RunId.New(TestApi.Noon);
        await api.Client.SeedJobAsync("a", job => job with
        {
            NextDue = TestApi.Noon.AddHours(1),
            LastDecision = new LastDecision(TestApi.Noon, Verdict.CaughtUp),
            Pause = new Pause("alice", "holiday", TestApi.Noon),
        });
        api.Client.Busy.Add(JobName.Parse("a"));
        var job = (await api.GetAsync("/api/jobs/a")).Is(HttpStatusCode.OK);
        Assert.Equal("RUNNING", job.GetProperty("status").GetString());
        Assert.Equal(1, job.GetProperty("running").GetInt32());
        Assert.Equal("2026-03-02T13:00:00.000Z", job.GetProperty("nextDue").GetString());
        Assert.Equal("caught_up", job.GetProperty("lastDecision").GetProperty("verdict").GetString());
        Assert.Equal("holiday", job.GetProperty("pause").GetProperty("reason").GetString());
        Assert.NotEqual(default, run.Value);
    }

    [Fact]
    public async Task When_the_wait_is_over_first_the_run_goes_on_and_its_id_is_told()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        var asked = api.PostAsync("/api/jobs/a/trigger", """{"wait":"5s"}""");
        await Until(() => api.Client.Ending is not null);
        Assert.False(asked.IsCompleted);
        api.Clock.Advance(TimeSpan.FromSeconds(5));
        (await asked).Is(HttpStatusCode.Accepted).GetProperty("id").GetString();
    }

    [Fact]
    public async Task A_wait_is_cut_to_what_the_host_allows()
    {
        await using var api = await TestApi.StartAsync(o => o.MaxWait = TimeSpan.FromSeconds(2));
        await api.Client.SeedJobAsync("a");
        var asked = api.PostAsync("/api/jobs/a/trigger", """{"wait":"9d"}""");
        await Until(() => api.Client.Ending is not null);
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        (await asked).Is(HttpStatusCode.Accepted);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            TestApi.Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
