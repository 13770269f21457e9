using System.Diagnostics;
using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Secrets;

namespace Silos.Engine.Telemetry;

/// <summary>
/// Spans, in OpenTelemetry's words for messaging: who asks for a run is a producer, an attempt at it is a consumer that continues the
/// producer's trace, also in another process and after days.
/// </summary>
internal static class SilosTracing
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Silos";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of whoever asks for runs; null if nobody listens.</summary>
    /// <param name="handler">The handler, or the job that is triggered.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="given">The trace context that came with the request, if one did.</param>
    /// <param name="again">The trace context of the run that is repeated: another trace, to which this one is linked.</param>
    public static Activity? Ask(string handler, TenantId tenant, string? given, string? again = null)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var activity = Source.StartActivity($"enqueue {handler}", ActivityKind.Producer, ParentOf(given));
        activity?.SetTag("messaging.system", "silos");
        activity?.SetTag("messaging.operation.name", "enqueue");
        activity?.SetTag("messaging.operation.type", "send");
        activity?.SetTag("silos.tenant", tenant.Value);
        if (ActivityContext.TryParse(again, null, isRemote: true, out var before))
        {
            activity?.AddLink(new ActivityLink(before));
        }

        return activity;
    }

    /// <summary>Adds which run was asked for, and its queue where that is known.</summary>
    public static void Describe(Activity? activity, RunId run, string? queue)
    {
        activity?.SetTag("messaging.message.id", run.ToString());
        activity?.SetTag("messaging.destination.name", queue);
    }

    /// <summary>Gets the trace context to store with a run.</summary>
    /// <param name="asking">The span of whoever asks; null if nobody listens to ours.</param>
    /// <param name="given">The trace context that came with the request, if one did.</param>
    public static string? Context(Activity? asking, string? given)
    {
        if (asking is { IdFormat: ActivityIdFormat.W3C } && IsWithin(asking, given))
        {
            return asking.Id;
        }

        // Where only others trace, what they sample is continued. What they do not is not worth storing with each run.
        return Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } current && IsWithin(current, given) ? current.Id : given;
    }

    /// <summary>Begins the span of an attempt; null if nobody listens.</summary>
    public static Activity? Start(AttemptContext attempt)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        // Whatever happens to be current on the thread has nothing to do with the run.
        Activity.Current = null;
        ActivityContext.TryParse(attempt.Options.TraceParent, null, isRemote: true, out var parent);
        var activity = Source.StartActivity($"run {attempt.Handler}", ActivityKind.Consumer, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", "silos");
            activity.SetTag("messaging.operation.name", "run");
            activity.SetTag("messaging.operation.type", "process");
            activity.SetTag("messaging.message.id", attempt.RunId.ToString());
            activity.SetTag("messaging.destination.name", attempt.Queue.Value);
            activity.SetTag("silos.run", attempt.RunId.ToString());
            activity.SetTag("silos.tenant", attempt.Tenant.Value);
            activity.SetTag("silos.job", attempt.Job?.Value);
            activity.SetTag("silos.queue", attempt.Queue.Value);
            activity.SetTag("silos.attempt", attempt.Attempt);
        }

        return activity;
    }

    /// <summary>Ends the span of an attempt.</summary>
    /// <param name="activity">The span; null if there is none.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="thrown">What the handler threw.</param>
    public static void End(Activity? activity, AttemptOutcome outcome, Exception? thrown)
    {
        if (activity is null)
        {
            return;
        }

        // To find nothing to do, to ask for another time, or to be stopped by a person or a stopping process is no error of the handler.
        if (outcome.End is AttemptEnd.Failed or AttemptEnd.TimedOut)
        {
            // Spans leave the process: what looks like a credential does not go with them.
            var told = thrown is null ? outcome.Error?.Message : RunError.Told(thrown);
            activity.SetStatus(ActivityStatusCode.Error, told is null ? null : Redactor.Looks(told));
            activity.SetTag("error.type", outcome.Error?.Type);
        }

        activity.SetTag("silos.outcome", outcome.End switch
        {
            AttemptEnd.TimedOut => "timeout",
            AttemptEnd.HandedBack => "handed_back",
            var end => end.ToString().ToLowerInvariant(),
        });
        activity.Dispose();
    }

    /// <summary>The span of the request, if it belongs to the trace that the request names; else that trace.</summary>
    private static ActivityContext ParentOf(string? given) =>
        Activity.Current is { } current && IsWithin(current, given) ? current.Context
        : ActivityContext.TryParse(given, null, isRemote: true, out var parent) ? parent
        : default;

    private static bool IsWithin(Activity current, string? given) =>
        given is null || (ActivityContext.TryParse(given, null, out var parent) && parent.TraceId == current.TraceId);
}
