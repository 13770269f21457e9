using System.Net;
using System.Text.Json;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Jobs;

public sealed class JobEndpointTests
{
    private const string Nightly = """
        {"name":"nightly report","description":"Totals","schedules":["30 1 * * *"],"timeZone":"Europe/Dublin","handler":"noop","payload":{"a":[1,2]},
         "timeout":"5m","retry":{"maxAttempts":5,"initialInterval":"1s","coefficient":2.0,"maxInterval":"60s"},
         "overlap":"skip","catchUp":{"policy":"last","window":"1h"}}
        """;

    [Fact]
    public async Task Putting_a_job_creates_it_and_putting_it_again_changes_it()
    {
        await using var api = await TestApi.StartAsync();
        var created = await api.PutAsync("/api/jobs/nightly%20report", Nightly);
        var job = created.Is(HttpStatusCode.Created);
        Assert.Equal("/api/jobs/nightly%20report", created.Response.Headers.Location?.OriginalString);
        Assert.Equal("nightly report", job.GetProperty("name").GetString());
        Assert.Equal("IDLE", job.GetProperty("status").GetString());
        Assert.Equal("api", job.GetProperty("source").GetString());
        Assert.Equal("Europe/Dublin", job.GetProperty("definition").GetProperty("schedules")[0].GetProperty("timeZone").GetString());
        Assert.Equal("""{"a":[1,2]}""", job.GetProperty("definition").GetProperty("payload").GetRawText());

        var changed = (await api.PutAsync("/api/jobs/nightly%20report", """{"handler":"noop"}""")).Is(HttpStatusCode.OK);
        Assert.Empty(changed.GetProperty("definition").GetProperty("schedules").EnumerateArray());
    }

