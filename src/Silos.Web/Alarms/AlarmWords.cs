using Silos.Runs;

namespace Silos.Web.Alarms;

/// <summary>What became of telling people of an alarm, in a word.</summary>
internal static class AlarmWords
{
    /// <summary>Gets the word for the state of the run that tells; null for a run that is no longer kept.</summary>
    public static string Of(RunState? state) => state switch
    {
        null => "unknown",
        RunState.Completed or RunState.Skipped => "delivered",
        { } other => other.IsFinal() ? "failed" : "waiting",
    };
}
