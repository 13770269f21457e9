using System.Net;
using System.Text.Json;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>Jobs and schedules.</summary>
public abstract partial class ApiSuite<THost>
{
    private const string Nightly = """
        {"description":"Totals","schedules":["30 1 * * *"],"timeZone":"Europe/Dublin","handler":"noop","payload":{"a":[1,2]},
         "timeout":"5m","retry":{"maxAttempts":5,"initialInterval":"1s","coefficient":2.0,"maxInterval":"60s"},
         "overlap":"skip","catchUp":{"policy":"last","window":"1h"},"tags":["t"],"pauseAfterFailures":3}
        """;

    [Fact]
    [Covers("PUT /api/jobs/{name}")]
    [Covers("GET /api/jobs/{name}")]
    public async Task Putting_a_job_creates_it_and_what_is_shown_can_be_put_again_unchanged()
    {
        var name = Unique("nightly report ä");
        var path = $"/api/jobs/{Uri.EscapeDataString(name)}";
        var created = await Api.PutAsync(path, Nightly);
        var job = created.Is(HttpStatusCode.Created);
        Assert.Equal(path, created.Response.Headers.Location?.OriginalString);
        Assert.Equal((name, "IDLE", "api"), (job.GetProperty("name").GetString(), job.GetProperty("status").GetString(), job.GetProperty("source").GetString()));
        Assert.Equal("Europe/Dublin", job.GetProperty("definition").GetProperty("schedules")[0].GetProperty("timeZone").GetString());
        Assert.Equal("""{"a":[1,2]}""", job.GetProperty("definition").GetProperty("payload").GetRawText());
        Assert.True(job.GetProperty("nextDue").GetDateTimeOffset() > job.GetProperty("createdAt").GetDateTimeOffset());
        var shown = (await Api.GetAsync(path)).Is(HttpStatusCode.OK).GetProperty("definition").GetRawText();
        var again = (await Api.PutAsync(path, shown)).Is(HttpStatusCode.OK).GetProperty("definition").GetRawText();
        Assert.Equal(shown, again);

        var changed = (await Api.PutAsync(path, """{"handler":"noop"}""")).Is(HttpStatusCode.OK);
        Assert.Empty(changed.GetProperty("definition").GetProperty("schedules").EnumerateArray());
        Assert.False(changed.TryGetProperty("nextDue", out _));
    }

