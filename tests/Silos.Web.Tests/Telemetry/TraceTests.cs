using System.Collections.Concurrent;
using System.Diagnostics;

namespace Silos.Web.Tests.Telemetry;

/// <summary>Whoever asks, the attempt, and what the handler does are one trace.</summary>
public sealed class TraceTests
{
    private const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Other = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203332-01";

    [Fact]
    public async Task From_the_request_to_the_handlers_own_spans_there_is_one_trace()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = Listen(spans);
        await using var host = await TelemetryHost.StartAsync();
        var run = await host.RunAsync("traced", Caller);
        var asked = Assert.Single(spans, span => span.Kind == ActivityKind.Producer && span.GetTagItem("messaging.message.id") as string == run);
        var attempt = Assert.Single(spans, span => span.Kind == ActivityKind.Consumer && span.GetTagItem("silos.run") as string == run);
        var own = Assert.Single(spans, span => span.Source.Name == TelemetryHost.OwnSource && span.TraceId == attempt.TraceId);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", asked.TraceId.ToHexString());
        Assert.Equal((asked.TraceId, asked.SpanId), (attempt.TraceId, attempt.ParentSpanId));
        Assert.Equal(attempt.SpanId, own.ParentSpanId);
        Assert.Equal(("enqueue traced", "run traced"), (asked.OperationName, attempt.OperationName));
        Assert.Equal(("completed", ActivityStatusCode.Unset), (attempt.GetTagItem("silos.outcome"), attempt.Status));
    }

    [Fact]
    public async Task A_trigger_and_its_run_are_one_trace_too()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = Listen(spans);
        await using var host = await TelemetryHost.StartAsync();
        (await host.Api.PutAsync("/api/jobs/nightly", """{"handler":"traced"}""")).Is(System.Net.HttpStatusCode.Created);
        var triggered = await host.Api.PostAsync("/api/jobs/nightly/trigger");
        var run = System.Text.Json.JsonDocument.Parse(triggered.Text).RootElement.GetProperty("id").GetString()!;
        await host.EndAsync(run);
        var attempt = Assert.Single(spans, span => span.GetTagItem("silos.run") as string == run);
        var asked = Assert.Single(spans, span => span.Kind == ActivityKind.Producer && span.TraceId == attempt.TraceId);
        Assert.Equal((run, asked.SpanId), (asked.GetTagItem("messaging.message.id"), attempt.ParentSpanId));
    }

    [Fact]
    public async Task A_run_that_is_repeated_belongs_to_whoever_asks_for_it_and_knows_the_first_one()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = Listen(spans);
        await using var host = await TelemetryHost.StartAsync();
        var first = await host.RunAsync("fail", Caller);
        var repeated = await host.Api.SendAsync(
            HttpMethod.Post, $"/api/runs/{first}/retry", "{}", change: request => request.Headers.TryAddWithoutValidation("traceparent", Other));
        var second = System.Text.Json.JsonDocument.Parse(repeated.Text).RootElement.GetProperty("id").GetString()!;
        await host.EndAsync(second);
        var attempt = Assert.Single(spans, span => span.GetTagItem("silos.run") as string == second);
        var asked = Assert.Single(spans, span => span.Kind == ActivityKind.Producer && span.GetTagItem("messaging.message.id") as string == second);
        Assert.Equal((asked.TraceId, asked.SpanId), (attempt.TraceId, attempt.ParentSpanId));
        Assert.Equal("1af7651916cd43dd8448eb211c80319c", asked.TraceId.ToHexString());
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Assert.Single(asked.Links).Context.TraceId.ToHexString());
    }

    /// <summary>A run that nobody traced begins a trace of its own, whatever the thread did before.</summary>
    [Fact]
    public async Task A_failed_attempt_says_what_failed_and_runs_do_not_share_a_trace()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = Listen(spans);
        await using var host = await TelemetryHost.StartAsync();
        var failed = await host.RunAsync("fail");
        var skipped = await host.RunAsync("skip");
        var first = Assert.Single(spans, span => span.GetTagItem("silos.run") as string == failed);
        var second = Assert.Single(spans, span => span.GetTagItem("silos.run") as string == skipped);
        Assert.Equal((ActivityStatusCode.Error, "failed"), (first.Status, first.GetTagItem("silos.outcome")));
        Assert.NotNull(first.GetTagItem("error.type"));
        Assert.Equal((ActivityStatusCode.Unset, "skipped"), (second.Status, second.GetTagItem("silos.outcome")));
        Assert.NotEqual(first.TraceId, second.TraceId);
    }

    private static ActivityListener Listen(ConcurrentBag<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Silos" or "Microsoft.AspNetCore" or TelemetryHost.OwnSource,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
