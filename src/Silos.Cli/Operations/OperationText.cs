using Silos.Cli.Output;
using Silos.Client.Operations;

namespace Silos.Cli.Operations;

/// <summary>Operations as people read them.</summary>
internal static class OperationText
{
    /// <summary>Writes what an action does, as done.</summary>
    public static string Done(string action) => action switch
    {
        "cancel" => "cancelled",
        "retry" => "retried",
        "replay" => "replayed",
        _ => $"done ({action})",
    };

    /// <summary>Writes where an operation stands.</summary>
    public static Cell State(OperationResponse operation) => new(operation.State, operation.State switch
    {
        "completed" when operation.Failed == 0 => Meaning.Good,
        "completed" or "failed" => Meaning.Bad,
        _ => Meaning.Busy,
    });

    /// <summary>Writes what came of it so far.</summary>
    public static string Result(OperationResponse operation) =>
        $"{OperationText.Done(operation.Action)} {OfAll(operation)}{(operation.Failed > 0 ? $", {operation.Failed} could not be" : string.Empty)}{(operation.Problem is { } problem ? $"; {operation.State}: {problem}" : string.Empty)}";

    /// <summary>Writes how many runs matched.</summary>
    public static string Matched(OperationResponse operation) => operation.Matched is { } matched ? Show.Number(matched) : "not counted";

    /// <summary>Shows all that is known of one.</summary>
    public static void Write(TextView text, OperationResponse operation) => text.Facts(
        ("id", operation.Id),
        ("action", operation.Action),
        ("state", State(operation)),
        ("problem", operation.Problem),
        ("matched", Matched(operation)),
        ("done", Show.Number(operation.Done)),
        ("failed", operation.Failed > 0 ? new Cell(Show.Number(operation.Failed), Meaning.Bad) : null),
        ("asked for", $"{Show.Instant(operation.StartedAt)} by {operation.By}"),
        ("ended", operation.EndedAt is null ? null : Show.Instant(operation.EndedAt)),
        ("reason", operation.Reason));

    private static string OfAll(OperationResponse operation) =>
        operation.Matched is { } matched ? $"{operation.Done} of {Show.Count(matched, "run")}" : Show.Count(operation.Done, "run");
}
