using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Audit;
using Silos.Jobs;
using Silos.Web.Access;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Access;

public sealed class AuditTests
{
    [Fact]
    public async Task What_was_refused_or_only_tried_is_not_recorded()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        await api.PostAsync("/api/jobs/none/pause");
        await api.PutAsync("/api/jobs/a", """{"handler":"unknown"}""");
        await api.PostAsync("/api/pause", """{"scope":"world"}""");
        Assert.Empty(await ListAsync(api));

        (await api.PostAsync("/api/jobs/a/pause", """{"reason":"flood"}""")).Is(HttpStatusCode.OK);
        var entry = Assert.Single(await ListAsync(api));
        Assert.Equal(("job.pause", "job", "a", "local", "flood"), (entry.Action, entry.TargetKind, entry.TargetName, entry.Actor, entry.Reason));
        Assert.Equal(TestApi.Noon, entry.At);
    }

    [Fact]
    public async Task The_entry_is_there_before_the_answer_is()
    {
        await using var api = await TestApi.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            (await api.PostAsync("/api/queues/mail/pause")).Is(HttpStatusCode.NoContent);
            Assert.Equal(i + 1, (await ListAsync(api)).Count);
        }
    }

    [Fact]
    public async Task Entries_go_when_they_are_old_and_sessions_when_they_are_over()
    {
        await using var api = await TestApi.StartAsync(o => o.KeepAudit = TimeSpan.FromDays(30));
        (await api.PostAsync("/api/queues/mail/pause")).Is(HttpStatusCode.NoContent);
        api.Clock.Advance(TimeSpan.FromDays(29));
        (await api.PostAsync("/api/queues/mail/resume")).Is(HttpStatusCode.NoContent);
        var janitor = api.App.Services.GetServices<IHostedService>().OfType<AccessJanitor>().Single();
        Assert.Equal(0, await janitor.RunOnceAsync(ApiCaller.Cancelled));

        api.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await janitor.RunOnceAsync(ApiCaller.Cancelled));
        Assert.Equal("queue.resume", Assert.Single(await ListAsync(api)).Action);
    }

    [Fact]
    public async Task A_part_of_a_backfill_is_recorded_as_a_part_and_the_answer_says_how_to_have_the_rest()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        const string Body = """{"from":"2026-03-02T10:00:00Z","to":"2026-03-02T11:00:00Z"}""";
        api.Client.Backfilled = 1;
        var refused = await api.SendAsync(HttpMethod.Post, "/api/jobs/a/backfill", Body, change: r => r.Headers.Add("Idempotency-Key", "monday"));
        refused.Is(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("'Idempotency-Key: monday'", refused.Text, StringComparison.Ordinal);
        Assert.Equal("monday", api.Client.BackfillRequests[^1]);
        var entry = Assert.Single(await ListAsync(api));
        Assert.Equal("job.backfill", entry.Action);
        Assert.Contains("\"partial\":true", entry.Detail!.Value.Text, StringComparison.Ordinal);
        Assert.Contains("\"made\":1", entry.Detail!.Value.Text, StringComparison.Ordinal);
        Assert.Contains("\"first\":\"2026-03-02T10:00:00", entry.Detail!.Value.Text, StringComparison.Ordinal);

        api.Client.Backfilled = 0;
        (await api.PostAsync("/api/jobs/a/backfill", Body)).Is(HttpStatusCode.ServiceUnavailable);
        Assert.Single(await ListAsync(api));
        api.Client.Backfilled = 2;
        (await api.PostAsync("/api/jobs/a/backfill", Body)).Is(HttpStatusCode.Accepted);
        Assert.DoesNotContain("partial", (await ListAsync(api))[0].Detail!.Value.Text, StringComparison.Ordinal);
        (await api.SendAsync(HttpMethod.Post, "/api/jobs/a/backfill", Body, change: r => r.Headers.Add("Idempotency-Key", new string('k', 201))))
            .Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Of_a_caller_who_goes_away_what_was_done_is_recorded_and_what_was_not_done_is_not()
    {
        await using var api = await TestApi.StartAsync();
        await api.Client.SeedJobAsync("a");
        foreach (var (isDone, expected) in ((bool, int)[])[(true, 1), (false, 1)])
        {
            using var gone = new CancellationTokenSource();
            api.Client.BeforePause = cancelled =>
            {
                gone.Cancel();
                cancelled.ThrowIfCancellationRequested();
                return isDone ? Task.CompletedTask : throw new OperationCanceledException(gone.Token);
            };
            await api.App.GetTestServer().SendAsync(
                context =>
                {
                    context.Request.Method = "POST";
                    context.Request.Path = "/api/jobs/a/pause";
                    context.Request.Host = new HostString("localhost");
                    context.RequestAborted = gone.Token;
                },
                ApiCaller.Cancelled);
            Assert.Equal(isDone, (await api.Client.GetAsync(new JobKey(TenantId.Default, JobName.Parse("a")), ApiCaller.Cancelled)).Job.Pause is not null);
            await api.Client.ResumeAsync(new JobKey(TenantId.Default, JobName.Parse("a")), "test", null, ApiCaller.Cancelled);
            Assert.Equal(expected, (await ListAsync(api)).Count(entry => entry.Action == "job.pause"));
        }
    }

    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(TestApi api) =>
        await api.Store.Audit.ListAsync(new AuditQuery(TenantId.Default), ApiCaller.Cancelled);
}
