using System.Collections.Concurrent;
using System.Diagnostics;
using Silos.Runs;

namespace Silos.Cluster.Tests.Telemetry;

/// <summary>The spans of Silos and of the test itself, all of them sampled.</summary>
internal sealed class Spans : IDisposable
{
    private const string Client = "Tests.Client";

    private static readonly ActivitySource Own = new(Client);

    private readonly ConcurrentBag<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Silos" or Client,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Asks for something within a span of a client app that is no span of Silos.</summary>
    public static async Task<(T Answer, ActivityTraceId Trace)> AskAsync<T>(Func<Task<T>> ask)
    {
        using var span = Own.StartActivity("ask")!;
        return (await ask(), span.TraceId);
    }

    /// <summary>Gets the one span of whoever asked for a run. There is one however many processes the question went through.</summary>
    public Activity Asked(RunId run)
    {
        var attempt = Attempt(run)!;
        var asked = Assert.Single(_spans, span => span.Kind == ActivityKind.Producer && span.TraceId == attempt.TraceId);
        Assert.Equal(asked.SpanId, attempt.ParentSpanId);
        Assert.Equal(run.ToString(), asked.GetTagItem("messaging.message.id"));
        return asked;
    }

    /// <summary>Gets the span of the attempt at a run; null if it has not ended.</summary>
    public Activity? Attempt(RunId run) =>
        _spans.SingleOrDefault(span => span.Kind == ActivityKind.Consumer && span.GetTagItem("silos.run") as string == run.ToString());

    public void Dispose() => _listener.Dispose();
}
