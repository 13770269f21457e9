using System.Net;
using System.Net.Sockets;
using Silos.Client;
using Silos.Client.Jobs;
using Silos.Client.Queues;
using Silos.Client.Runs;
using Silos.Jobs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Web.Tests.Support;

namespace Silos.Web.Tests.Http;

/// <summary>The typed client against the API: both sides of the wire agree.</summary>
public sealed class SilosHttpClientTests
{
    private static CancellationToken Cancelled => TestApi.Cancelled;

    [Fact]
    public async Task Jobs_go_there_and_back()
    {
        await using var api = await TestApi.StartAsync();
        var client = new SilosHttpClient(api.Http, api.Clock);
        var definition = new JobDefinition
        {
            Name = JobName.Parse("nightly report"),
            Handler = "noop",
            Payload = JsonText.Parse("""{"a":1}"""),
            Schedules = [new ScheduleSpec { Expression = "30 1 * * *", TimeZone = "Europe/Dublin", Jitter = TimeSpan.FromSeconds(5) }],
            Timeout = TimeSpan.FromMinutes(5),
            Retry = new RetryPolicy { MaxAttempts = 7, NonRetryableErrors = ["X"] },
            Overlap = new OverlapPolicy { Mode = OverlapMode.Allow, Limit = 3 },
            Tags = ["t"],
        };
        var registered = await client.RegisterAsync(definition, Cancelled);
        Assert.Equal("IDLE", registered.Status);
        Assert.Equal(definition, (await api.Store.Jobs.FindAsync(new JobKey(TenantId.Default, definition.Name), Cancelled))!.Definition);
        Assert.Equal(JobDocument.ToJson(definition), System.Text.Json.JsonSerializer.Serialize(
            (await client.GetJobAsync("nightly report", Cancelled)).Definition, Silos.Client.Json.ClientJson.Default.JobDocument));

        Assert.Single((await client.ListJobsAsync(tag: "t", cancellationToken: Cancelled)).Items);
        Assert.Equal("why", (await client.PauseJobAsync("nightly report", "why", Cancelled)).Pause?.Reason);
        Assert.Equal("job_paused", (await client.ExplainJobAsync("nightly report", Cancelled)).Blockers[0].Code);
        Assert.Null((await client.ResumeJobAsync("nightly report", null, Cancelled)).Pause);
        Assert.Equal(3, (await client.PreviewAsync("nightly report", count: 3, cancellationToken: Cancelled)).Occurrences.Count);
        Assert.Equal(2, (await client.PreviewScheduleAsync("@daily", count: 2, cancellationToken: Cancelled)).Occurrences.Count);
        Assert.Empty((await client.ListOccurrencesAsync("nightly report", since: TestApi.Noon, cancellationToken: Cancelled)).Items);
        var history = await client.ListDefinitionsAsync("nightly report", before: 2, limit: 1, cancellationToken: Cancelled);
        Assert.Equal(("local", "api", 0), (history.Items[0].By, history.Items[0].Source, history.Items[0].Changes?.Count));
        var backfill = new BackfillRequest { From = TestApi.Noon.AddDays(-1), To = TestApi.Noon, DryRun = true };
        Assert.Equal(2, (await client.BackfillAsync("nightly report", backfill, Cancelled)).Count);
        var run = await client.TriggerAsync("nightly report", new TriggerRequest { Payload = JsonText.Parse("[1]") }, Cancelled);
        Assert.Equal("nightly report", (await client.GetRunAsync(run, Cancelled)).Job);
        await client.DeleteJobAsync("nightly report", Cancelled);
        Assert.Equal("not_found", (await Assert.ThrowsAsync<SilosHttpException>(() => client.GetJobAsync("nightly report", Cancelled))).Code);
    }

    [Fact]
    public async Task Runs_go_there_and_back()
    {
        await using var api = await TestApi.StartAsync();
        var client = new SilosHttpClient(api.Http, api.Clock);
        var request = new EnqueueRequest
        {
            Handler = "noop",
            Payload = JsonText.Parse("[1,2]"),
            Queue = "mail",
            Priority = 3,
            RunAt = TestApi.Noon.AddHours(1),
            MaxAttempts = 2,
            Timeout = "10s",
            IdempotencyKey = "k",
            IdempotencyWindow = "1h",
            OnDuplicate = "reject",
            ConcurrencyKey = "c",
            ConcurrencyLimit = 2,
            DeleteOnSuccess = false,
            Name = "n",
            Description = "d",
            Tags = ["t"],
            Metadata = JsonText.Parse("""{"m":1}"""),
        };
        var first = RunId.Parse((await client.EnqueueAsync(request, Cancelled)).Id);
        var shown = await client.GetRunAsync(first, Cancelled);
        Assert.Equal(("scheduled", "mail", 3, 2, "10s", "n"), (shown.State, shown.Queue, shown.Priority, shown.MaxAttempts, shown.Timeout, shown.Name));
        Assert.Equal("duplicate", (await Assert.ThrowsAsync<SilosHttpException>(() => client.EnqueueAsync(request, Cancelled))).Code);

        var batch = await client.EnqueueManyAsync([new EnqueueRequest { Handler = "noop" }, new EnqueueRequest { Handler = "email" }], Cancelled);
        Assert.Equal(2, batch.Runs.Count);
        var filter = new FilterDocument { Field = "handler", Operator = "=", Value = JsonText.Parse("\"email\"") };
        var query = new RunListRequest { State = "queued", Since = TestApi.Noon.AddHours(-1), Filter = filter, Limit = 10 };
        Assert.Equal(batch.Runs[1].Id, Assert.Single((await client.ListRunsAsync(query, Cancelled)).Items).Id);
        Assert.Equal(3, (await client.ListRunsAsync(null, Cancelled)).Items.Count);

        await client.CancelAsync(first, new CancelRunRequest { Reason = "no", CancelledBy = "bob" }, Cancelled);
        await client.CancelAsync(first, null, Cancelled);
        Assert.Equal("conflict", (await Assert.ThrowsAsync<SilosHttpException>(() => client.RetryAsync(first, Cancelled))).Code);
        Assert.Equal("no_slots", (await client.ExplainRunAsync(first, Cancelled)).Blockers[0].Code);
        Assert.Empty((await client.GetLogAsync(first, 0, Cancelled)).Items);

        await api.Client.SeedAsync(RunState.Completed, "a");
        Assert.Equal(1, (await client.GetStatisticsAsync(Cancelled)).Successful);
        var log = new JobLogListRequest { Filter = new FilterDocument { Field = "job_name", Operator = "=", Value = JsonText.Parse("\"a\"") } };
        Assert.Equal("completed", Assert.Single((await client.ListJobLogsAsync(log, Cancelled)).Items).Status);
    }

