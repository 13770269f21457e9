using System.Net;
using System.Text.Json;
using Silos.Runs;

namespace Silos.Web.Tests.Api;

/// <summary>Runs and queues.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    [Covers("POST /api/runs")]
    [Covers("GET /api/runs/{id}")]
    public async Task A_run_shows_what_was_asked_and_where_it_stands()
    {
        var id = await RunAsync("""
            {"handler":"noop","payload":{"a":"nul \u0000"},"delay":"2h","queue":"Zürich 🚲","priority":5,"timeout":30,"maxAttempts":4,
             "metadata":{"m":"\u0000"},"tags":["t"],"name":"n","description":"日本語\t\"x\""}
            """);
        var run = (await Api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("scheduled", "Zürich 🚲", 5, 4), (run.GetProperty("state").GetString(), run.GetProperty("queue").GetString(), run.GetProperty("priority").GetInt32(), run.GetProperty("maxAttempts").GetInt32()));
        Assert.Equal(TimeSpan.FromHours(2), run.GetProperty("dueAt").GetDateTimeOffset() - run.GetProperty("enqueuedAt").GetDateTimeOffset());
        Assert.Equal("""{"a":"nul \u0000"}""", run.GetProperty("payload").GetRawText());
        Assert.Equal("""{"m":"\u0000"}""", run.GetProperty("metadata").GetRawText());
        Assert.Equal(("30s", "local", "日本語\t\"x\""), (run.GetProperty("timeout").GetString(), run.GetProperty("requestedBy").GetString(), run.GetProperty("description").GetString()));
        foreach (var list in new[] { "attempts", "steps", "log" })
        {
            Assert.Empty(run.GetProperty(list).EnumerateArray());
        }

        Assert.Single((await Api.GetAsync($"/api/runs?queue={Uri.EscapeDataString("Zürich 🚲")}")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    [Covers("POST /api/runs")]
    public async Task A_taken_idempotency_key_gives_the_existing_run_or_a_conflict_and_one_id_is_one_run()
    {
        var key = Unique("key");
        var body = $$"""{"handler":"noop","idempotencyKey":"{{key}}"}""";
        var first = (await Api.PostAsync("/api/runs", body)).Is(HttpStatusCode.Accepted);
        var second = (await Api.PostAsync("/api/runs", body)).Is(HttpStatusCode.OK);
        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal("existing", second.GetProperty("outcome").GetString());
        var third = await Api.PostAsync("/api/runs", $$"""{"handler":"noop","idempotencyKey":"{{key}}","onDuplicate":"reject"}""");
        third.Is(HttpStatusCode.Conflict);
        Assert.Equal("duplicate", third.Code);

        var same = $$"""{"handler":"noop","id":"{{RunId.New(TimeProvider.System.GetUtcNow())}}"}""";
        (await Api.PostAsync("/api/runs", same)).Is(HttpStatusCode.Accepted);
        Assert.Equal("repeated", (await Api.PostAsync("/api/runs", same)).Is(HttpStatusCode.Accepted).GetProperty("outcome").GetString());
    }

    [Fact]
    [Covers("POST /api/runs/batch")]
    [Covers("GET /api/runs")]
    public async Task A_batch_answers_in_order_and_is_listed_newest_first_page_by_page_and_by_filter()
    {
        var tag = Unique("batch");
        var runs = string.Join(',', Enumerable.Range(0, 5).Select(i =>
            $$"""{"handler":"{{(i == 4 ? "email" : "noop")}}","tags":["{{tag}}"],"delay":"1h","priority":{{i}},"payload":{"to":"a@example.com","subject":"s","text":"b"},"queue":"q{{i % 2}}"}"""));
        var made = (await Api.PostAsync("/api/runs/batch", $"{{\"runs\":[{runs}]}}")).Is(HttpStatusCode.Accepted).GetProperty("runs").EnumerateArray()
            .Select(run => run.GetProperty("id").GetString()).ToList();
        Assert.Equal(4, (await Api.GetAsync($"/api/runs/{made[4]}")).Is(HttpStatusCode.OK).GetProperty("priority").GetInt32());

        var seen = new List<string?>();
        for (var path = $"/api/runs?tag={tag}&limit=2"; path is not null;)
        {
            var page = (await Api.GetAsync(path)).Is(HttpStatusCode.OK);
            seen.AddRange(Ids(page));
            path = page.TryGetProperty("next", out var cursor) ? $"/api/runs?tag={tag}&limit=2&cursor={cursor.GetString()}" : null!;
        }

        Assert.Equal(made.AsEnumerable().Reverse(), seen);
        foreach (var (query, expected) in new[]
        {
            ("handler=email", made.Skip(4)), ("queue=q1", made.Where((_, i) => i % 2 == 1)), ("state=scheduled", made), ("state=failed,dead", []),
            ("since=2020-01-01T00:00:00%2B01:00", made), ("until=2020-01-01T00:00:00Z", []),
            ("filter={\"field\":\"queue\",\"operator\":\"contains\",\"value\":\"Q1\"}", made.Where((_, i) => i % 2 == 1)),
            ("filter={\"group\":\"OR\",\"conditions\":[{\"field\":\"handler\",\"value\":\"email\"},{\"field\":\"queue\",\"operator\":\"=\",\"value\":\"q1\"}]}", made.Where((_, i) => i is 1 or 3 or 4)),
            ("filter={\"field\":\"queue\",\"value\":\"q1' or '1'='1\"}", []),
        })
        {
            Assert.Equal(expected.Order(), Ids((await Api.GetAsync($"/api/runs?tag={tag}&{query}")).Is(HttpStatusCode.OK)).Order());
        }

        static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("items").EnumerateArray().Select(run => run.GetProperty("id").GetString());
    }

    [Fact]
    [Covers("GET /api/runs/{id}")]
    [Covers("GET /api/runs/{id}/log")]
    public async Task A_run_shows_its_attempts_steps_progress_and_log_and_the_log_goes_on_page_by_page()
    {
        var id = await RunAsync("""{"handler":"work","payload":[1]}""");
        var run = await EndAsync(id);
        Assert.Equal(("completed", "[1]"), (run.GetProperty("state").GetString(), run.GetProperty("result").GetRawText()));
        Assert.Equal((40, "loading"), (run.GetProperty("progress").GetInt32(), run.GetProperty("progressMessage").GetString()));
        var step = run.GetProperty("steps")[0];
        Assert.Equal(("load", "completed", "5"), (step.GetProperty("name").GetString(), step.GetProperty("status").GetString(), step.GetProperty("result").GetRawText()));
        Assert.Equal("completed", run.GetProperty("attempts")[0].GetProperty("outcome").GetString());
        Assert.Equal(200, run.GetProperty("log").GetArrayLength());

        var rest = (await Api.GetAsync($"/api/runs/{id}/log?after={run.GetProperty("logNext").GetInt64()}")).Is(HttpStatusCode.OK);
        Assert.Equal("line 250", rest.GetProperty("items").EnumerateArray().Last().GetProperty("text").GetString());
        Assert.False(rest.TryGetProperty("next", out _));
        Assert.Empty((await Api.GetAsync($"/api/runs/{id}/log?after=99999")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
    }

    [Fact]
    [Covers("POST /api/runs/{id}/retry")]
    [Covers("POST /api/runs/{id}/cancel")]
    public async Task An_ended_run_cannot_be_cancelled_but_retried_and_a_live_one_the_other_way_round()
    {
        var ended = await RunAsync("""{"handler":"boom","maxAttempts":1}""");
        var dead = await EndAsync(ended);
        Assert.Equal(("dead", "Boom"), (dead.GetProperty("state").GetString(), dead.GetProperty("error").GetProperty("message").GetString()));
        var cancel = await Api.PostAsync($"/api/runs/{ended}/cancel");
        cancel.Is(HttpStatusCode.Conflict);
        Assert.Equal("run_ended", cancel.Code);
        var retry = await Api.PostAsync($"/api/runs/{ended}/retry");
        var again = retry.Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        Assert.NotEqual(ended, again);
        Assert.Equal($"/api/runs/{again}", retry.Response.Headers.Location?.OriginalString);
        Assert.Equal("dead", (await EndAsync(again)).GetProperty("state").GetString());

        var live = await RunAsync("""{"handler":"wait"}""");
        await RunningAsync(live);
        var refused = await Api.PostAsync($"/api/runs/{live}/retry", "{}");
        refused.Is(HttpStatusCode.Conflict);
        Assert.Equal("not_ended", refused.Code);
        (await Api.PostAsync($"/api/runs/{live}/cancel", """{"reason":"now","cancelledBy":"alice"}""")).Is(HttpStatusCode.Accepted);
        var cancelled = (await EndAsync(live)).GetProperty("cancel");
        Assert.Equal(("alice (local)", "now"), (cancelled.GetProperty("by").GetString(), cancelled.GetProperty("reason").GetString()));
    }

    [Fact]
    [Covers("GET /api/runs/{id}/explain")]
    [Covers("GET /api/queues")]
    [Covers("POST /api/queues/{name}/pause")]
    [Covers("POST /api/queues/{name}/resume")]
    [Covers("PUT /api/queues/{name}/limits")]
    public async Task A_paused_queue_holds_its_runs_and_says_so_and_limits_are_shown()
    {
        var queue = Unique("mail");
        (await Api.PostAsync($"/api/queues/{queue}/pause", """{"reason":"spam"}""")).Is(HttpStatusCode.NoContent);
        (await Api.PutAsync($"/api/queues/{queue}/limits", """{"maxConcurrency":3,"rate":10,"rateInterval":"1m","burst":20,"weight":2}""")).Is(HttpStatusCode.NoContent);
        var id = await HeldAsync($$"""{"handler":"noop","queue":"{{queue}}"}""", "queue_paused");
        var shown = await QueueAsync();
        Assert.Equal(("spam", 1), (shown.GetProperty("pause").GetProperty("reason").GetString(), shown.GetProperty("queued").GetInt32()));
        Assert.Equal("""{"maxConcurrency":3,"rate":10,"rateInterval":"1m","burst":20,"weight":2}""", shown.GetProperty("limits").GetRawText());
        (await Api.PostAsync($"/api/queues/{queue}/resume")).Is(HttpStatusCode.NoContent);
        Assert.Equal("completed", (await EndAsync(id)).GetProperty("state").GetString());
        (await Api.PutAsync($"/api/queues/{queue}/limits", "{}")).Is(HttpStatusCode.NoContent);
        Assert.Equal("""{"weight":1}""", (await QueueAsync()).GetProperty("limits").GetRawText());

        async Task<JsonElement> QueueAsync() => (await Api.GetAsync("/api/queues")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == queue);
    }

    [Theory]
    [InlineData("tenant", "")]
    [InlineData("all", ""","scope":"all" """)]
    [Covers("GET /api/pause")]
    [Covers("POST /api/pause")]
    [Covers("POST /api/resume")]
    public async Task Everything_is_paused_and_resumed(string whose, string scope)
    {
        (await Api.PostAsync("/api/pause", $$"""{"reason":"fire"{{scope}}}""")).Is(HttpStatusCode.NoContent);
        string id;
        try
        {
            id = await HeldAsync("""{"handler":"noop"}""", "fire");
            var pause = Assert.Single((await Api.GetAsync("/api/pause")).Is(HttpStatusCode.OK).EnumerateObject());
            Assert.Equal((whose, "local", "fire"), (pause.Name, pause.Value.GetProperty("by").GetString(), pause.Value.GetProperty("reason").GetString()));
            Assert.Contains("is paused</b>", (await Api.GetAsync("/queues")).Text, StringComparison.Ordinal);
        }
        finally
        {
            (await Api.PostAsync("/api/resume", $$"""{"reason":"out"{{scope}}}""")).Is(HttpStatusCode.NoContent);
        }

        Assert.Equal("{}", (await Api.GetAsync("/api/pause")).Is(HttpStatusCode.OK).GetRawText());
        Assert.Equal("completed", (await EndAsync(id)).GetProperty("state").GetString());
    }

    /// <summary>Asks for runs until one is held for a reason: a pause is stored when it is answered, and heard by the queues a moment later.</summary>
    private async Task<string> HeldAsync(string body, string reason)
    {
        while (true)
        {
            var id = await RunAsync(body);
            if ((await Api.GetAsync($"/api/runs/{id}/explain")).Is(HttpStatusCode.OK).GetRawText().Contains(reason, StringComparison.Ordinal))
            {
                return id;
            }
        }
    }

    [Fact]
    public async Task An_empty_body_is_fine_where_nothing_has_to_be_said()
    {
        var name = await JobAsync("bodiless");
        (await Api.PostAsync($"/api/jobs/{name}/trigger")).Is(HttpStatusCode.Accepted);
        (await Api.PostAsync($"/api/jobs/{name}/pause")).Is(HttpStatusCode.OK);
        (await Api.PostAsync("/api/job_logs/list")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_payload_at_the_limit_and_one_as_deep_as_accepted_come_back()
    {
        var deep = $"{new string('[', JsonText.MaxDepth - 1)}{new string(']', JsonText.MaxDepth - 1)}";
        var long_ = $"\"{new string('x', Hosts.TestSettings.MaxPayloadBytes - 2)}\"";
        foreach (var payload in new[] { deep, long_ })
        {
            var id = await RunAsync($"{{\"handler\":\"noop\",\"payload\":{payload}}}");
            Assert.Equal(payload, (await EndAsync(id)).GetProperty("payload").GetRawText());
        }

        // Lists too stay within the depth that readers accept by default.
        Assert.Contains(deep, (await Api.GetAsync("/api/runs")).Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    [Covers("POST /api/operations")]
    [Covers("GET /api/operations")]
    [Covers("GET /api/operations/{id}")]
    public async Task Many_runs_are_retried_by_a_filter_after_they_were_counted()
    {
        var tag = Unique("many");
        for (var i = 0; i < 3; i++)
        {
            await EndAsync(await RunAsync($$"""{"handler":"fail","tags":["{{tag}}"]}"""));
        }

        await EndAsync(await RunAsync($$"""{"handler":"noop","tags":["{{tag}}"]}"""));
        var filter = $$"""{"state":"failed,dead","tag":"{{tag}}"}""";
        var counted = (await Api.PostAsync("/api/operations", $$"""{"action":"retry","filter":{{filter}},"dryRun":true}""")).Is(HttpStatusCode.OK);
        Assert.Equal("""{"matched":3}""", counted.GetRawText());
        var begun = (await Api.PostAsync("/api/operations", $$"""{"action":"retry","filter":{{filter}},"reason":"the disk is back"}""")).Is(HttpStatusCode.Accepted);
        var id = begun.GetProperty("id").GetString()!;
        Assert.Equal(("running", 3), (begun.GetProperty("state").GetString(), begun.GetProperty("matched").GetInt32()));
        JsonElement shown;
        do
        {
            shown = (await Api.GetAsync($"/api/operations/{id}")).Is(HttpStatusCode.OK);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
        while (shown.GetProperty("state").GetString() != "completed");
        Assert.Equal((3, 0), (shown.GetProperty("done").GetInt32(), shown.GetProperty("failed").GetInt32()));
        Assert.Equal(7, (await Api.GetAsync($"/api/runs?tag={tag}")).Is(HttpStatusCode.OK).GetProperty("items").GetArrayLength());
        Assert.Contains(
            (await Api.GetAsync("/api/operations")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == id);
        Assert.Equal(
            HttpStatusCode.NotFound, (await Api.GetAsync("/api/operations/01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01")).Status);
    }

    [Fact]
    [Covers("GET /api/health")]
    [Covers("GET /health/live")]
    [Covers("GET /health/ready")]
    [Covers("GET /metrics")]
    [Covers("GET /api/alarms")]
    [Covers("GET /openapi/{documentName}.json")]
    public async Task Health_and_description_answer()
    {
        await EndAsync(await RunAsync("""{"handler":"noop"}"""));
        var health = (await Api.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal("ok", health.GetProperty("status").GetString());
        var jobs = health.GetProperty("jobs");
        Assert.Equal(["scheduler_running", "registered_jobs", "last_run"], jobs.EnumerateObject().Select(p => p.Name));
        Assert.True(jobs.GetProperty("scheduler_running").GetBoolean());
        Assert.Equal(JsonValueKind.String, jobs.GetProperty("last_run").ValueKind);
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            Assert.Equal("""{"status":"ok"}""", (await Api.GetAsync(path)).Text);
        }

        Assert.Empty((await Api.GetAsync("/api/alarms?state=all")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Contains("# TYPE silos_queue_depth gauge\n", (await Api.GetAsync("/metrics")).Text, StringComparison.Ordinal);
        Assert.True((await Api.GetAsync("/openapi/v1.json")).Is(HttpStatusCode.OK).GetProperty("paths").EnumerateObject().Count() > 20);
    }
}
