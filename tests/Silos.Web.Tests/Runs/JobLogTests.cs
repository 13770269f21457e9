using System.Net;
using System.Text.Json;
using Silos.Runs;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Runs;

/// <summary>The job log, with the requests and answers that existing clients know, letter by letter.</summary>
public sealed class JobLogTests
{
    private static readonly string[] Fields =
        ["id", "job_name", "status", "started_at", "ended_at", "duration", "error", "metadata", "created_at", "updated_at"];

    [Fact]
    public async Task The_documented_request_is_answered_with_the_documented_record()
    {
        await using var api = await TestApi.StartAsync(o => o.ApiKey = "0123456789abcdef");
        var id = await api.Client.SeedAsync(
            RunState.Failed, "ImportProcessorJob", error: "no file", change: run => run with { Options = new RunOptions { Metadata = JsonText.Parse("""{"rows":0}""") } });
        await api.Client.SeedAsync(RunState.Completed, "CanvasSyncJob");
        var reply = await api.SendAsync(
            HttpMethod.Post,
            "/api/job_logs/list",
            """
            {
            "page": 1,
            "limit": 20,
            "filter": {
            "group": "AND",
            "conditions": [
            {"field": "job_name", "operator": "=", "value": "ImportProcessorJob"}
            ]
            }
            }
            """,
            change: r =>
            {
                r.Headers.TryAddWithoutValidation("Authorization", "Bearer 0123456789abcdef");
                r.Headers.TryAddWithoutValidation("X-Team-ID", "default");
            });
        var answer = reply.Is(HttpStatusCode.OK);
        Assert.True(answer.GetProperty("success").GetBoolean());
        var data = answer.GetProperty("data");
        Assert.Equal((1, 20, 1), (data.GetProperty("page").GetInt32(), data.GetProperty("limit").GetInt32(), data.GetProperty("total").GetInt32()));
        var record = Assert.Single(data.GetProperty("items").EnumerateArray());
        Assert.Equal(Fields, record.EnumerateObject().Select(p => p.Name));
        Assert.Equal(id.ToString(), record.GetProperty("id").GetString());
        Assert.Equal("ImportProcessorJob", record.GetProperty("job_name").GetString());
        Assert.Equal("failed", record.GetProperty("status").GetString());
        Assert.Equal("2026-03-02T12:00:00.000Z", record.GetProperty("started_at").GetString());
        Assert.Equal("2026-03-02T12:00:01.500Z", record.GetProperty("ended_at").GetString());
        Assert.Equal(1_500, record.GetProperty("duration").GetInt64());
        Assert.Equal("no file", record.GetProperty("error").GetString());
        Assert.Equal("""{"rows":0}""", record.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task A_running_record_has_no_end_yet_and_what_never_started_has_no_record()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Running, "a");
        await api.Client.SeedAsync(RunState.Queued, "b");
        var record = Assert.Single((await ListAsync(api, "{}")).GetProperty("items").EnumerateArray());
        Assert.Equal("running", record.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("ended_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, record.GetProperty("metadata").ValueKind);
        Assert.Equal((0, string.Empty), (record.GetProperty("duration").GetInt32(), record.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData("""{"field":"status","operator":"=","value":"completed"}""", "a,mail")]
    [InlineData("""{"field":"status","operator":"!=","value":"completed"}""", "b,c,d")]
    [InlineData("""{"field":"status","operator":"in","value":["running","completed"]}""", "a,d,mail")]
    [InlineData("""{"field":"job_name","operator":"=","value":"email"}""", "mail")]
    [InlineData("""{"field":"job_name","operator":"!=","value":"a"}""", "b,c,d,mail")]
    [InlineData("""{"field":"job_name","operator":"like","value":"%MA%"}""", "mail")]
    [InlineData("""{"field":"job_name","operator":"in","value":["a","email","zzz"]}""", "a,mail")]
    [InlineData("""{"field":"error","operator":"contains","value":"disk"}""", "b")]
    [InlineData("""{"field":"error","operator":"=","value":""}""", "a,c,d,mail")]
    [InlineData("""{"field":"duration","operator":">=","value":1500}""", "a,b,c,mail")]
    [InlineData("""{"field":"started_at","operator":"<","value":"2026-03-02T12:00:00Z"}""", "")]
    [InlineData("""{"field":"ended_at","operator":">","value":"2026-03-02T13:00:00+01:00"}""", "a,b,c,mail")]
    [InlineData("""{"group":"OR","conditions":[{"field":"job_name","operator":"=","value":"a"},{"group":"AND","conditions":[{"field":"status","operator":"=","value":"failed"},{"field":"error","operator":"not_empty"}]}]}""", "a,b")]
    [InlineData("""{"group":"AND","conditions":[]}""", "a,b,c,d,mail")]
    [InlineData("""{"group":"OR","conditions":[]}""", "a,b,c,d,mail")]
    [InlineData("""{}""", "a,b,c,d,mail")]
    public async Task Filters_find_what_they_say(string filter, string names)
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Completed, "a");
        await api.Client.SeedAsync(RunState.Failed, "b", error: "Disk full");
        await api.Client.SeedAsync(RunState.Dead, "c");
        await api.Client.SeedAsync(RunState.Running, "d");
        await api.Client.SeedAsync(RunState.Completed, handler: "email");
        var data = await ListAsync(api, $"{{\"filter\":{filter}}}");
        var found = data.GetProperty("items").EnumerateArray()
            .Select(r => r.GetProperty("job_name").GetString()!.Replace("email", "mail", StringComparison.Ordinal)).Order();
        Assert.Equal(names.Split(',', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Fact]
    public async Task Pages_are_counted_from_one_with_the_total()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await api.Client.SeedAsync(RunState.Completed, $"j{i}");
        }

        Assert.Equal((2, 5), Count(await ListAsync(api, """{"page":1,"limit":2}""")));
        var last = await ListAsync(api, """{"page":3,"limit":2}""");
        Assert.Equal((1, 5), Count(last));
        Assert.Equal("j0", last.GetProperty("items")[0].GetProperty("job_name").GetString());
        Assert.Equal((0, 5), Count(await ListAsync(api, """{"page":1000000,"limit":500}""")));

        static (int, int) Count(JsonElement data) => (data.GetProperty("items").GetArrayLength(), data.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Statistics_have_exactly_the_documented_shape()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedAsync(RunState.Completed, "CanvasSyncJob");
        await api.Client.SeedAsync(RunState.Failed, "CanvasSyncJob", error: "x");
        await api.Client.SeedAsync(RunState.Completed, "ImportProcessorJob");
        var data = (await api.GetAsync("/api/job_logs/statistics")).Is(HttpStatusCode.OK);
        Assert.True(data.GetProperty("success").GetBoolean());
        data = data.GetProperty("data");
        Assert.Equal(["total_runs", "successful", "failed", "by_job"], data.EnumerateObject().Select(p => p.Name));
        Assert.Equal((3, 2, 1), (data.GetProperty("total_runs").GetInt32(), data.GetProperty("successful").GetInt32(), data.GetProperty("failed").GetInt32()));
        Assert.Equal("""{"total":2,"failed":1}""", data.GetProperty("by_job").GetProperty("CanvasSyncJob").GetRawText());
        Assert.Equal("""{"total":1,"failed":0}""", data.GetProperty("by_job").GetProperty("ImportProcessorJob").GetRawText());
    }

    private static async Task<JsonElement> ListAsync(TestApi api, string body) =>
        (await api.PostAsync("/api/job_logs/list", body)).Is(HttpStatusCode.OK).GetProperty("data");
}
