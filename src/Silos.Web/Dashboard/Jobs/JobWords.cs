using Silos.Jobs;

namespace Silos.Web.Dashboard.Jobs;

/// <summary>Jobs in words.</summary>
internal static class JobWords
{
    /// <summary>Says why a job has no due instant ahead.</summary>
    public static string NoNext(Job job) => job switch
    {
        { Definition.Schedules.Count: 0 } => "only when triggered",
        { IsActive: false } => $"not while {(job.Pause is null ? "disabled" : "paused")}",
        _ => "none",
    };

    /// <summary>Gets a verdict as people say it.</summary>
    public static string Of(Verdict verdict) => Client.Json.Words.Text(verdict).Replace('_', ' ');

    /// <summary>Tells whether a verdict made a run.</summary>
    public static bool MadeRun(Verdict verdict) => verdict is Verdict.Enqueued or Verdict.CaughtUp;
}
