using System.Diagnostics;

namespace Silos.Engine.Workers;

/// <summary>Spans: the execution of a run continues the trace of whoever asked for it.</summary>
internal static class SilosTracing
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Silos";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of an attempt; null if nobody listens.</summary>
    public static Activity? Start(AttemptContext attempt)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        ActivityContext.TryParse(attempt.Options.TraceParent, null, out var parent);
        var activity = Source.StartActivity($"run {attempt.Handler}", ActivityKind.Consumer, parent);
        activity?.SetTag("silos.run", attempt.RunId.ToString());
        activity?.SetTag("silos.tenant", attempt.Tenant.Value);
        activity?.SetTag("silos.job", attempt.Job?.Value);
        activity?.SetTag("silos.queue", attempt.Queue.Value);
        activity?.SetTag("silos.attempt", attempt.Attempt);
        return activity;
    }
}
