using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Silos.Keys;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

public sealed class RateTests
{
    private const string Run = """{"handler":"noop"}""";
    private const string Configured = "correct-horse-battery";

    [Fact]
    public async Task A_credential_makes_as_many_requests_as_it_may_and_is_told_when_to_come_back()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Requests = 5);
        for (var i = 0; i < 10; i++)
        {
            (await api.GetAsync("/api/whoami")).Is(HttpStatusCode.OK);
        }

        var refused = await api.GetAsync("/api/whoami");
        refused.Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(("too_many", 1.0), (refused.Code, refused.Response.Headers.RetryAfter?.Delta?.TotalSeconds));
        (await api.GetAsync("/health/live")).Is(HttpStatusCode.OK);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        (await api.GetAsync("/api/whoami")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_tenant_that_floods_the_queue_is_held_back_and_another_is_not()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Enqueues = 1);
        var batch = $$"""{"runs":[{{string.Join(',', Enumerable.Repeat(Run, 8))}}]}""";
        (await api.PostAsync("/api/runs/batch", batch)).Is(HttpStatusCode.Accepted);
        (await api.PostAsync("/api/runs/batch", batch)).Is(HttpStatusCode.TooManyRequests);
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        (await api.PostAsync("/api/collections/queues/records", """{"name":"n","payload":{"type":"noop"}}""")).Is(HttpStatusCode.OK);
        var refused = await api.PostAsync("/api/runs", Run);
        refused.Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(1.0, refused.Response.Headers.RetryAfter?.Delta?.TotalSeconds);

        var other = await api.SendAsync(HttpMethod.Post, "/api/runs", Run, change: r => r.Headers.TryAddWithoutValidation("X-Team-ID", "beta"));
        other.Is(HttpStatusCode.Accepted);
        api.Clock.Advance(TimeSpan.FromSeconds(1));
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        Assert.Equal(12, api.Client.Requests.Count);
    }

    [Fact]
    public async Task No_more_runs_of_a_tenant_wait_than_may()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.MaxWaiting = 3);
        for (var i = 0; i < 3; i++)
        {
            (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.Accepted);
        }

        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);
        api.Clock.Advance(TimeSpan.FromSeconds(2));
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(3, api.Client.Requests.Count);
    }

    [Fact]
    public async Task A_backfill_counts_as_many_runs_as_it_makes_and_a_dry_one_none()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Enqueues = 1);
        await api.Client.SeedJobAsync("a");
        for (var i = 0; i < 5; i++)
        {
            (await BackfillAsync(dry: true)).Is(HttpStatusCode.OK);
            (await BackfillAsync()).Is(HttpStatusCode.Accepted);
        }

        (await BackfillAsync()).Is(HttpStatusCode.TooManyRequests);
        (await BackfillAsync(dry: true)).Is(HttpStatusCode.OK);
        Assert.Equal(5, api.Client.Calls.Count(call => call.Contains("False", StringComparison.Ordinal)));

        Task<Reply> BackfillAsync(bool dry = false) => api.PostAsync(
            "/api/jobs/a/backfill", $$"""{"from":"2026-03-02T10:00:00Z","to":"2026-03-02T11:00:00Z","dryRun":{{(dry ? "true" : "false")}}}""");
    }

    [Fact]
    public async Task The_forms_of_the_pages_count_as_the_api_does()
    {
        await using var api = await TestApi.StartAsync(o => o.Rates.Enqueues = 1);
        await api.Client.SeedJobAsync("a");
        var run = await api.Client.SeedAsync(Silos.Runs.RunState.Dead, "a");
        using var browser = new Browser(api.App.GetTestClient());
        var token = Browser.TokenOf(await browser.GetAsync($"/runs/{run}"));
        for (var i = 0; i < 4; i++)
        {
            await browser.PostAsync($"/runs/{run}/retry", ("__token", token));
            await browser.PostAsync("/jobs/a/backfill", ("from", "2026-03-02T10:00:00Z"), ("to", "2026-03-02T11:00:00Z"), ("__token", token));
        }

        Assert.Equal(3, api.Client.Calls.Count(call => call.StartsWith("backfill", StringComparison.Ordinal) && call.Contains("False", StringComparison.Ordinal)));
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);
        Assert.Equal(4, (await api.Store.Audit.ListAsync(new Silos.Audit.AuditQuery(TenantId.Default), ApiCaller.Cancelled)).Count(entry => entry.Action == "run.retry"));
    }

    [Fact]
    public async Task What_runs_in_the_background_gets_as_many_as_there_is_room_for()
    {
        await using var api = await TestApi.StartAsync(o => (o.Rates.Enqueues, o.Rates.MaxWaiting) = (1, 25));
        var allowance = api.App.Services.GetRequiredService<Silos.Runs.IRunAllowance>();
        var grant = await allowance.TakeAsync(TenantId.Default, 8, ApiCaller.Cancelled);
        Assert.Equal((8, null), (grant.Count, grant.Reason));
        grant = await allowance.TakeAsync(TenantId.Default, 8, ApiCaller.Cancelled);
        Assert.Equal(2, grant.Count);
        Assert.Contains("1 runs a second", grant.Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await allowance.TakeAsync(TenantId.Default, 8, ApiCaller.Cancelled)).Count);
        Assert.Equal(8, (await allowance.TakeAsync(TenantId.Parse("beta"), 8, ApiCaller.Cancelled)).Count);
        (await api.PostAsync("/api/runs", Run)).Is(HttpStatusCode.TooManyRequests);

        for (var i = 0; i < 23; i++)
        {
            await api.Client.SeedAsync(Silos.Runs.RunState.Queued, "a");
        }

        api.Clock.Advance(TimeSpan.FromMinutes(1));
        grant = await allowance.TakeAsync(TenantId.Default, 8, ApiCaller.Cancelled);
        Assert.Equal(2, grant.Count);
        Assert.Contains("25 runs waiting", grant.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sessions_of_a_key_count_as_the_key_and_so_does_opening_them()
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.RequireAuthentication = true;
            o.Rates.Requests = 5;
        });
        var key = await KeyAsync(api, "one");
        using var first = new Browser(api.App.GetTestClient());
        using var second = new Browser(api.App.GetTestClient());
        Assert.Equal(HttpStatusCode.SeeOther, (await LogInAsync(first, key)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await LogInAsync(second, key)).Status);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/whoami")).Status);
            Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/whoami")).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await first.GetAsync("/api/whoami")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await second.GetAsync("/api/whoami")).Status);
        using var third = new Browser(api.App.GetTestClient());
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LogInAsync(third, key)).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await LogInAsync(third, await KeyAsync(api, "two"))).Status);

        static async Task<Reply> LogInAsync(Browser browser, string key) =>
            await browser.PostAsync("/login", ("key", key), ("__token", Browser.TokenOf(await browser.GetAsync("/login"))));

        static async Task<string> KeyAsync(TestApi api, string name)
        {
            var token = Silos.Keys.KeyToken.New();
            await api.Store.Keys.TryAddAsync(
                new Silos.Keys.ApiKey
                {
                    Id = token.Id,
                    Hash = token.Hash,
                    Name = name,
                    Role = Silos.Keys.Role.Admin,
                    Scope = Silos.Keys.TenantScope.All,
                    CreatedAt = TestApi.Noon,
                    CreatedBy = "test",
                },
                ApiCaller.Cancelled);
            return token.Text;
        }
    }

    [Fact]
    public async Task Who_guesses_keys_does_not_keep_the_store_busy()
    {
        await using var api = await TestApi.StartAsync(o =>
        {
            o.RequireAuthentication = true;
            o.Rates.Failures = 3;
        });
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync());
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await GuessAsync());
        api.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.Unauthorized, await GuessAsync());

        Task<HttpStatusCode> GuessAsync() => WithAsync(api, KeyToken.New().Text);
    }

    [Fact]
    public async Task Who_guesses_the_configured_key_is_stopped_and_even_the_right_one_tells_nothing()
    {
        await using var api = await StartAsync();
        var known = await KeyAsync(api);
        Assert.Equal(HttpStatusCode.OK, await WithAsync(api, known));
        Assert.Equal(HttpStatusCode.OK, await WithAsync(api, Configured));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(api, $"guess-{i}"));
        }

        foreach (var secret in new[] { "guess-3", Configured, await KeyAsync(api) })
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, await WithAsync(api, secret));
        }

        // Whoever works from there with a key that the process knows goes on.
        Assert.Equal(HttpStatusCode.OK, await WithAsync(api, known));
        api.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, await WithAsync(api, Configured));
    }

    [Fact]
    public async Task Who_guesses_at_the_login_is_stopped_as_well()
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.App.GetTestClient());
        var token = Browser.TokenOf(await browser.GetAsync("/login"));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/login", ("key", $"guess-{i}"), ("__token", token))).Status);
        }

        var refused = await browser.PostAsync("/login", ("key", Configured), ("__token", token));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.NotNull(refused.Response.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.TooManyRequests, await WithAsync(api, Configured));
        api.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/login", ("key", Configured), ("__token", token))).Status);
    }

    private static Task<TestApi> StartAsync() => TestApi.StartAsync(o =>
    {
        o.ApiKey = Configured;
        o.Rates.Failures = 3;
    });

    private static async Task<string> KeyAsync(TestApi api)
    {
        var token = KeyToken.New();
        await api.Store.Keys.TryAddAsync(
            new ApiKey { Id = token.Id, Name = "ci", Scope = TenantScope.All, Role = Role.Viewer, Hash = token.Hash, CreatedAt = TestApi.Noon, CreatedBy = "test" }, ApiCaller.Cancelled);
        return token.Text;
    }

    private static async Task<HttpStatusCode> WithAsync(TestApi api, string secret) =>
        (await api.SendAsync(HttpMethod.Get, "/api/jobs", null, change: r => r.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}"))).Status;
}
