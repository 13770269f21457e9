using System.Net;
using System.Text.Json;

namespace Silos.Web.Tests.Api;

/// <summary>The job log and the queue records, with the requests and answers that existing clients know, letter by letter.</summary>
public abstract partial class ApiSuite<THost>
{
    private static readonly string[] LogFields =
        ["id", "job_name", "status", "started_at", "ended_at", "duration", "error", "metadata", "created_at", "updated_at"];

    [Fact]
    [Covers("POST /api/job_logs/list")]
    [Covers("GET /api/job_logs/statistics")]
    public async Task The_job_log_lists_filters_and_counts_what_was_started_and_its_numbers_agree()
    {
        var mark = Unique("log'%_");
        var before = await StatisticsAsync();
        var ends = new Dictionary<string, string>();
        foreach (var (handler, word) in new[] { ("noop", "a"), ("fail", "b"), ("boom", "c"), ("wait", "d"), ("skip", "e"), ("wait", "f") })
        {
            var name = $"{mark}{word}";
            (await Api.PutAsync($"/api/jobs/{Uri.EscapeDataString(name)}", $$"""{"handler":"{{handler}}"}""")).Is(HttpStatusCode.Created);
            ends[word] = (await Api.PostAsync($"/api/jobs/{Uri.EscapeDataString(name)}/trigger")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        }

        // One that never started is in no log, and one that waits for another attempt is still running in its words.
        await RunAsync("""{"handler":"noop","delay":"2h"}""");
        foreach (var word in new[] { "d", "f" })
        {
            await RunningAsync(ends[word]);
        }

        (await Api.PostAsync($"/api/runs/{ends["d"]}/cancel")).Is(HttpStatusCode.Accepted);
        foreach (var word in new[] { "a", "b", "c", "d", "e" })
        {
            await EndAsync(ends[word]);
        }

        foreach (var (filter, names) in new[]
        {
            ("""{"field":"status","operator":"=","value":"completed"}""", "ae"),
            ("""{"field":"status","operator":"=","value":"failed"}""", "bcd"),
            ("""{"field":"status","operator":"!=","value":"completed"}""", "bcdf"),
            ("""{"field":"status","operator":"in","value":["running","completed"]}""", "aef"),
            ("""{"field":"error","operator":"contains","value":"DISK"}""", "b"),
            ("""{"field":"error","operator":"=","value":""}""", "adef"),
            ("""{"field":"duration","operator":">=","value":0}""", "abcde"),
            ("""{"field":"ended_at","operator":"<","value":"2020-03-02T13:00:00+01:00"}""", ""),
            ("""{"field":"started_at","operator":">","value":"2020-03-02T13:00:00+01:00"}""", "abcdef"),
            ("""{"group":"AND","conditions":[]}""", "abcdef"),
        })
        {
            var found = (await ListAsync($$$"""{"group":"AND","conditions":[{"field":"job_name","operator":"contains","value":"{{{mark}}}"},{{{filter}}}]}"""))
                .GetProperty("items").EnumerateArray().Select(item => item.GetProperty("job_name").GetString()![^1]).Order();
            Assert.Equal(names, string.Concat(found));
        }

        Assert.Equal(0, (await ListAsync("""{"field":"job_name","operator":"=","value":"' or '1'='1"}""")).GetProperty("total").GetInt32());
        var one = await ListAsync($$"""{"group":"AND","conditions":[{"field":"job_name","operator":"=","value":"{{mark}}b"}]}""");
        Assert.Equal((1, 20, 1), (one.GetProperty("page").GetInt32(), one.GetProperty("limit").GetInt32(), one.GetProperty("total").GetInt32()));
        var record = Assert.Single(one.GetProperty("items").EnumerateArray());
        Assert.Equal(LogFields, record.EnumerateObject().Select(p => p.Name));
        Assert.Equal((ends["b"], "failed", "Disk full"), (record.GetProperty("id").GetString(), record.GetProperty("status").GetString(), record.GetProperty("error").GetString()));

        var after = await StatisticsAsync();
        Assert.Equal(["total_runs", "successful", "failed", "by_job"], after.EnumerateObject().Select(p => p.Name));

        // Runs of other tests may still end meanwhile, but none of them begins.
        Assert.Equal(7, Grown("total_runs"));
        Assert.InRange(Grown("successful"), 2, int.MaxValue);
        Assert.InRange(Grown("failed"), 3, int.MaxValue);
        foreach (var (words, failed) in new[] { ("aef", 0), ("bcd", 1) })
        {
            foreach (var word in words)
            {
                Assert.Equal($$"""{"total":1,"failed":{{failed}}}""", after.GetProperty("by_job").GetProperty($"{mark}{word}").GetRawText());
            }
        }

        (await Api.PostAsync($"/api/runs/{ends["f"]}/cancel")).Is(HttpStatusCode.Accepted);
        await EndAsync(ends["f"]);

        int Grown(string field) => after.GetProperty(field).GetInt32() - before.GetProperty(field).GetInt32();
    }

    [Fact]
    [Covers("POST /api/job_logs/list")]
    public async Task Pages_of_the_job_log_are_counted_from_one_with_the_total()
    {
        var name = await JobAsync("paged");
        for (var i = 0; i < 5; i++)
        {
            (await Api.PostAsync($"/api/jobs/{name}/trigger", """{"wait":true}""")).Is(HttpStatusCode.OK);
        }

        foreach (var (page, items) in new[] { (1, 2), (3, 1), (1_000_000, 0) })
        {
            var data = (await Api.PostAsync(
                "/api/job_logs/list", $$$"""{"page":{{{page}}},"limit":2,"filter":{"field":"job_name","operator":"=","value":"{{{name}}}"}}""")).Is(HttpStatusCode.OK).GetProperty("data");
            Assert.Equal((items, 5), (data.GetProperty("items").GetArrayLength(), data.GetProperty("total").GetInt32()));
        }
    }

    [Fact]
    [Covers("POST /api/collections/queues/records")]
    public async Task The_documented_record_is_enqueued_and_answered_with_its_fields()
    {
        var reply = (await Api.PostAsync("/api/collections/queues/records", """
            {
                "name": "welcome_email",
                "description": "Send welcome email to new user",
                "payload": {
                  "type": "work",
                  "data": {
                    "to": "user@example.com",
                    "variables": { "name": "John Doe" }
                  },
                  "options": { "retry_count": 5, "timeout": 45 }
                }
              }
            """)).Is(HttpStatusCode.OK);
        Assert.Equal(
            ["id", "name", "description", "payload", "attempts", "reserved_at", "created", "updated"],
            reply.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("welcome_email", "work", 0), (reply.GetProperty("name").GetString(), reply.GetProperty("payload").GetProperty("type").GetString(), reply.GetProperty("attempts").GetInt32()));
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("reserved_at").ValueKind);
        var run = await EndAsync(reply.GetProperty("id").GetString()!);
        Assert.Equal(("work", "welcome_email", 5, "45s"), (run.GetProperty("handler").GetString(), run.GetProperty("name").GetString(), run.GetProperty("maxAttempts").GetInt32(), run.GetProperty("timeout").GetString()));
        Assert.Equal("John Doe", run.GetProperty("payload").GetProperty("variables").GetProperty("name").GetString());
        (await Api.PostAsync(
            "/api/collections/queues/records",
            """{"name":"n","payload":{"type":"noop","options":{"retry_count":0}},"attempts":0,"reserved_at":null}""")).Is(HttpStatusCode.OK);
    }

    private async Task<JsonElement> ListAsync(string filter) =>
        (await Api.PostAsync("/api/job_logs/list", $"{{\"filter\":{filter}}}")).Is(HttpStatusCode.OK).GetProperty("data");

    private async Task<JsonElement> StatisticsAsync()
    {
        var answer = (await Api.GetAsync("/api/job_logs/statistics")).Is(HttpStatusCode.OK);
        Assert.True(answer.GetProperty("success").GetBoolean());
        return answer.GetProperty("data");
    }
}
