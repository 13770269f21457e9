using System.Globalization;
using System.Net;
using System.Text.Json;
using Silos.Runs;
using Silos.Testing;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_has_exactly_the_described_shape()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        await api.Client.SeedJobAsync("b");
        await api.Client.SeedAsync(RunState.Completed);
        var reply = await api.GetAsync("/api/health");
        reply.Is(HttpStatusCode.OK);
        Assert.Equal(
            """{"status":"ok","jobs":{"scheduler_running":true,"registered_jobs":2,"last_run":"NOW"}}"""
                .Replace("NOW", api.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), StringComparison.Ordinal),
            reply.Text);
    }

    /// <summary>The same whichever process is asked, in the midst of a backlog too, and never older than some seconds.</summary>
    [Fact]
    public async Task The_last_run_is_the_one_that_started_last_wherever_that_was()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Failed);
        var first = api.Clock.GetUtcNow();
        await LastRunIsAsync(api, first);

        api.Clock.Advance(TimeSpan.FromMinutes(1));
        await api.Client.SeedAsync(RunState.Running);
        var second = api.Clock.GetUtcNow();
        for (var i = 0; i < 150; i++)
        {
            await api.Client.SeedAsync(RunState.Queued);
        }

        await LastRunIsAsync(api, second);
    }

    [Fact]
    public async Task Probes_count_nothing_and_monitors_that_ask_together_count_once()
    {
        var counted = new Counted();
        await using var api = await TestApi.StartAsync(store: new InMemoryStore(new InMemoryDatabase(), counted));
        (await api.GetAsync("/health/ready")).Is(HttpStatusCode.OK);
        Assert.Equal(0, counted.Jobs);
        for (var i = 0; i < 5; i++)
        {
            (await api.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        }

        Assert.Equal(1, counted.Jobs);
        api.Clock.Advance(TimeSpan.FromSeconds(10));
        (await api.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(2, counted.Jobs);
    }

    [Fact]
    public async Task Before_the_first_run_last_run_is_null()
    {
        await using var api = await TestApi.StartAsync();
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

    private static async Task LastRunIsAsync(TestApi api, DateTimeOffset at)
    {
        var health = JsonDocument.Parse((await api.GetAsync("/api/health")).Text).RootElement;
        Assert.Equal(at, health.GetProperty("jobs").GetProperty("last_run").GetDateTimeOffset());
    }

    private sealed class Counted : IStoreFaults
    {
        public int Jobs { get; private set; }

        public ValueTask<FaultKind> BeforeAsync(string site, CancellationToken cancellationToken)
        {
            Jobs += site == "jobs.count" ? 1 : 0;
            return default;
        }

        public ValueTask AfterAsync(string site, CancellationToken cancellationToken) => default;
    }
}
