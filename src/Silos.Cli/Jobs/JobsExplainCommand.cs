using System.CommandLine;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs explain</c>.</summary>
internal sealed class JobsExplainCommand : CliCommand
{
    private readonly Argument<string> _name;

    public JobsExplainCommand(CliParts cli)
        : base("explain", "Tells why a job is not running, the first reason first.", cli, "jobs explain nightly-report") =>
        _name = Word("name", "The job.");

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ExplainJobAsync(call.Get(_name), cancellationToken);
        call.Out.Show(answer, ClientJson.Default.ExplainResponse, text => JobText.Explain(text, answer, "nothing is in the way"));
        return CliExit.Ok;
    }
}
