using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Silos.Web.Tests.Hosts;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Api;

/// <summary>What the API does on a real host: the same tests for every kind of host.</summary>
/// <typeparam name="THost">The host; one is started for all tests of the class.</typeparam>
public abstract partial class ApiSuite<THost>(THost host) : IClassFixture<THost>
    where THost : class, IApiHost
{
    private static int _names;

    /// <summary>Gets the host.</summary>
    protected THost Host { get; } = host;

    /// <summary>Gets what asks it.</summary>
    protected ApiCaller Api { get; } = new(host.Http);

    public static TheoryData<string> BadInputs => [.. BadInputTable.Rows.Keys];

    [Fact]
    public void Every_endpoint_has_a_test_of_what_it_is_for_and_one_of_what_it_refuses()
    {
        var mapped = Host.Endpoints.OfType<RouteEndpoint>().SelectMany(NamesOf).Distinct().ToList();
        var happy = GetType().GetMethods().SelectMany(method => method.GetCustomAttributes<CoversAttribute>()).Select(c => c.Endpoint).ToHashSet();
        var bad = BadInputTable.Rows.Values.Select(row => row.Endpoint).ToHashSet();
        Assert.True(mapped.Count > 30, string.Join('\n', mapped));

        // The fallback is there for bad input only.
        Assert.Empty(mapped.Except(happy).Except(["* /api/{**path}"]));
        Assert.Empty(mapped.Except(bad));
        Assert.Empty(happy.Except(mapped));
        Assert.Empty(bad.Except(mapped));
    }

    [Theory]
    [MemberData(nameof(BadInputs))]
    public async Task Bad_input_is_refused_with_its_field_and_nothing_is_stored(string title)
    {
        var row = BadInputTable.Rows[title];
        await CanaryAsync();
        var before = await FootprintAsync();
        var method = row.Method ?? row.Endpoint[..row.Endpoint.IndexOf(' ', StringComparison.Ordinal)];
        var reply = await Api.SendAsync(
            new HttpMethod(method), row.Path, row.Body, row.ContentType, request => request.Headers.TransferEncodingChunked = row.Chunked ? true : null);
        Assert.True(reply.Status == row.Status, $"expected {row.Status}, got {reply.Status}: {reply.Text}");
        if (row.Code is not null)
        {
            Assert.Equal("application/problem+json", reply.ContentType);
            Assert.Equal(row.Code, reply.Code);
        }

        if (row.Field is not null)
        {
            Assert.Contains(row.Problem, reply.Blames(row.Field, row.Status), StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(row.Problem, reply.Text, StringComparison.Ordinal);
        }

        if (row.Position is { } position)
        {
            var error = reply.Json.GetProperty("errors").EnumerateArray().First(e => e.GetProperty("field").GetString() == row.Field);
            Assert.Equal(position, error.GetProperty("position").GetInt32());
        }

        Assert.Equal(before, await FootprintAsync());
    }

    /// <summary>Makes a name that no other test has.</summary>
    protected static string Unique(string word) => $"{word}-{Interlocked.Increment(ref _names)}";

    /// <summary>Registers a job for <c>noop</c>, or for what the definition says.</summary>
    protected async Task<string> JobAsync(string word, string definition = """{"handler":"noop"}""")
    {
        var name = Unique(word);
        (await Api.PutAsync($"/api/jobs/{name}", definition)).Is(HttpStatusCode.Created);
        return name;
    }

    /// <summary>Asks for a run and returns its id.</summary>
    protected async Task<string> RunAsync(string body) =>
        (await Api.PostAsync("/api/runs", body)).Is(HttpStatusCode.Accepted).GetProperty("id").GetString()!;

    /// <summary>Waits until a run has ended and returns it.</summary>
    protected async Task<System.Text.Json.JsonElement> EndAsync(string run)
    {
        // On a machine that starves, silos hand partitions over slowly: two minutes in all.
        var details = (await Api.GetAsync($"/api/runs/{run}?wait=30s")).Is(HttpStatusCode.OK);
        for (var again = 0; again < 3 && !details.TryGetProperty("endedAt", out _); again++)
        {
            details = (await Api.GetAsync($"/api/runs/{run}?wait=30s")).Is(HttpStatusCode.OK);
        }

        return details;
    }

    /// <summary>Waits until a run executes.</summary>
    protected async Task RunningAsync(string run)
    {
        while ((await Api.GetAsync($"/api/runs/{run}")).Is(HttpStatusCode.OK).GetProperty("state").GetString() != "running")
        {
            ApiCaller.Cancelled.ThrowIfCancellationRequested();
        }
    }

    private async Task CanaryAsync()
    {
        if ((await Api.GetAsync($"/api/jobs/{BadInputTable.Job}")).Status == HttpStatusCode.NotFound)
        {
            await Api.PutAsync($"/api/jobs/{BadInputTable.Job}", """{"handler":"noop"}""");
        }
    }

    /// <summary>Everything that a request can leave behind: jobs as registered and paused, how many runs there are, settings of queues, pauses of everything.</summary>
    private async Task<string> FootprintAsync()
    {
        var jobs = (await Api.GetAsync("/api/jobs?limit=500")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
            .Select(job => $"{job.GetProperty("definition").GetRawText()} {job.GetProperty("updatedAt").GetRawText()} {job.TryGetProperty("pause", out _)}");
        var runs = (await Api.GetAsync("/api/runs?limit=500")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
            .Select(run => run.GetProperty("id").GetString());
        var queues = (await Api.GetAsync("/api/queues")).Is(HttpStatusCode.OK).GetProperty("items").EnumerateArray()
            .Select(queue => $"{queue.GetProperty("name").GetString()} {queue.GetProperty("limits").GetRawText()} {queue.TryGetProperty("pause", out _)}");
        var blockers = (await Api.GetAsync($"/api/jobs/{BadInputTable.Job}/explain")).Is(HttpStatusCode.OK).GetRawText();
        return string.Join('\n', [.. jobs, .. runs, .. queues, blockers]);
    }

    private static IEnumerable<string> NamesOf(RouteEndpoint endpoint)
    {
        var route = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        return (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => $"{method} {route}");
    }
}
