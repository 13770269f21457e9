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

    [Fact]
    public async Task A_whole_record_as_a_client_has_it_is_taken_under_its_own_id()
    {
        await using var api = await TestApi.StartAsync();
        const string Id = "01890f0e-5b7a-7cc1-9d2e-3c1f5e7a9b01";
        var reply = (await api.PostAsync("/api/collections/queues/records", $$"""
            {"id":"{{Id}}","name":"n","description":"d","payload":{"type":"noop","data": {} },"attempts":0,"reserved_at":null,
             "created":"2025-01-01T00:00:00Z","updated":"2025-01-01T00:00:00Z"}
            """)).Is(HttpStatusCode.OK);

        Assert.Equal(Id, reply.GetProperty("id").GetString());
        Assert.Equal("2026-03-02T12:00:00.000Z", reply.GetProperty("created").GetString());
    }

    [Fact]
    public async Task What_is_unknown_in_a_record_is_told_with_each_known_field_once()
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.PostAsync("/api/collections/queues/records", """{"name":"n","payload":{"type":"noop"},"kind":"x"}""");

        Assert.Contains(
            "(known: name, description, payload, created, updated, attempts, reserved_at, id)",
            reply.Is(HttpStatusCode.BadRequest).GetProperty("errors")[0].GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_that_is_no_object_is_refused_in_the_words_of_existing_handlers()
    {
        await using var api = await TestApi.StartAsync();
        var reply = await api.PostAsync("/api/collections/queues/records", """{"name":"n","payload":{"type":"noop","data":"x"}}""");

        var error = reply.Is(HttpStatusCode.BadRequest).GetProperty("errors")[0];
        Assert.Equal("payload.data", error.GetProperty("field").GetString());
        Assert.Equal("invalid job payload structure: must be an object", error.GetProperty("message").GetString());
    }
}
