using System.Globalization;
using Silos.Client.Json;
using Silos.Operations;
using Silos.Runs;

namespace Silos.Web.Dashboard.Operations;

/// <summary>What can be done to many runs, in words.</summary>
internal static class OperationWords
{
    /// <summary>Gets what can be done to runs in some states. Replaying is not offered where it is the same as retrying.</summary>
    public static IReadOnlyList<OperationAction> For(IReadOnlyCollection<RunState> states) =>
    [
        .. Enum.GetValues<OperationAction>().Where(action => states.Any(state => OperationBook.Takes(action, state)
            && !(action == OperationAction.Replay && OperationBook.Takes(OperationAction.Retry, state)))),
    ];

    /// <summary>Gets the word in addresses: <c>retry</c>.</summary>
    public static string Word(OperationAction action) => Words.Text(action);

    /// <summary>Gets the word on buttons: <c>Retry</c>.</summary>
    public static string Verb(OperationAction action) => action.ToString();

    /// <summary>Gets the heading of an operation.</summary>
    public static string Title(Operation operation) => $"{Verb(operation.Action)} {(operation.Uncounted ? "runs" : Runs(operation.Matched))}";

    /// <summary>Says what an action does, and to which of the runs that are asked for.</summary>
    public static string Meaning(OperationAction action) => action switch
    {
        OperationAction.Retry => "Those that failed, are dead or were cancelled are run again, each as a new run with the same payload.",
        OperationAction.Replay => "Those that have ended, however they ended, are run again, each as a new run with the same payload.",
        _ => "Those that have not ended are cancelled; what is running is asked to stop.",
    };

    /// <summary>Says why there is nothing to do.</summary>
    public static string Nothing(OperationAction action) => action switch
    {
        OperationAction.Retry => "There is nothing to retry: no such run has failed, is dead or was cancelled.",
        OperationAction.Replay => "There is nothing to replay: no such run has ended.",
        _ => "There is nothing to cancel: no such run waits or is running.",
    };

    /// <summary>Says how many runs it will be.</summary>
    public static string Count(OperationAction action, long matched) =>
        $"{Runs(matched)} will be {(action == OperationAction.Cancel ? "cancelled" : "run again")}.";

    /// <summary>Gets what may be done to one run that has ended: retrying what did its work is replaying it.</summary>
    public static OperationAction Again(RunState state) =>
        OperationBook.Takes(OperationAction.Retry, state) ? OperationAction.Retry : OperationAction.Replay;

    /// <summary>Gets how many runs have been dealt with, well or not.</summary>
    public static long Reached(Operation operation) => operation.Done + operation.Failed;

    /// <summary>Gets what there is to do in all. What ended or came while it was at work makes it a little more or less than was counted.</summary>
    public static long All(Operation operation) => operation.EndedAt is null ? Math.Max(operation.Matched, Reached(operation)) : Reached(operation);

    /// <summary>Gets how far it is.</summary>
    public static int Percent(Operation operation) =>
        operation.EndedAt is not null ? 100 : All(operation) is > 0 and var all ? (int)(100 * Reached(operation) / all) : 0;

    /// <summary>Counts runs.</summary>
    public static string Runs(long count) => count == 1 ? "1 run" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} runs");
}
