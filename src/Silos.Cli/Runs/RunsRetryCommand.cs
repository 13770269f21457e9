using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs retry</c>.</summary>
internal sealed class RunsRetryCommand : CliCommand
{
    private readonly Argument<string[]> _ids;

    public RunsRetryCommand(CliParts cli)
        : base("retry", "Runs ended runs again, as new runs, and shows their ids.", cli, "runs retry 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01") =>
        _ids = WordList("id", "The runs.");

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_ids), async id => new Done("retried", id, (await call.Client.RetryAsync(CliCall.RunOf(id), cancellationToken)).ToString()));
}
