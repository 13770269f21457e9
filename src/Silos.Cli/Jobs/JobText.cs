using Silos.Cli.Output;
using Silos.Client.Jobs;

namespace Silos.Cli.Jobs;

/// <summary>Jobs as people read them.</summary>
internal static class JobText
{
    /// <summary>Says how a job is, in a word.</summary>
    public static Cell Status(JobResponse job) => job switch
    {
        { Pause: not null } => new Cell(job.Running > 0 ? "paused, running" : "paused", Meaning.Held),
        { Definition.Enabled: false } => new Cell("disabled", Meaning.Quiet),
        { Running: > 0 } => new Cell("running", Meaning.Busy),
        { Live: > 0 } => "waiting",
        _ => "idle",
    };

    /// <summary>Says how the last run ended.</summary>
    public static Cell LastRun(JobResponse job) => job.LastRun is { } run ? Show.State(run.State) : Show.None;

    /// <summary>Lists the expressions.</summary>
    public static string Schedules(JobDocument definition) => definition.Schedules is { Count: > 0 } schedules
        ? string.Join(" | ", schedules.Select(schedule => schedule.Expression))
        : "manual";

    /// <summary>Says who paused something and why.</summary>
    public static string? Pause(PauseResponse? pause) => pause is null
        ? null
        : $"by {pause.By} at {Show.Instant(pause.At)}{(pause.Reason is { } reason ? $": {reason}" : string.Empty)}";

    /// <summary>Shows reasons why something does not run.</summary>
    public static void Explain(TextView text, ExplainResponse answer, string nothing)
    {
        if (answer.Blockers.Count == 0)
        {
            text.Line(nothing);
            return;
        }

        text.Table(nothing, ["REASON", Column.IfRoom("UNTIL", 1), Column.Prose("MESSAGE")], answer.Blockers.Select(blocker => (IReadOnlyList<Cell>)
            [new Cell(blocker.Code, Meaning.Held), Show.Instant(blocker.Until), blocker.Message]));
    }
}