    [Fact]
    public async Task What_is_shown_can_be_put_again_unchanged()
    {
        await using var api = await TestApi.StartAsync();
        var first = (await api.PutAsync("/api/jobs/nightly%20report", Nightly)).Is(HttpStatusCode.Created).GetProperty("definition").GetRawText();
        var second = (await api.PutAsync("/api/jobs/nightly%20report", first)).Is(HttpStatusCode.OK).GetProperty("definition").GetRawText();
        Assert.Equal(first, second);
    }

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
    public async Task Jobs_are_listed_by_name_page_by_page_and_by_search_source_and_tag()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var name in new[] { "c", "a", "b" })
        {
            await api.Client.SeedJobAsync(name, job => job with
            {
                Source = name == "b" ? "api" : "code",
                Definition = job.Definition with { Tags = name == "c" ? ["x"] : [] },
            });
        }

        var first = (await api.GetAsync("/api/jobs?limit=2")).Is(HttpStatusCode.OK);
        Assert.Equal(["a", "b"], Names(first));
        var second = (await api.GetAsync($"/api/jobs?limit=2&after={first.GetProperty("next").GetString()}")).Is(HttpStatusCode.OK);
        Assert.Equal(["c"], Names(second));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal(["b"], Names((await api.GetAsync("/api/jobs?source=api")).Json));
        Assert.Equal(["c"], Names((await api.GetAsync("/api/jobs?tag=x")).Json));
        Assert.Equal(["a"], Names((await api.GetAsync("/api/jobs?search=A")).Json));

        static IEnumerable<string?> Names(JsonElement list) =>
            list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Deleting_answers_with_nothing_and_then_it_is_gone()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        (await api.SendAsync(HttpMethod.Delete, "/api/jobs/a", null)).Is(HttpStatusCode.NoContent);
        (await api.GetAsync("/api/jobs/a")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_trigger_is_accepted_with_the_id_of_its_run()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        var id = RunId.New(TestApi.Noon).ToString();
        var reply = await api.PostAsync("/api/jobs/a/trigger", $$"""{"payload":{"x":1},"overlap":"queue_all","id":"{{id}}"}""");
        Assert.Equal(id, reply.Is(HttpStatusCode.Accepted).GetProperty("id").GetString());
        Assert.Equal($"/api/runs/{id}", reply.Response.Headers.Location?.OriginalString);
        Assert.Equal(["""trigger default/a {"x":1} QueueAll local"""], api.Client.Calls);
        (await api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_trigger_of_a_running_job_under_skip_is_told_job_already_running()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        api.Client.Busy.Add(JobName.Parse("a"));
        var reply = await api.PostAsync("/api/jobs/a/trigger", "{}");
        reply.Is(HttpStatusCode.Conflict);
        Assert.Equal("job_already_running", reply.Code);
        Assert.Contains("job already running", reply.Detail, StringComparison.Ordinal);
        (await api.PostAsync("/api/jobs/a/trigger", """{"overlap":"allow"}""")).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"30s\"")]
    [InlineData("30")]
    [InlineData("\"PT30S\"")]
    public async Task A_trigger_that_waits_is_answered_with_the_outcome(string wait)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        var asked = api.PostAsync("/api/jobs/a/trigger", $"{{\"wait\":{wait}}}");
        await Until(() => api.Client.Ending is not null);
        api.Client.Ending!.SetResult(Ended(RunState.Completed));
        var run = (await asked).Is(HttpStatusCode.OK);
        Assert.Equal("completed", run.GetProperty("state").GetString());
        Assert.Equal("""{"rows":3}""", run.GetProperty("result").GetRawText());
        Assert.Equal(1_500, run.GetProperty("durationMs").GetInt64());
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

    [Fact]
    public async Task Pause_and_resume_say_who_and_why_and_explain_tells()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        var paused = (await api.PostAsync("/api/jobs/a/pause", """{"reason":"night shift"}""")).Is(HttpStatusCode.OK);
        Assert.Equal("night shift", paused.GetProperty("pause").GetProperty("reason").GetString());
        Assert.Equal("local", paused.GetProperty("pause").GetProperty("by").GetString());
        var blockers = (await api.GetAsync("/api/jobs/a/explain")).Is(HttpStatusCode.OK).GetProperty("blockers");
        Assert.Equal("job_paused", blockers[0].GetProperty("code").GetString());
        var resumed = (await api.PostAsync("/api/jobs/a/resume")).Is(HttpStatusCode.OK);
        Assert.False(resumed.TryGetProperty("pause", out _));
    }

    [Fact]
    public async Task Backfill_counts_when_dry_and_makes_runs_when_not()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        const string range = "\"from\":\"2026-01-01T01:00:00+01:00\",\"to\":\"2026-01-01T03:00:00Z\"";
        var dry = (await api.PostAsync("/api/jobs/a/backfill", $"{{{range},\"dryRun\":true}}")).Is(HttpStatusCode.OK);
        Assert.Equal((2, 0), (dry.GetProperty("count").GetInt32(), dry.GetProperty("runs").GetArrayLength()));
        var made = (await api.PostAsync("/api/jobs/a/backfill", $"{{{range}}}")).Is(HttpStatusCode.Accepted);
        Assert.Equal(2, made.GetProperty("runs").GetArrayLength());
        Assert.Equal(["backfill 00 03 True local", "backfill 00 03 False local"], api.Client.Calls);
    }

    [Fact]
    public async Task The_ledger_is_listed_latest_first_page_by_page()
    {
        await using var api = await TestApi.StartAsync();
        var job = await api.Client.SeedJobAsync("a");
        var plan = new JobPlan
        {
            Key = job.Key,
            Version = job.Version,
            Cursor = TestApi.Noon.AddHours(3),
            NextDue = null,
            Now = TestApi.Noon.AddHours(3),
            Occurrences = [.. Enumerable.Range(0, 3).Select(i => new PlannedOccurrence(TestApi.Noon.AddHours(i), Verdict.Superseded))],
        };
        Assert.True((await api.Store.Jobs.PlanAsync([plan], TestApi.Cancelled))[0].Applied);

        var first = (await api.GetAsync("/api/jobs/a/occurrences?limit=2")).Is(HttpStatusCode.OK);
        Assert.Equal(["2026-03-02T14:00:00.000Z", "2026-03-02T13:00:00.000Z"], DueAt(first));
        Assert.Equal("superseded", first.GetProperty("items")[0].GetProperty("verdict").GetString());
        var second = (await api.GetAsync($"/api/jobs/a/occurrences?limit=2&before={first.GetProperty("next").GetString()}")).Is(HttpStatusCode.OK);
        Assert.Equal(["2026-03-02T12:00:00.000Z"], DueAt(second));
        Assert.False(second.TryGetProperty("next", out _));

        static IEnumerable<string?> DueAt(JsonElement list) =>
            list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("dueAt").GetString());
    }

    [Fact]
    public async Task A_preview_shows_instants_on_the_zones_clock_and_marks_clock_changes()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a", job => job with
        {
            Definition = job.Definition with { Schedules = [new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin" }] },
        });
        var shown = (await api.GetAsync("/api/jobs/a/preview?count=2&from=2026-03-28T12:00:00Z")).Is(HttpStatusCode.OK).GetProperty("occurrences");
        Assert.Equal("2026-03-29T01:00:00.000Z", shown[0].GetProperty("instant").GetString());
        Assert.Equal("2026-03-29T02:00:00.000+01:00", shown[0].GetProperty("local").GetString());
        Assert.Equal("daylight_saving_gap", shown[0].GetProperty("marks")[0].GetString());
        Assert.Equal("2026-03-30T00:30:00.000Z", shown[1].GetProperty("instant").GetString());
    }

    [Fact]
    public async Task An_expression_is_explained_with_its_next_instants()
    {
        await using var api = await TestApi.StartAsync();
        var reply = (await api.GetAsync("/api/schedules/preview?expression=0%202%20*%20*%20*&timeZone=Europe/Paris&from=2026-01-01T00:00:00%2B01:00&count=2"))
            .Is(HttpStatusCode.OK);
        Assert.Equal("Europe/Paris", reply.GetProperty("timeZone").GetString());
        Assert.NotEqual(string.Empty, reply.GetProperty("explanation").GetString());
        Assert.Equal(
            ["2026-01-01T01:00:00.000Z", "2026-01-02T01:00:00.000Z"],
            reply.GetProperty("occurrences").EnumerateArray().Select(o => o.GetProperty("instant").GetString()));
    }

    private static Run Ended(RunState state) => new()
    {
        Id = RunId.New(TestApi.Noon),
        Tenant = TenantId.Default,
        Handler = "noop",
        Queue = Silos.Queues.QueueName.Default,
        State = state,
        DueAt = TestApi.Noon,
        EnqueuedAt = TestApi.Noon,
        StartedAt = TestApi.Noon,
        EndedAt = TestApi.Noon.AddMilliseconds(1_500),
        Result = JsonText.Parse("""{"rows":3}"""),
    };

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            TestApi.Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
