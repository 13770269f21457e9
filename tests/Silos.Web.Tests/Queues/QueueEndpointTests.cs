using System.Net;
using Silos.Jobs;
using Silos.Queues;
using Silos.Stores;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Queues;

public sealed class QueueEndpointTests
{
    [Fact]
    public async Task Queues_are_listed_with_settings_and_depth()
    {
        await using var api = await TestApi.StartAsync();
        var key = new QueueKey(TenantId.Default, QueueName.Parse("mail"));
        api.Client.Queues =
        [
            new QueueView(
                key,
                new Pause("alice", "spam", TestApi.Noon),
                new QueueLimits { MaxConcurrency = 3, Rate = 10, RateInterval = TimeSpan.FromMinutes(1), Weight = 2 },
                new QueueDepth(key, 5, 1, 2, TestApi.Noon)),
        ];
        var queue = (await api.GetAsync("/api/queues")).Is(HttpStatusCode.OK).GetProperty("items")[0];
        Assert.Equal(
            """{"name":"mail","pause":{"by":"alice","reason":"spam","at":"2026-03-02T12:00:00.000Z"},"limits":{"maxConcurrency":3,"rate":10,"rateInterval":"1m","weight":2},"queued":5,"scheduled":1,"running":2,"oldestQueuedAt":"2026-03-02T12:00:00.000Z"}""",
            queue.GetRawText());
    }

    [Fact]
    public async Task Queues_and_everything_are_paused_resumed_and_limited()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/api/queues/mail/pause", """{"reason":"spam"}"""),
            ("POST", "/api/queues/mail/resume", null),
            ("PUT", "/api/queues/mail/limits", """{"maxConcurrency":3,"rate":10,"rateInterval":"1m","burst":20,"weight":2}"""),
            ("PUT", "/api/queues/mail/limits", "{}"),
            ("POST", "/api/pause", """{"reason":"fire"}"""),
            ("POST", "/api/pause", """{"scope":"all"}"""),
            ("POST", "/api/resume", """{"scope":"all"}"""),
            ("POST", "/api/resume", null),
        })
        {
            (await api.SendAsync(new HttpMethod(method), path, body)).Is(HttpStatusCode.NoContent);
        }

        Assert.Equal(
            [
                "pause queue default/mail local spam", "resume queue default/mail local", "limits default/mail 3 10/60 20 2", "limits default/mail  /1  1",
                "pause default local fire", "pause * local ", "resume * local", "resume default local",
            ],
            api.Client.Calls);
    }
}
