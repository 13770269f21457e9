using System.CommandLine;
using Silos.Cli.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs explain</c>.</summary>
internal sealed class RunsExplainCommand : CliCommand
{
    private readonly Argument<string> _id;

    public RunsExplainCommand(CliParts cli)
        : base("explain", "Tells why a run is not running, the first reason first.", cli, "runs explain 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01") =>
        _id = Word("id", "The run.");

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ExplainRunAsync(CliCall.RunOf(call.Get(_id)), cancellationToken);
        call.Out.Show(answer, ClientJson.Default.ExplainResponse, text => JobText.Explain(text, answer, "nothing is in the way"));
        return CliExit.Ok;
    }
}
