using System.Net;
using Silos.Jobs;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Runs;

public sealed class RunEndpointTests
{
    [Fact]
    public async Task Everything_that_can_be_asked_of_a_run_reaches_the_engine()
    {
        await using var api = await TestApi.StartAsync();
        var id = RunId.New(TestApi.Noon);
        var reply = await api.SendAsync(
            HttpMethod.Post,
            "/api/runs",
            $$$"""
            {"handler":"noop","payload":{"a" : 1.0},"id":"{{{id}}}","queue":"mail","priority":5,"delay":"90s","retry":{"maxAttempts":9,"maxInterval":"2m"},
             "maxAttempts":4,"timeout":"none","idempotencyKey":"k1","idempotencyWindow":"1h","onDuplicate":"throttle","concurrencyKey":"db",
             "concurrencyLimit":2,"deleteOnSuccess":true,"name":"n","description":"d","tags":["t"],"metadata":{"m":true}}
            """,
            change: r => r.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Assert.Equal(id.ToString(), reply.Is(HttpStatusCode.Accepted).GetProperty("id").GetString());
        Assert.Equal($"/api/runs/{id}", reply.Response.Headers.Location?.OriginalString);

        var request = Assert.Single(api.Client.Requests);
        Assert.Equal(
            new RunRequest
            {
                Handler = "noop",
                Payload = JsonText.Trusted("{\"a\" : 1.0}"),
                Id = id,
                Queue = Silos.Queues.QueueName.Parse("mail"),
                Priority = 5,
                Delay = TimeSpan.FromSeconds(90),
                Retry = new RetryPolicy { MaxAttempts = 9, MaxInterval = TimeSpan.FromMinutes(2) },
                MaxAttempts = 4,
                Timeout = Timeout.InfiniteTimeSpan,
                IdempotencyKey = "k1",
                IdempotencyWindow = TimeSpan.FromHours(1),
                OnDuplicate = DuplicateMode.Throttle,
                ConcurrencyKey = "db",
                ConcurrencyLimit = 2,
                DeleteOnSuccess = true,
                Name = "n",
                Description = "d",
                Tags = request.Tags,
                Metadata = JsonText.Trusted("{\"m\":true}"),
                RequestedBy = "local",
                TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
            request);
        Assert.Equal(["t"], request.Tags);
    }

    [Theory]
    [InlineData("state=failed", "bad")]
    [InlineData("state=failed,dead", "bad,worse")]
    [InlineData("job=good", "good")]
    [InlineData("handler=email", "mail")]
    [InlineData("queue=slow", "slow")]
    [InlineData("tag=x", "tagged")]
    [InlineData("since=2026-03-02T13:00:00Z", "late")]
    [InlineData("since=2026-03-02T14:00:00%2B01:00", "late")]
    [InlineData("since=2026-03-02T14:00:00+01:00", "late")]
    [InlineData("until=2026-03-02T12:00:00Z", "")]
    [InlineData("filter={\"field\":\"job\",\"operator\":\"contains\",\"value\":\"GOO\"}", "good")]
    [InlineData("filter={\"group\":\"OR\",\"conditions\":[{\"field\":\"job\",\"value\":\"good\"},{\"field\":\"state\",\"operator\":\"=\",\"value\":\"dead\"}]}", "good,worse")]
    [InlineData("state=failed&job=good", "")]
    public async Task Filters_find_what_they_say(string query, string jobs)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Completed, "good");
        await api.Client.SeedAsync(RunState.Failed, "bad", error: "no");
        await api.Client.SeedAsync(RunState.Dead, "worse");
        await api.Client.SeedAsync(RunState.Completed, "mail", handler: "email");
        await api.Client.SeedAsync(RunState.Completed, "slow", change: run => run with { Queue = Silos.Queues.QueueName.Parse("slow") });
        await api.Client.SeedAsync(RunState.Queued, "tagged", change: run => run with { Options = new RunOptions { Tags = ["x"] } });
        await api.Client.SeedAsync(RunState.Queued, "late", change: run => run with { EnqueuedAt = TestApi.Noon.AddHours(2), DueAt = TestApi.Noon.AddHours(2) });
        var found = (await api.GetAsync($"/api/runs?{query}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
            .Select(run => run.GetProperty("job").GetString()).Order();
        Assert.Equal(jobs.Split(',', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Fact]
    public async Task A_failed_run_shows_its_error_and_attempt()
    {
        await using var api = await TestApi.StartAsync();
        var id = await api.Client.SeedAsync(RunState.Failed, error: "no <luck>");
        var run = (await api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("no <luck>", run.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(1_500, run.GetProperty("durationMs").GetInt64());
        var attempt = run.GetProperty("attempts")[0];
        Assert.Equal(("failed", "w1", 1_500), (attempt.GetProperty("outcome").GetString(), attempt.GetProperty("worker").GetString(), attempt.GetProperty("durationMs").GetInt64()));
    }

    [Theory]
    [InlineData(null, "cancel local  False")]
    [InlineData("""{"reason":"wrong file"}""", "cancel local wrong file False")]
    [InlineData("""{"reason":"now","cancelledBy":"alice","terminate":true}""", "cancel alice (local) now True")]
    public async Task Cancelling_says_who_and_why(string? body, string call)
    {
        await using var api = await TestApi.StartAsync();
        var id = await api.Client.SeedAsync(RunState.Queued);
        (await api.PostAsync($"/api/runs/{id}/cancel", body)).Is(HttpStatusCode.Accepted);
        Assert.Equal([call], api.Client.Calls);
    }
}
