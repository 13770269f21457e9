using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs cancel</c>.</summary>
internal sealed class RunsCancelCommand : CliCommand
{
    private readonly Argument<string[]> _ids = new("id") { Description = "The runs; none where options say which.", Arity = ArgumentArity.ZeroOrMore };
    private readonly BulkInputs _bulk;
    private readonly Option<string?> _reason;
    private readonly Option<bool> _terminate;

    public RunsCancelCommand(CliParts cli)
        : base(
            "cancel",
            "Cancels runs, at once if they wait, cooperatively if they execute: those that are named, or all that fit, in the background.",
            cli,
            "runs cancel 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01 --reason \"wrong file\"",
            "runs cancel --queue mail --state queued --dry-run",
            "runs cancel --tag import --until 1h --reason \"wrong file\" --wait")
    {
        Add(_ids);
        _bulk = BulkInputs.AddTo(this);
        _reason = Value<string?>("--reason", "Why, for whoever looks.", "TEXT");
        _terminate = Flag("--terminate", "Record those that are named as cancelled at once, whatever their code does.");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var ids = call.Get(_ids);
        if (ids.Length == 0 && call.Get(_terminate))
        {
            throw CliException.Usage("--terminate is for runs that are named");
        }

        var request = new CancelRunRequest { Reason = call.Get(_reason), Terminate = call.Get(_terminate) ? true : null };
        return await _bulk.RunAsync(call, ids, "cancel", request.Reason, cancellationToken) ?? await Each.DoAsync(call, ids, async id =>
        {
            await call.Client.CancelAsync(CliCall.RunOf(id), request, cancellationToken);
            return new Done("cancelled", id);
        });
    }
}
