using System.Net;
using System.Text.Json;
using Silos.Jobs;
using Silos.Runs;
using Silos.Stores;
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
                Retry = new RetryPolicy { MaxAttempts = 4, MaxInterval = TimeSpan.FromMinutes(2) },
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

    [Fact]
    public async Task A_run_shows_what_was_asked_and_where_it_stands()
    {
        await using var api = await TestApi.StartAsync();
        var body = """{"handler":"noop","payload":[1],"runAt":"2026-03-02T15:00:00+02:00","metadata":{"m":1},"tags":["t"],"timeout":30}""";
        var id = (await api.PostAsync("/api/runs", body)).Json.GetProperty("id").GetString();
        var run = (await api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("scheduled", run.GetProperty("state").GetString());
        Assert.Equal("2026-03-02T13:00:00.000Z", run.GetProperty("dueAt").GetString());
        Assert.Equal("[1]", run.GetProperty("payload").GetRawText());
        Assert.Equal("{\"m\":1}", run.GetProperty("metadata").GetRawText());
        Assert.Equal("30s", run.GetProperty("timeout").GetString());
        Assert.Equal("local", run.GetProperty("requestedBy").GetString());
        foreach (var list in new[] { "attempts", "steps", "log" })
        {
            Assert.Empty(run.GetProperty(list).EnumerateArray());
        }
    }

    [Fact]
    public async Task A_taken_idempotency_key_gives_the_existing_run_or_a_conflict()
    {
        await using var api = await TestApi.StartAsync();
        var first = (await api.PostAsync("/api/runs", """{"handler":"noop","idempotencyKey":"k"}""")).Is(HttpStatusCode.Accepted);
        var second = (await api.PostAsync("/api/runs", """{"handler":"noop","idempotencyKey":"k"}""")).Is(HttpStatusCode.OK);
        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal("existing", second.GetProperty("outcome").GetString());
        var third = await api.PostAsync("/api/runs", """{"handler":"noop","idempotencyKey":"k","onDuplicate":"reject"}""");
        third.Is(HttpStatusCode.Conflict);
        Assert.Equal("duplicate", third.Code);
    }

    [Fact]
    public async Task The_same_id_twice_is_one_run()
    {
        await using var api = await TestApi.StartAsync();
        var body = $$"""{"handler":"noop","id":"{{RunId.New(TestApi.Noon)}}"}""";
        (await api.PostAsync("/api/runs", body)).Is(HttpStatusCode.Accepted);
        Assert.Equal("repeated", (await api.PostAsync("/api/runs", body)).Is(HttpStatusCode.Accepted).GetProperty("outcome").GetString());
        Assert.Single((await api.GetAsync("/api/runs")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_batch_answers_in_order()
    {
        await using var api = await TestApi.StartAsync();
        var reply = (await api.PostAsync("/api/runs/batch", """{"runs":[{"handler":"noop","priority":1},{"handler":"email","priority":2}]}"""))
            .Is(HttpStatusCode.Accepted);
        Assert.Equal([1, 2], api.Client.Requests.Select(r => r.Priority));
        var runs = reply.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal("email", (await api.GetAsync($"/api/runs/{runs[1].GetProperty("id").GetString()}")).Json.GetProperty("handler").GetString());
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        await using var api = await TestApi.StartAsync();
        var ids = new List<string?>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, (await api.Client.SeedAsync(RunState.Completed)).ToString());
        }

        var seen = new List<string?>();
        var path = "/api/runs?limit=2";
        for (var next = path; next is not null;)
        {
            var page = (await api.GetAsync(next)).Is(HttpStatusCode.OK);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetString()));
            next = page.TryGetProperty("next", out var cursor) ? $"{path}&cursor={cursor.GetString()}" : null;
        }

        Assert.Equal(ids, seen);
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
    public async Task A_run_shows_its_attempts_steps_progress_and_log_and_the_log_goes_on_page_by_page()
    {
        await using var api = await TestApi.StartAsync();
        var id = await api.Client.SeedAsync(RunState.Running);
        var partition = Silos.Queues.Partitions.Of("default", "default");
        var lines = Enumerable.Range(1, 250).Select(i => new RunLogLine(i, TestApi.Noon, "information", $"line {i}", 1)).ToList();
        var entry = new JournalEntry(new PartitionEpoch(partition, 1), TenantId.Default, id, 1)
        {
            Steps = [new RunStep("load", "completed", JsonText.Parse("5"), null, 1, TestApi.Noon)],
            Log = lines,
            Progress = 40,
            ProgressMessage = "loading",
        };
        Assert.Empty(await api.Store.Journal.AppendAsync([entry], TestApi.Cancelled));

        var run = (await api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("running", run.GetProperty("state").GetString());
        Assert.Equal((40, "loading"), (run.GetProperty("progress").GetInt32(), run.GetProperty("progressMessage").GetString()));
        var step = run.GetProperty("steps")[0];
        Assert.Equal(("load", "completed", 1), (step.GetProperty("name").GetString(), step.GetProperty("status").GetString(), step.GetProperty("retryCount").GetInt32()));
        Assert.Equal(200, run.GetProperty("log").GetArrayLength());
        Assert.Equal(200, run.GetProperty("logNext").GetInt64());

        var rest = (await api.GetAsync($"/api/runs/{id}/log?after=200")).Is(HttpStatusCode.OK);
        Assert.Equal(50, rest.GetProperty("items").GetArrayLength());
        Assert.Equal("line 201", rest.GetProperty("items")[0].GetProperty("text").GetString());
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Equal(10, (await api.GetAsync($"/api/runs/{id}/log?limit=10")).Json.GetProperty("next").GetInt64());
        Assert.Equal(0, (await api.GetAsync($"/api/runs/{id}/log?after=999")).Is(HttpStatusCode.OK).GetProperty("items").GetArrayLength());
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

    [Fact]
    public async Task An_ended_run_cannot_be_cancelled_and_a_live_one_cannot_be_retried()
    {
        await using var api = await TestApi.StartAsync();
        var ended = await api.Client.SeedAsync(RunState.Dead);
        var live = await api.Client.SeedAsync(RunState.Queued);
        var cancel = await api.PostAsync($"/api/runs/{ended}/cancel");
        cancel.Is(HttpStatusCode.Conflict);
        Assert.Equal("run_ended", cancel.Code);
        (await api.PostAsync($"/api/runs/{live}/retry")).Is(HttpStatusCode.Conflict);

        var retry = await api.PostAsync($"/api/runs/{ended}/retry");
        var again = retry.Is(HttpStatusCode.Accepted).GetProperty("id").GetString();
        Assert.NotEqual(ended.ToString(), again);
        Assert.Equal($"/api/runs/{again}", retry.Response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_run_is_explained()
    {
        await using var api = await TestApi.StartAsync();
        var id = await api.Client.SeedAsync(RunState.Queued);
        var blockers = (await api.GetAsync($"/api/runs/{id}/explain")).Is(HttpStatusCode.OK).GetProperty("blockers");
        Assert.Equal(
            ("no_slots", "2026-03-02T12:00:00.000Z"),
            (blockers[0].GetProperty("code").GetString(), blockers[0].GetProperty("until").GetString()));
    }

    [Fact]
    public async Task A_payload_as_deep_as_accepted_comes_back_in_lists()
    {
        await using var api = await TestApi.StartAsync();
        var payload = $"{new string('[', 63)}{new string(']', 63)}";
        (await api.PostAsync("/api/runs", $"{{\"handler\":\"noop\",\"payload\":{payload}}}")).Is(HttpStatusCode.Accepted);
        Assert.Contains(payload, (await api.GetAsync("/api/runs")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_and_texts_beyond_ASCII_survive()
    {
        await using var api = await TestApi.StartAsync();
        var body = JsonSerializer.Serialize(new { handler = "noop", queue = "Zürich 🚲", description = "日本語\t\"x\"" });
        var id = (await api.PostAsync("/api/runs", body)).Is(HttpStatusCode.Accepted).GetProperty("id").GetString();
        var run = (await api.GetAsync($"/api/runs/{id}")).Json;
        Assert.Equal(("Zürich 🚲", "日本語\t\"x\""), (run.GetProperty("queue").GetString(), run.GetProperty("description").GetString()));
        Assert.Single((await api.GetAsync($"/api/runs?queue={Uri.EscapeDataString("Zürich 🚲")}")).Json.GetProperty("items").EnumerateArray());
    }
}
