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

    private static async Task<JsonElement> ListAsync(TestApi api, string body) =>
        (await api.PostAsync("/api/job_logs/list", body)).Is(HttpStatusCode.OK).GetProperty("data");
}