    [Fact]
    [Covers("GET /api/jobs")]
    public async Task Jobs_are_listed_by_name_page_by_page_and_by_search_source_and_tag()
    {
        var mark = Unique("page%_'");
        foreach (var letter in new[] { "c", "a", "b" })
        {
            var body = letter == "c" ? """{"handler":"noop","tags":["rare"]}""" : """{"handler":"noop"}""";
            (await Api.PutAsync($"/api/jobs/{Uri.EscapeDataString(mark + letter)}", body)).Is(HttpStatusCode.Created);
        }

        var search = $"/api/jobs?search={Uri.EscapeDataString(mark.ToUpperInvariant())}";
        var first = (await Api.GetAsync($"{search}&limit=2")).Is(HttpStatusCode.OK);
        Assert.Equal([$"{mark}a", $"{mark}b"], Names(first));
        var second = (await Api.GetAsync($"{search}&limit=2&after={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}")).Is(HttpStatusCode.OK);
        Assert.Equal([$"{mark}c"], Names(second));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal([$"{mark}c"], Names((await Api.GetAsync($"{search}&tag=rare")).Is(HttpStatusCode.OK)));
        Assert.Equal(3, Names((await Api.GetAsync($"{search}&source=api")).Is(HttpStatusCode.OK)).Count());
        Assert.Empty(Names((await Api.GetAsync($"{search}&source=code")).Is(HttpStatusCode.OK)));

        static IEnumerable<string?> Names(JsonElement list) =>
            list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString());
    }

    [Fact]
    [Covers("DELETE /api/jobs/{name}")]
    public async Task Deleting_answers_with_nothing_and_then_it_is_gone()
    {
        var name = await JobAsync("gone");
        (await Api.SendAsync(HttpMethod.Delete, $"/api/jobs/{name}", null)).Is(HttpStatusCode.NoContent);
        (await Api.GetAsync($"/api/jobs/{name}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    [Covers("POST /api/jobs/{name}/trigger")]
    public async Task A_trigger_is_accepted_with_the_id_of_its_run_which_has_the_payload()
    {
        var name = await JobAsync("triggered", """{"handler":"noop","payload":{"own":true}}""");
        var id = RunId.New(TimeProvider.System.GetUtcNow()).ToString();
        var reply = await Api.PostAsync($"/api/jobs/{name}/trigger", $$"""{"payload":{"x":1},"overlap":"queue_all","id":"{{id}}"}""");
        Assert.Equal(id, reply.Is(HttpStatusCode.Accepted).GetProperty("id").GetString());
        Assert.Equal($"/api/runs/{id}", reply.Response.Headers.Location?.OriginalString);
        var run = await EndAsync(id);
        Assert.Equal(("completed", name, "local"), (run.GetProperty("state").GetString(), run.GetProperty("job").GetString(), run.GetProperty("requestedBy").GetString()));
        Assert.Equal("""{"x":1}""", run.GetProperty("payload").GetRawText());
        var job = (await Api.GetAsync($"/api/jobs/{name}")).Is(HttpStatusCode.OK);
        Assert.Equal(id, job.GetProperty("lastRun").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"30s\"")]
    [InlineData("30")]
    [InlineData("\"PT30S\"")]
    [Covers("POST /api/jobs/{name}/trigger")]
    public async Task A_trigger_that_waits_is_answered_with_the_outcome(string wait)
    {
        var name = await JobAsync("awaited");
        var run = (await Api.PostAsync($"/api/jobs/{name}/trigger", $"{{\"wait\":{wait}}}")).Is(HttpStatusCode.OK);
        Assert.Equal("completed", run.GetProperty("state").GetString());
        Assert.Equal("""{"rows":3}""", run.GetProperty("result").GetRawText());
    }

    [Fact]
    [Covers("POST /api/jobs/{name}/trigger")]
    public async Task A_running_job_refuses_a_second_trigger_unless_that_brings_another_overlap()
    {
        var name = await JobAsync("busy", """{"handler":"wait"}""");
        var first = (await Api.PostAsync($"/api/jobs/{name}/trigger")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        await RunningAsync(first);
        Assert.Equal("RUNNING", (await Api.GetAsync($"/api/jobs/{name}")).Json.GetProperty("status").GetString());
        var refused = await Api.PostAsync($"/api/jobs/{name}/trigger", """{"wait":"1s"}""");
        refused.Is(HttpStatusCode.Conflict);
        Assert.Equal("job_already_running", refused.Code);
        Assert.Contains("job already running", refused.Detail, StringComparison.Ordinal);
        var second = (await Api.PostAsync($"/api/jobs/{name}/trigger", """{"overlap":"allow","wait":0.1}""")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        foreach (var run in new[] { first, second })
        {
            (await Api.PostAsync($"/api/runs/{run}/cancel")).Is(HttpStatusCode.Accepted);
            Assert.Equal("cancelled", (await EndAsync(run)).GetProperty("state").GetString());
        }
    }

    [Fact]
    [Covers("POST /api/jobs/{name}/pause")]
    [Covers("POST /api/jobs/{name}/resume")]
    [Covers("GET /api/jobs/{name}/explain")]
    public async Task Pause_and_resume_say_who_and_why_and_explain_tells()
    {
        var name = await JobAsync("paused");
        var paused = (await Api.PostAsync($"/api/jobs/{name}/pause", """{"reason":"night shift"}""")).Is(HttpStatusCode.OK).GetProperty("pause");
        Assert.Equal(("night shift", "local"), (paused.GetProperty("reason").GetString(), paused.GetProperty("by").GetString()));
        var blockers = (await Api.GetAsync($"/api/jobs/{name}/explain")).Is(HttpStatusCode.OK).GetProperty("blockers");
        Assert.Equal("job_paused", blockers[0].GetProperty("code").GetString());
        Assert.False((await Api.PostAsync($"/api/jobs/{name}/resume")).Is(HttpStatusCode.OK).TryGetProperty("pause", out _));
    }

    [Fact]
    [Covers("POST /api/jobs/{name}/backfill")]
    [Covers("GET /api/jobs/{name}/occurrences")]
    public async Task Backfill_counts_when_dry_makes_runs_when_not_and_the_ledger_lists_them_latest_first()
    {
        var name = await JobAsync("backfilled", """{"handler":"noop","schedule":"0 * * * *","timeZone":"UTC"}""");
        const string range = "\"from\":\"2026-01-01T02:00:00+01:00\",\"to\":\"2026-01-01T03:00:00Z\"";
        var dry = (await Api.PostAsync($"/api/jobs/{name}/backfill", $"{{{range},\"dryRun\":true}}")).Is(HttpStatusCode.OK);
        Assert.Equal((3, 0), (dry.GetProperty("count").GetInt32(), dry.GetProperty("runs").GetArrayLength()));
        var made = (await Api.PostAsync($"/api/jobs/{name}/backfill", $"{{{range}}}")).Is(HttpStatusCode.Accepted).GetProperty("runs");
        Assert.Equal(3, made.GetArrayLength());
        Assert.Equal("completed", (await EndAsync(made[0].GetString()!)).GetProperty("state").GetString());

        var first = (await Api.GetAsync($"/api/jobs/{name}/occurrences?limit=2&before=2026-01-02T00:00:00Z")).Is(HttpStatusCode.OK);
        Assert.Equal(["2026-01-01T03:00:00.000Z", "2026-01-01T02:00:00.000Z"], Due(first));
        var second = (await Api.GetAsync($"/api/jobs/{name}/occurrences?limit=2&before={first.GetProperty("next").GetString()}")).Is(HttpStatusCode.OK);
        Assert.Equal(["2026-01-01T01:00:00.000Z"], Due(second));
        Assert.False(second.TryGetProperty("next", out _));

        static IEnumerable<string?> Due(JsonElement list) =>
            list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("dueAt").GetString());
    }

    [Fact]
    public async Task A_backfill_that_is_repeated_with_its_key_makes_nothing_twice()
    {
        var name = await JobAsync("repeated", """{"handler":"noop","schedule":"0 * * * *","timeZone":"UTC"}""");
        var first = await MakeAsync("key-1");
        Assert.Equal(3, first.Length);
        foreach (var run in first)
        {
            await EndAsync(run!);
        }

        Assert.Equal(first, await MakeAsync("key-1"));
        Assert.Empty(first.Intersect(await MakeAsync("key-2")));
        var runs = (await Api.GetAsync($"/api/runs?job={name}")).Is(HttpStatusCode.OK).GetProperty("items");
        Assert.Equal(6, runs.GetArrayLength());

        async Task<string?[]> MakeAsync(string key) =>
        [
            .. (await Api.SendAsync(
                HttpMethod.Post,
                $"/api/jobs/{name}/backfill",
                """{"from":"2026-01-01T01:00:00Z","to":"2026-01-01T03:00:00Z"}""",
                change: request => request.Headers.Add("Idempotency-Key", key)))
                .Is(HttpStatusCode.Accepted).GetProperty("runs").EnumerateArray().Select(run => run.GetString()),
        ];
    }

    [Fact]
    [Covers("GET /api/jobs/{name}/definitions")]
    public async Task The_history_of_a_job_tells_who_changed_which_field_page_by_page()
    {
        const string first = """{"handler":"noop","schedule":"@daily","payload":{"folder":"/a","deep":{"x":1}}}""";
        var name = await JobAsync("changed", first);
        var path = $"/api/jobs/{name}";
        (await Api.PutAsync(path, first)).Is(HttpStatusCode.OK);
        (await Api.PostAsync($"{path}/pause")).Is(HttpStatusCode.OK);
        (await Api.PutAsync(path, """{"handler":"noop","schedule":"@hourly","payload":{"folder":"/b","deep":{"x":1}},"priority":5,"timeout":"5m","tags":["t"]}""")).Is(HttpStatusCode.OK);

        var history = (await Api.GetAsync($"{path}/definitions")).Is(HttpStatusCode.OK);
        Assert.False(history.TryGetProperty("next", out _));
        var items = history.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([2, 1], items.Select(item => item.GetProperty("version").GetInt64()));
        Assert.All(items, item => Assert.Equal(("local", "api"), (item.GetProperty("by").GetString(), item.GetProperty("source").GetString())));
        Assert.Equal(
            """[{"field":"payload.folder","before":"/a","after":"/b"},{"field":"schedules","before":["@daily"],"after":["@hourly"]},{"field":"priority","before":0,"after":5},{"field":"timeout","after":"5m"},{"field":"tags","before":[],"after":["t"]}]""",
            items[0].GetProperty("changes").GetRawText());
        Assert.Equal("[]", items[1].GetProperty("changes").GetRawText());
        Assert.True(items[0].GetProperty("at").GetDateTimeOffset() >= items[1].GetProperty("at").GetDateTimeOffset());
        Assert.Equal((await Api.GetAsync(path)).Json.GetProperty("definition").GetRawText(), items[0].GetProperty("definition").GetRawText());
        Assert.Equal("@daily", items[1].GetProperty("definition").GetProperty("schedules")[0].GetProperty("expression").GetString());

        var newest = (await Api.GetAsync($"{path}/definitions?limit=1")).Is(HttpStatusCode.OK);
        Assert.Equal(items[0].GetRawText(), Assert.Single(newest.GetProperty("items").EnumerateArray()).GetRawText());
        var oldest = (await Api.GetAsync($"{path}/definitions?limit=1&before={newest.GetProperty("next").GetInt64()}")).Is(HttpStatusCode.OK);
        Assert.Equal(items[1].GetRawText(), Assert.Single(oldest.GetProperty("items").EnumerateArray()).GetRawText());
        Assert.False(oldest.TryGetProperty("next", out _));
        (await Api.GetAsync("/api/jobs/nobody/definitions")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    [Covers("GET /api/jobs/{name}/preview")]
    public async Task A_preview_shows_instants_on_the_zones_clock_and_marks_clock_changes()
    {
        var name = await JobAsync("previewed", """{"handler":"noop","schedule":"30 1 * * *","timeZone":"Europe/Dublin"}""");
        var shown = (await Api.GetAsync($"/api/jobs/{name}/preview?count=2&from=2026-03-28T12:00:00Z")).Is(HttpStatusCode.OK).GetProperty("occurrences");
        Assert.Equal("2026-03-29T01:00:00.000Z", shown[0].GetProperty("instant").GetString());
        Assert.Equal("2026-03-29T02:00:00.000+01:00", shown[0].GetProperty("local").GetString());
        Assert.Equal("daylight_saving_gap", shown[0].GetProperty("marks")[0].GetString());
        Assert.Equal("2026-03-30T00:30:00.000Z", shown[1].GetProperty("instant").GetString());
    }

    [Fact]
    [Covers("GET /api/schedules/preview")]
    public async Task An_expression_is_explained_with_its_next_instants()
    {
        var reply = (await Api.GetAsync("/api/schedules/preview?expression=0%202%20*%20*%20*&timeZone=Europe/Paris&from=2026-01-01T00:00:00%2B01:00&count=2"))
            .Is(HttpStatusCode.OK);
        Assert.Equal("Europe/Paris", reply.GetProperty("timeZone").GetString());
        Assert.NotEqual(string.Empty, reply.GetProperty("explanation").GetString());
        Assert.Equal(
            ["2026-01-01T01:00:00.000Z", "2026-01-02T01:00:00.000Z"],
            reply.GetProperty("occurrences").EnumerateArray().Select(o => o.GetProperty("instant").GetString()));
    }

    [Theory]
    [InlineData("""{"handler":"patient","retry":{"maxAttempts":5}}""")]
    [InlineData("""{"handler":"patient","retry":5}""")]
    public async Task A_job_that_only_says_how_many_attempts_keeps_the_back_off_of_its_handler(string definition)
    {
        var name = await JobAsync("stubborn", definition);
        Assert.Equal(
            """{"maxAttempts":5}""",
            (await Api.GetAsync($"/api/jobs/{name}")).Json.GetProperty("definition").GetProperty("retry").GetRawText());
        await WaitsTwoHoursAsync((await Api.PostAsync($"/api/jobs/{name}/trigger")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!);
    }

    [Theory]
    [InlineData("""{"handler":"patient","maxAttempts":5}""")]
    [InlineData("""{"handler":"patient","retry":{"maxAttempts":5}}""")]
    [InlineData("""{"handler":"patient","retry":5}""")]
    public async Task A_run_that_only_says_how_many_attempts_keeps_the_back_off_of_its_handler(string body) =>
        await WaitsTwoHoursAsync(await RunAsync(body));

    private async Task WaitsTwoHoursAsync(string run)
    {
        JsonElement details;
        do
        {
            details = (await Api.GetAsync($"/api/runs/{run}")).Is(HttpStatusCode.OK);
        }
        while ((details.GetProperty("state").GetString() != "scheduled" || details.GetProperty("attempts").GetArrayLength() == 0)
            && !ApiCaller.Cancelled.IsCancellationRequested);

        Assert.Equal(("scheduled", 5), (details.GetProperty("state").GetString(), details.GetProperty("maxAttempts").GetInt32()));
        var wait = details.GetProperty("dueAt").GetDateTimeOffset() - details.GetProperty("attempts")[0].GetProperty("endedAt").GetDateTimeOffset();
        Assert.Equal(TimeSpan.FromHours(2), wait);
        (await Api.PostAsync($"/api/runs/{run}/cancel")).Is(HttpStatusCode.Accepted);
    }
}
