using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

public sealed class RateTests
{
    private const string Run = """{"handler":"noop"}""";

    [Fact]
    public async Task A_credential_makes_as_many_requests_as_it_may_and_is_told_when_to_come_back()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Requests = 5);
        for (var i = 0; i < 10; i++)
        {
            (await api.GetAsync("/api/whoami")).Is(HttpStatusCode.OK);
        }

        var refused = await api.GetAsync("/api/whoami");
        refused.Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(("too_many", 1.0), (refused.Code, refused.Response.Headers.RetryAfter?.Delta?.TotalSeconds));
        (await api.GetAsync("/health/live")).Is(HttpStatusCode.OK);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        (await api.GetAsync("/api/whoami")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_tenant_that_floods_the_queue_is_held_back_and_another_is_not()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Enqueues = 1);
        var batch = $$"""{"runs":[{{string.Join(',', Enumerable.Repeat(Run, 8))}}]}""";
        (await api.PostAsync("/api/runs/batch", batch)).Is(HttpStatusCode.Accepted);
        (await api.PostAsync("/api/runs/batch", batch)).Is(HttpStatusCode.TooManyRequests);
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        (await api.PostAsync("/api/collections/queues/records", """{"name":"n","payload":{"type":"noop"}}""")).Is(HttpStatusCode.OK);
        var refused = await api.PostAsync("/api/runs", Run);
        refused.Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(1.0, refused.Response.Headers.RetryAfter?.Delta?.TotalSeconds);

        var other = await api.SendAsync(HttpMethod.Post, "/api/runs", Run, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", "beta"));
        other.Is(HttpStatusCode.Accepted);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        Assert.Equal(12, api.Client.Requests.Count);
    }

    [Fact]
    public async Task No_more_runs_of_a_tenant_wait_than_may()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.MaxWaiting = 3);
        for (var i = 0; i < 3; i++)
        {
            (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        }

        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(3, api.Client.Requests.Count);
    }

    [Fact]
    public async Task Who_guesses_keys_does_not_keep_the_store_busy()
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.RequireAuthentication = true;
            o.Rates.Failures = 3;
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync());
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync());
        api.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync());

        async Task<HttpStatusCode> GuessAsync() => (await api.SendAsync(HttpMethod.Get, "/api/jobs", null, change: r =>
            r.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Silos.Keys.KeyToken.New().Text}"))).Status;
    }
}
