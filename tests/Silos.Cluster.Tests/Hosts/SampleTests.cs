using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Silos.Cluster.Tests.Support;

namespace Silos.Cluster.Tests.Hosts;

/// <summary>The samples of a cluster as their README starts them: two silos, the worker with the handlers that those lack, and the shop.</summary>
public sealed class SampleTests
{
    private const string Samples = "Silos.Samples.Cluster";
    private const string TopUp = "/jobs/Monthly%20Credit%20Top-Up";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_shop_calls_jobs_places_orders_in_its_own_transaction_waits_for_outcomes_and_goes_on_without_silos()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var nodes = await silos.StartAsync(Cancelled, "one", "two");
        await using var worker = HostProcess.Launch(
            Samples,
            silos.Folder,
            silos.Settings("sample-worker", ("Silos__Cluster__GatewayPort", "0"), ("Logging__LogLevel__Default", "Warning")),
            HostProcess.FreePort(),
            "worker");
        await using var shop = Shop(silos);
        await worker.ReadyAsync(Cancelled);
        await AnsweringAsync(shop, TopUp);

        await OrdersAsync(shop, silos);
        await JobsAsync(shop);

        // What only the worker can do waits while it is away, and every silo says why; a silo that starts takes no job of the worker's away.
        var delayed = await SendAsync(shop, HttpMethod.Post, "/invoices/2", HttpStatusCode.Accepted);
        Assert.Equal("silo", (string)delayed["storedBy"]!);
        Assert.Equal("completed", (string)(await SendAsync(shop, HttpMethod.Get, $"/runs/{delayed["run"]}?wait=30s"))["state"]!);
        Assert.Equal(0, await worker.TerminateAsync(Cancelled));
        var waiting = await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.Accepted, new { item = "lamp", pieces = 1 });
        var triggered = await SendAsync(shop, HttpMethod.Post, $"{TopUp}/trigger", HttpStatusCode.Accepted);
        foreach (var run in new[] { waiting, triggered })
        {
            var blockers = (await SendAsync(shop, HttpMethod.Get, $"/runs/{run["run"]}/explain")).AsArray();
            Assert.Equal("no_handler", (string)blockers[0]!["code"]!);
            Assert.Contains("No silo that is up has it", (string)blockers[0]!["message"]!, StringComparison.Ordinal);
        }

        var onSilo = await nodes[0].Http.GetFromJsonAsync<JsonNode>($"/api{TopUp}/explain", Cancelled);
        Assert.Equal("no_handler", (string)onSilo!["blockers"]![0]!["code"]!);
        var third = await silos.StartAsync(Cancelled, "three");
        Assert.Equal("code:Silos.Samples.Cluster", (string)(await SendAsync(shop, HttpMethod.Get, TopUp))["source"]!);

        await WithoutSilosAsync(shop, silos, [.. nodes, .. third]);
    }

    private static HostProcess Shop(SiloProcesses silos) => HostProcess.Launch(
        Samples,
        silos.Folder,
        new Dictionary<string, string> { ["ConnectionStrings__Silos"] = silos.ConnectionString, ["Logging__LogLevel__Default"] = "Warning", ["Logging__LogLevel__Microsoft.AspNetCore"] = "Warning" },
        HostProcess.FreePort(),
        "shop");

    private static async Task OrdersAsync(HostProcess shop, SiloProcesses silos)
    {
        var placed = await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.Accepted, new { item = "desk", pieces = 2 });
        var confirmed = await SendAsync(shop, HttpMethod.Get, $"/orders/{placed["id"]}?wait=30s");
        Assert.Equal((string)placed["run"]!, (string)confirmed["run"]!);
        Assert.NotNull(confirmed["confirmedAt"]);
        var run = await SendAsync(shop, HttpMethod.Get, $"/runs/{placed["run"]}");
        Assert.Equal("completed", (string)run["state"]!);
        Assert.StartsWith("sample-worker ", (string)run["worker"]!, StringComparison.Ordinal);
        Assert.Equal("desk", (string)run["result"]!["item"]!);

        // Too many: neither the order nor its run, whose key would otherwise be taken, is left.
        var before = await CountsAsync();
        var refused = await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.Conflict, new { item = "desk", pieces = 2 });
        Assert.Contains("not 2 pieces of desk", (string)refused["detail"]!, StringComparison.Ordinal);
        await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.NotFound, new { item = "yacht", pieces = 1 });
        await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.BadRequest, new { item = "desk", pieces = 0 });
        await SendAsync(shop, HttpMethod.Get, "/orders/4711", HttpStatusCode.NotFound);
        Assert.Equal(before, await CountsAsync());

        Task<string> CountsAsync() => silos.SqlAsync(
            "select (select count(*) from shop.customer_order), (select count(*) from silos.run_key), "
            + "(select count(*) from silos.inbox where handler = 'confirm-order') + (select count(*) from silos.run where handler = 'confirm-order') "
            + "+ (select count(*) from silos.run_history where handler = 'confirm-order')",
            Cancelled);
    }

    private static async Task JobsAsync(HostProcess shop)
    {
        var outcome = await SendAsync(shop, HttpMethod.Post, $"{TopUp}/trigger?wait=30s");
        Assert.Equal("completed", (string)outcome["state"]!);
        Assert.NotNull(outcome["result"]!["users"]);
        var paused = await SendAsync(shop, HttpMethod.Post, $"{TopUp}/pause?reason=stocktaking");
        Assert.Equal(("shop", "stocktaking"), ((string)paused["by"]!, (string)paused["reason"]!));
        Assert.Contains("job_paused", (await SendAsync(shop, HttpMethod.Get, $"{TopUp}/explain")).AsArray().Select(blocker => (string)blocker!["code"]!));
        Assert.Equal("stocktaking", (string)(await SendAsync(shop, HttpMethod.Get, TopUp))["paused"]!);
        Assert.NotNull((await SendAsync(shop, HttpMethod.Post, $"{TopUp}/resume"))["nextDue"]);
        await SendAsync(shop, HttpMethod.Get, "/jobs/nobody", HttpStatusCode.NotFound);
        await SendAsync(shop, HttpMethod.Post, $"{TopUp}/trigger?wait=soon", HttpStatusCode.BadRequest);
    }

    /// <summary>No silo is left: what the shop asks for is stored by itself, and executed by the first silos that come.</summary>
    private static async Task WithoutSilosAsync(HostProcess shop, SiloProcesses silos, HostProcess[] nodes)
    {
        Assert.All(await Task.WhenAll(nodes.Select(node => node.TerminateAsync(Cancelled))), code => Assert.Equal(0, code));
        var posted = await SendAsync(shop, HttpMethod.Post, "/invoices/1", HttpStatusCode.Accepted);
        Assert.Equal("inbox", (string)posted["storedBy"]!);
        var placed = await SendAsync(shop, HttpMethod.Post, "/orders", HttpStatusCode.Accepted, new { item = "lamp", pieces = 1 });
        await SendAsync(shop, HttpMethod.Post, $"{TopUp}/pause", HttpStatusCode.ServiceUnavailable);

        // So does one that has never seen a silo.
        await using var late = Shop(silos);
        await AnsweringAsync(late, $"/orders/{placed["id"]}");
        var unseen = await SendAsync(late, HttpMethod.Post, "/invoices/2", HttpStatusCode.Accepted);
        Assert.Equal("inbox", (string)unseen["storedBy"]!);

        await using var again = HostProcess.Launch(
            Samples, silos.Folder, silos.Settings("sample-worker", ("Silos__Roles", "api,scheduler,worker")), HostProcess.FreePort(), "worker");
        await again.ReadyAsync(Cancelled);
        await AnsweringAsync(shop, TopUp);
        Assert.NotNull((await SendAsync(shop, HttpMethod.Get, $"/orders/{placed["id"]}?wait=30s"))["confirmedAt"]);
        Assert.Equal("completed", (string)(await SendAsync(shop, HttpMethod.Get, $"/runs/{posted["run"]}?wait=30s"))["state"]!);
        await AnsweringAsync(late, TopUp);
        Assert.Equal("completed", (string)(await SendAsync(late, HttpMethod.Get, $"/runs/{unseen["run"]}?wait=30s"))["state"]!);
    }

    /// <summary>Waits until a program answers: it has just been started, or silos have.</summary>
    private static Task AnsweringAsync(HostProcess process, string path) => Grid.UntilAsync(
        async () =>
        {
            Assert.False(process.HasExited, process.Output);
            try
            {
                using var response = await process.Http.GetAsync(path, Cancelled);
                return response.IsSuccessStatusCode;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                return false;
            }
        },
        $"{path} is answered",
        () => process.Output);

    private static async Task<JsonNode> SendAsync(
        HostProcess process, HttpMethod method, string path, HttpStatusCode expected = HttpStatusCode.OK, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await process.Http.SendAsync(request, Cancelled);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == expected, $"{method} {path}: expected {(int)expected}, got {(int)response.StatusCode}: {text}\n{process.Output}");
        return JsonNode.Parse(text)!;
    }
}