    [Fact]
    public async Task Queues_and_health_go_there_and_back()
    {
        await using var api = await TestApi.StartAsync();
        var client = new SilosHttpClient(api.Http, api.Clock);
        Assert.Empty((await client.ListQueuesAsync(Cancelled)).Items);
        await client.PauseQueueAsync("a b", "why", Cancelled);
        await client.ResumeQueueAsync("a b", Cancelled);
        await client.SetQueueLimitsAsync("a b", new QueueLimitsDocument { MaxConcurrency = 2 }, Cancelled);
        await client.PauseAllAsync(new PauseAllRequest { Scope = "all" }, Cancelled);
        await client.ResumeAllAsync(null, Cancelled);
        Assert.Equal(
            ["pause queue default/a b local why", "resume queue default/a b local", "limits default/a b 2 /1  1", "pause * local ", "resume default local"],
            api.Client.Calls);
        Assert.True(await client.IsHealthyAsync(Cancelled));
        api.Health.Now = api.Health.Now with { Draining = true };
        Assert.False(await client.IsHealthyAsync(Cancelled));
        Assert.Equal("unavailable", (await client.GetHealthAsync(Cancelled)).Status);
    }

    [Fact]
    public async Task Waiting_goes_on_asking_until_the_run_has_ended()
    {
        await using var api = await TestApi.StartAsync(o => o.MaxWait = TimeSpan.FromSeconds(1));
        await api.Client.SeedJobAsync("a");
        var waiting = new SilosHttpClient(api.Http, api.Clock).TriggerAndWaitAsync("a", null, Cancelled);
        while (api.Client.Ending is null)
        {
            await Task.Yield();
        }

        api.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        var id = (await api.Store.Reader.ListAsync(new Silos.Stores.RunQuery(TenantId.Default), Cancelled))[0].Id;
        var ended = await api.Client.SeedAsync(RunState.Completed);
        api.Client.Ending!.SetResult((await api.Client.GetRunAsync(TenantId.Default, ended, Cancelled)).Run);
        await api.Client.FinishAsync(id);
        Assert.Equal("completed", (await waiting).State);
    }

    [Fact]
    public async Task Refusals_carry_every_problem_and_the_wait_they_ask_for()
    {
        await using var api = await TestApi.StartAsync();
        var client = new SilosHttpClient(api.Http, api.Clock);
        var invalid = await Assert.ThrowsAsync<SilosHttpException>(() => client.EnqueueAsync(new EnqueueRequest { Priority = 5_000 }, Cancelled));
        Assert.Equal((400, "invalid"), (invalid.Status, invalid.Code));
        Assert.Equal(["handler", "priority"], invalid.Problem.Errors!.Select(e => e.Field));

        api.Client.Throws = new TooManyException("Too fast.", TimeSpan.FromSeconds(7));
        var tooMany = await Assert.ThrowsAsync<SilosHttpException>(() => client.GetJobAsync("a", Cancelled));
        Assert.Equal(TimeSpan.FromSeconds(7), tooMany.RetryAfter);
    }

    [Fact]
    public async Task An_answer_that_is_not_from_Silos_is_told_as_such()
    {
        using var http = new HttpClient(new Stranger()) { BaseAddress = new Uri("http://localhost/") };
        var client = new SilosHttpClient(http, new TestClock(TestApi.Noon));
        var exception = await Assert.ThrowsAsync<SilosHttpException>(() => client.GetJobAsync("a", Cancelled));
        Assert.Equal((502, "unreadable"), (exception.Status, exception.Code));
        Assert.False(await client.IsHealthyAsync(Cancelled));
    }

    [Fact]
    public async Task A_connection_that_is_gone_in_the_moment_it_is_made_is_a_broken_connection_like_others()
    {
        using var http = new HttpClient(new Gone()) { BaseAddress = new Uri("http://localhost/") };
        var client = new SilosHttpClient(http, new TestClock(TestApi.Noon));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetJobAsync("a", Cancelled));
        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
        Assert.IsType<SocketException>(exception.InnerException);
        Assert.False(await client.IsHealthyAsync(Cancelled));
    }

    private sealed class Gone : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new SocketException((int)SocketError.NotConnected);
    }

    private sealed class Stranger : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>") });
    }
}
