using System.CommandLine;
using Silos.Client.Json;
using Silos.Client.Operations;

namespace Silos.Cli.Operations;

/// <summary>Whether to wait until an operation is through, and for how long.</summary>
internal sealed class OperationWait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Option<bool> _wait = new("--wait") { Description = "Wait until the operation is through; ends with 8 if it could not deal with some runs, or was given up." };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "How long to wait; then ends with 9, and the operation goes on. Default: for ever.", HelpName = "DURATION" };

    /// <summary>Adds <c>--wait</c> and <c>--timeout</c> to a command.</summary>
    public static OperationWait AddTo(Command command)
    {
        var inputs = new OperationWait();
        command.Add(inputs._wait);
        command.Add(inputs._timeout);
        return inputs;
    }

    /// <summary>Tells whether one of them was given.</summary>
    public bool IsGiven(CliCall call) => call.Get(_wait) || call.Has(_timeout);

    /// <summary>Insists on options that make sense, before anything is done.</summary>
    /// <exception cref="CliException">They make none.</exception>
    public void Check(CliCall call)
    {
        if (Inputs.Patience(call.Get(_timeout), "--timeout") is not null && !call.Get(_wait))
        {
            throw CliException.Usage("--timeout has a meaning only together with --wait");
        }
    }

    /// <summary>Tells that an operation is under way, or waits for its end and tells what came of it.</summary>
    public async Task<CliExit> EndAsync(CliCall call, OperationResponse operation, CancellationToken cancellationToken)
    {
        if (!call.Get(_wait))
        {
            call.Out.Show(operation, ClientJson.Default.OperationResponse, text => text.Line(
                $"{(operation.Matched is { } matched ? Output.Show.Count(matched, "run") : "they")} will be {OperationText.Done(operation.Action)}; 'silos operations get {operation.Id}' tells how far it is"));
            return CliExit.Ok;
        }

        var ended = await WatchAsync(call, operation, Inputs.Patience(call.Get(_timeout), "--timeout"), cancellationToken);
        call.Out.Show(ended, ClientJson.Default.OperationResponse, text => text.Line(OperationText.Result(ended)));
        return ended is { Failed: 0, Problem: null } ? CliExit.Ok : CliExit.RunFailed;
    }

    private static async Task<OperationResponse> WatchAsync(CliCall call, OperationResponse operation, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var progress = call.Out.Progress();
        using var over = timeout is { } patience ? new CancellationTokenSource(patience, call.Host.Clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            while (operation.EndedAt is null)
            {
                progress.Report(operation.Matched is > 0 and { } matched ? 100.0 * (operation.Done + operation.Failed) / matched : null, OperationText.Result(operation));
                await Task.Delay(Look, call.Host.Clock, either.Token);
                operation = await call.Client.GetOperationAsync(operation.Id, either.Token);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                CliExit.TimedOut, $"operation {operation.Id} was not through in time; it goes on, see 'silos operations get {operation.Id}'");
        }

        return operation;
    }
}
