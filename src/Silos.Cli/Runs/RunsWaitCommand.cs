using System.CommandLine;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs wait</c>.</summary>
internal sealed class RunsWaitCommand : CliCommand
{
    private readonly Argument<string> _id;
    private readonly Option<string?> _timeout;

    public RunsWaitCommand(CliParts cli)
        : base("wait", "Waits until a run has ended; ends with 8 unless it completed or was skipped.", cli, "runs wait 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01 --timeout 10m")
    {
        _id = Word("id", "The run.");
        _timeout = Value<string?>("--timeout", "How long to wait; then ends with 9. Default: for ever.", "DURATION");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        RunWait.EndAsync(call, CliCall.RunOf(call.Get(_id)), Inputs.Patience(call.Get(_timeout), "--timeout"), cancellationToken);
}
