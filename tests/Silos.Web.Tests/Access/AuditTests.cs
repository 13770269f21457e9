using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Silos.Audit;
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

    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(TestApi api) =>
        await api.Store.Audit.ListAsync(new AuditQuery(TenantId.Default), ApiCaller.Cancelled);
}
