using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_has_exactly_the_described_shape()
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.GetAsync("/api/health");
        reply.Is(HttpStatusCode.OK);
        Assert.Equal(
            """{"status":"ok","jobs":{"scheduler_running":true,"registered_jobs":5,"last_run":"2024-01-15T02:00:00.000Z"}}""", reply.Text);
    }

    [Fact]
    public async Task Before_the_first_run_last_run_is_null()
    {
        await using var api = await TestApi.StartAsync();
        api.Health.Now = api.Health.Now with { LastRunAt = null };
        Assert.Contains("\"last_run\":null", (await api.GetAsync("/api/health")).Text, StringComparison.Ordinal);
    }

    /// <summary>Otherwise an orchestrator restarts every process when the database hangs.</summary>
    [Fact]
    public async Task A_process_lives_while_its_store_hangs()
    {
        await using var api = await TestApi.StartAsync();
        api.Health.Hangs = true;
        (await api.GetAsync("/health/live")).Is(HttpStatusCode.OK);
        api.Health.Now = api.Health.Now with { RestartWanted = true };
        (await api.GetAsync("/health/live")).Is(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("draining", true, true, true, false)]
    [InlineData("starting", false, true, false, false)]
    [InlineData("store_away", true, false, false, false)]
    [InlineData("restart_wanted", true, true, false, true)]
    public async Task Readiness_says_what_is_in_the_way(string word, bool started, bool reachable, bool draining, bool restart)
    {
        await using var api = await TestApi.StartAsync();
        (await api.GetAsync("/health/ready")).Is(HttpStatusCode.OK);
        api.Health.Now = api.Health.Now with { Started = started, StoreReachable = reachable, Draining = draining, RestartWanted = restart };
        Assert.Equal($$"""{"status":"{{word}}"}""", (await api.GetAsync("/health/ready")).Text);
        (await api.GetAsync("/health/ready")).Is(HttpStatusCode.ServiceUnavailable);
        (await api.GetAsync("/api/health")).Is(HttpStatusCode.ServiceUnavailable);
        (await api.GetAsync("/health/live")).Is(restart ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
    }
}
