using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Silos.Cluster.Tests.Hosts;

/// <summary>Silos that join, share the work, leave, are killed, and lose their database for a while.</summary>
public sealed class SiloLifeTests(ITestOutputHelper output)
{
    private const string Active = "3";
    private const string Dead = "6";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SIGTERM_makes_a_silo_not_ready_lets_it_finish_and_takes_it_off_the_list()
    {
        await using var effects = await EffectsServer.StartAsync();
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var both = await silos.StartAsync(Cancelled, "one", "two");
        var (one, two) = (both[0], both[1]);
        var ids = await EnqueueAsync(two, effects.Url, 100);

        await two.SignalAsync("TERM", Cancelled);
        var seen = new List<string>();
        while (!two.HasExited)
        {
            seen.Add(await ReadinessAsync(two));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancelled);
        }

        Assert.Equal(0, await two.ExitAsync(Cancelled));
        Assert.Contains("draining", seen);
        Assert.DoesNotContain("ok", seen.SkipWhile(word => word != "draining"));
        Assert.Equal(Dead, await silos.StatusAsync("two", Cancelled));
        Assert.Equal(Active, await silos.StatusAsync("one", Cancelled));
        foreach (var id in ids)
        {
            var run = await one.Http.GetFromJsonAsync<JsonNode>($"/api/runs/{id}?wait=30s", Cancelled);
            Assert.Equal("completed", (string)run!["state"]!);
            Assert.Equal(0, (int)run["losses"]!);
        }

        Assert.DoesNotContain("FATAL", two.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Each_silo_does_what_its_roles_say()
    {
        await using var effects = await EffectsServer.StartAsync();
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var scheduler = silos.Launch(silos.Settings("scheduler", ("Silos__Roles", "scheduler")));
        await scheduler.ReadyAsync(Cancelled);
        var worker = silos.Launch(silos.Settings("worker", ("Silos__Roles", "worker")));
        var api = silos.Launch(silos.Settings("api", ("Silos__Roles", "api")));
        await worker.ReadyAsync(Cancelled);
        await api.ReadyAsync(Cancelled);

        var ids = await EnqueueAsync(api, effects.Url, 20);
        foreach (var id in ids)
        {
            var run = await api.Http.GetFromJsonAsync<JsonNode>($"/api/runs/{id}?wait=30s", Cancelled);
            Assert.Equal("completed", (string)run!["state"]!);
            Assert.StartsWith("worker", (string)run["worker"]!, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await worker.Http.GetAsync("/api/jobs", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scheduler.Http.GetAsync("/api/jobs", Cancelled)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await worker.Http.GetAsync("/health/live", Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_second_silo_of_the_same_name_is_refused_while_the_first_lives_and_let_in_when_it_was_killed()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var first = (await silos.StartAsync(Cancelled, "one"))[0];

        var second = silos.Launch(silos.Settings("one"));
        Assert.Equal(3, await second.ExitAsync(Cancelled));
        Assert.Contains("silos: A silo named 'one' is in the cluster 'silos' already, at 127.0.0.1:", second.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await first.Http.GetAsync("/health/ready", Cancelled)).StatusCode);

        await first.KillAsync();
        var third = silos.Launch(silos.Settings("one"));
        await third.ReadyAsync(Cancelled);
    }

    [Fact]
    public async Task A_silo_that_was_killed_comes_back_under_its_old_address_at_once()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        await silos.StartAsync(Cancelled, "other");
        var settings = silos.Settings("one");
        var first = silos.Launch(settings);
        await first.ReadyAsync(Cancelled);

        await first.KillAsync();
        await silos.Launch(settings).ReadyAsync(Cancelled);

        Assert.Equal(
            $"{Dead} {Active}",
            await silos.SqlAsync("select string_agg(status::text, ' ' order by generation) from silos.cluster_member where silo_name = 'one'", Cancelled));
    }

    [Fact]
    public async Task A_killed_silo_is_declared_dead_within_seconds_as_shipped()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        var all = await silos.StartAsync(Cancelled, "one", "two", "three");

        var watch = Stopwatch.StartNew();
        await all[2].KillAsync();
        while (await silos.StatusAsync("three", Cancelled) != Dead)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), "The killed silo was not declared dead within 30 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancelled);
        }

        output.WriteLine($"declared dead after {watch.Elapsed.TotalSeconds:F1} s");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"It took {watch.Elapsed.TotalSeconds:F1} s.");
    }

    [Fact]
    public async Task All_killed_at_once_a_silo_that_comes_first_need_not_wait_for_the_others()
    {
        await using var silos = await SiloProcesses.CreateAsync(Cancelled);
        foreach (var silo in await silos.StartAsync(Cancelled, "one", "two"))
        {
            await silo.KillAsync();
        }

        var watch = Stopwatch.StartNew();
        await silos.Launch(silos.Settings("three")).ReadyAsync(Cancelled);
        output.WriteLine($"ready after {watch.Elapsed.TotalSeconds:F1} s");
    }

    [Fact]
    public async Task A_database_that_goes_away_and_comes_back_costs_no_silo_and_no_run()
    {
        await using var effects = await EffectsServer.StartAsync();
        await using var silos = await SiloProcesses.CreateAsync(Cancelled, ownServer: true);
        var all = await silos.StartAsync(Cancelled, "one", "two");
        var ids = await EnqueueAsync(all[0], effects.Url, 50);

        await silos.Server.StopAsync(crash: true, Cancelled);
        await UntilAsync(async () => await ReadinessAsync(all[0]) == "store_away" && await ReadinessAsync(all[1]) == "store_away");
        Assert.Equal(HttpStatusCode.OK, (await all[0].Http.GetAsync("/health/live", Cancelled)).StatusCode);

        // Longer than a lost silo takes to be declared dead: nobody may be blamed for the database.
        await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, Cancelled);
        await silos.Server.StartAgainAsync(Cancelled);

        await UntilAsync(async () => await ReadinessAsync(all[0]) == "ok" && await ReadinessAsync(all[1]) == "ok");
        ids.AddRange(await EnqueueAsync(all[1], effects.Url, 50));
        foreach (var id in ids)
        {
            var run = await all[0].Http.GetFromJsonAsync<JsonNode>($"/api/runs/{id}?wait=30s", Cancelled);
            Assert.Equal("completed", (string)run!["state"]!);
        }

        Assert.Equal(Active, await silos.StatusAsync("one", Cancelled));
        Assert.Equal(Active, await silos.StatusAsync("two", Cancelled));
        Assert.DoesNotContain(all, silo => silo.HasExited);
    }

    private static async Task<List<string>> EnqueueAsync(HostProcess silo, string url, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await EnqueueAsync(silo, new { handler = "http", payload = new { url, method = "POST" } }));
        }

        return ids;
    }

    private static async Task<string> EnqueueAsync(HostProcess silo, object request)
    {
        using var answer = await silo.Http.PostAsJsonAsync("/api/runs", request, Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Cancelled) + silo.Output);
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["id"]!;
    }

    /// <summary>What the silo says to whoever sends it traffic; "away" if it does not answer any more.</summary>
    private static async Task<string> ReadinessAsync(HostProcess silo)
    {
        try
        {
            using var answer = await silo.Http.GetAsync("/health/ready", Cancelled);
            return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!["status"]!;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return "away";
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "It did not happen within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancelled);
        }
    }
}
