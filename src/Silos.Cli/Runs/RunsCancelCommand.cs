using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs cancel</c>.</summary>
internal sealed class RunsCancelCommand : CliCommand
{
    private readonly Argument<string[]> _ids;
    private readonly Option<string?> _reason;
    private readonly Option<bool> _terminate;

    public RunsCancelCommand(CliParts cli)
        : base("cancel", "Cancels runs: at once if they wait, cooperatively if they execute.", cli, "runs cancel 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01 --reason \"wrong file\"")
    {
        _ids = WordList("id", "The runs.");
        _reason = Value<string?>("--reason", "Why, for whoever looks.", "TEXT");
        _terminate = Flag("--terminate", "Record them as cancelled at once, whatever their code does.");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var request = new CancelRunRequest { Reason = call.Get(_reason), Terminate = call.Get(_terminate) ? true : null };
        return Each.DoAsync(call, call.Get(_ids), async id =>
        {
            await call.Client.CancelAsync(CliCall.RunOf(id), request, cancellationToken);
            return new Done("cancelled", id);
        });
    }
}
