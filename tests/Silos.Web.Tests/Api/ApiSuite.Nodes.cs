using System.Net;

namespace Silos.Web.Tests.Api;

/// <summary>Processes, and the jobs of files.</summary>
public abstract partial class ApiSuite<THost>
{
    [Fact]
    [Covers("GET /api/silos")]
    public async Task Every_process_says_what_it_does()
    {
        var silos = (await Api.GetAsync("/api/silos")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray().ToList();
        Assert.NotEmpty(silos);
        Assert.All(silos, silo =>
        {
            Assert.Equal("up", silo.GetProperty("state").GetString());
            Assert.Contains("noop", silo.GetProperty("handlers").EnumerateArray().Select(handler => handler.GetString()));
            Assert.Contains("worker", silo.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        });
        Assert.Equal(
            silos.Select(silo => silo.GetProperty("name").GetString()).Distinct().Count(),
            silos.Count);
    }

    [Fact]
    [Covers("POST /api/silos/{name}/drain")]
    [Covers("POST /api/silos/{name}/resume")]
    public async Task A_drained_process_is_not_ready_and_a_resumed_one_runs_what_waits()
    {
        var name = (await Api.GetAsync("/api/silos")).Is(HttpStatusCode.OK).GetProperty("items")[0].GetProperty("name").GetString()!;
        var path = $"/api/silos/{Uri.EscapeDataString(name)}";
        (await Api.PostAsync($"{path}/drain", """{"reason":"patch"}""")).Is(HttpStatusCode.NoContent);
        var silo = await SiloAsync();
        Assert.Equal("draining", silo.GetProperty("state").GetString());
        Assert.Equal("patch", silo.GetProperty("drain").GetProperty("reason").GetString());

        (await Api.PostAsync($"{path}/resume")).Is(HttpStatusCode.NoContent);
        Assert.Equal("up", (await SiloAsync()).GetProperty("state").GetString());
        Assert.Equal("completed", (await EndAsync(await RunAsync("""{"handler":"noop"}"""))).GetProperty("state").GetString());

        async Task<System.Text.Json.JsonElement> SiloAsync() => (await Api.GetAsync("/api/silos")).Is(HttpStatusCode.OK)
            .GetProperty("items").EnumerateArray().Single(silo => silo.GetProperty("name").GetString() == name);
    }

    [Fact]
    [Covers("POST /api/apply")]
    public async Task Applying_adds_changes_and_prunes_only_inside_its_source()
    {
        var source = Unique("file");
        var (a, b) = (Unique("apply-a"), Unique("apply-b"));
        var other = await JobAsync("apply-other");
        Assert.Equal([a, b], Names(await ApplyAsync($$"""{"name":"{{a}}","handler":"noop"},{"name":"{{b}}","handler":"noop"}"""), "added"));
        var dry = await ApplyAsync($$"""{"name":"{{a}}","handler":"noop","priority":5}""", ",\"prune\":true,\"dryRun\":true");
        Assert.Equal("priority: 0 → 5", dry.GetProperty("changed")[0].GetProperty("fields")[0].GetString());
        Assert.Equal([b], Names(dry, "removed"));
        (await Api.GetAsync($"/api/jobs/{b}")).Is(HttpStatusCode.OK);

        Assert.Equal([b], Names(await ApplyAsync($$"""{"name":"{{a}}","handler":"noop","priority":5}"""), "kept"));
        Assert.Equal([b], Names(await ApplyAsync($$"""{"name":"{{a}}","handler":"noop","priority":5}""", ",\"prune\":true"), "removed"));
        (await Api.GetAsync($"/api/jobs/{b}")).Is(HttpStatusCode.NotFound);
        (await Api.GetAsync($"/api/jobs/{other}")).Is(HttpStatusCode.OK);
        Assert.Equal($"apply:{source}", (await Api.GetAsync($"/api/jobs/{a}")).Is(HttpStatusCode.OK).GetProperty("source").GetString());

        var conflict = await Api.PostAsync("/api/apply", $$"""{"source":"{{source}}","jobs":[{"name":"{{other}}","handler":"noop"}]}""");
        conflict.Is(HttpStatusCode.Conflict);
        Assert.Equal("duplicate", conflict.Code);

        async Task<System.Text.Json.JsonElement> ApplyAsync(string jobs, string more = "") =>
            (await Api.PostAsync("/api/apply", $$"""{"source":"{{source}}","jobs":[{{jobs}}]{{more}}}""")).Is(HttpStatusCode.OK);

        static IEnumerable<string?> Names(System.Text.Json.JsonElement answer, string list) =>
            answer.GetProperty(list).EnumerateArray().Select(name => name.GetString());
    }
}
