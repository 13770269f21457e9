using System.Net;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>Ids of runs are one over all tenants and jobs.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    public async Task The_id_of_another_tenants_ended_run_makes_nothing_and_shows_nothing()
    {
        var id = await RunAsync("""{"handler":"work","payload":["theirs alone"]}""");
        await EndAsync(id);
        var before = (await Api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK).GetRawText();
        Assert.Contains("line 1\"", before, StringComparison.Ordinal);
        var (beta, job) = (Unique("beta"), Unique("mine"));
        (await AsAsync(beta, HttpMethod.Put, $"/api/jobs/{job}", """{"handler":"noop"}""")).Is(HttpStatusCode.Created);

        foreach (var (path, body) in new[]
        {
            ("/api/runs", $$"""{"handler":"noop","id":"{{id}}"}"""),
            ("/api/runs", $$"""{"handler":"noop","id":"{{id}}","idempotencyKey":"k"}"""),
            ("/api/collections/queues/records", $$$"""{"name":"n","id":"{{{id}}}","payload":{"type":"noop"}}"""),
            ($"/api/jobs/{job}/trigger", $$"""{"id":"{{id}}"}"""),
        })
        {
            var refused = await AsAsync(beta, HttpMethod.Post, path, body);
            refused.Is(HttpStatusCode.Conflict);
            Assert.True(refused.Code == "id_taken", $"{path}: {refused.Text}");
        }

        var batch = await AsAsync(beta, HttpMethod.Post, "/api/runs/batch", $$"""{"runs":[{"handler":"noop"},{"handler":"noop","id":"{{id}}"}]}""");
        var answered = batch.Is(HttpStatusCode.Accepted).GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(["accepted", "id_taken"], answered.Select(run => run.GetProperty("outcome").GetString()));
        (await AsAsync(beta, HttpMethod.Get, $"/api/runs/{answered[0].GetProperty("id").GetString()}?wait=30s", null)).Is(HttpStatusCode.OK);

        foreach (var path in new[] { $"/api/runs/{id}", $"/api/runs/{id}/log" })
        {
            (await AsAsync(beta, HttpMethod.Get, path, null)).Is(HttpStatusCode.NotFound);
        }

        Assert.Single((await AsAsync(beta, HttpMethod.Get, "/api/runs", null)).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Empty((await AsAsync(beta, HttpMethod.Get, "/api/audit?action=job.trigger", null)).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Equal(before, (await Api.GetAsync($"/api/runs/{id}")).Is(HttpStatusCode.OK).GetRawText());
    }

    [Fact]
    public async Task A_trigger_repeated_under_its_id_is_one_run_and_under_that_of_another_job_none()
    {
        var (mine, other) = (await JobAsync("mine"), await JobAsync("other"));
        var id = (await Api.PostAsync($"/api/jobs/{mine}/trigger")).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;
        await EndAsync(id);

        var again = (await Api.PostAsync($"/api/jobs/{mine}/trigger", $$"""{"id":"{{id}}"}""")).Is(HttpStatusCode.Accepted);
        Assert.Equal(id, again.GetProperty("id").GetString());
        var refused = await Api.PostAsync($"/api/jobs/{other}/trigger", $$"""{"id":"{{id}}"}""");
        refused.Is(HttpStatusCode.Conflict);
        Assert.Equal("id_taken", refused.Code);
        Assert.Empty((await Api.GetAsync($"/api/runs?job={other}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
        Assert.Single((await Api.GetAsync($"/api/runs?job={mine}")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray());
    }

    /// <summary>Asks on behalf of a tenant.</summary>
    private Task<Reply> AsAsync(string tenant, HttpMethod method, string path, string? body) =>
        Api.SendAsync(method, path, body, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", tenant));
}
