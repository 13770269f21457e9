using System.CommandLine;
using Silos.Cli.Output;
using Silos.Cli.Runs;
using Silos.Client.Jobs;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs trigger</c>.</summary>
internal sealed class JobsTriggerCommand : CliCommand
{
    private readonly Argument<string> _name;
    private readonly Option<string?> _payload;
    private readonly Option<string?> _overlap;
    private readonly WaitInputs _wait;

    public JobsTriggerCommand(CliParts cli)
        : base(
            "trigger",
            "Runs a job now, whatever its schedule says.",
            cli,
            "jobs trigger nightly-report",
            "jobs trigger nightly-report --wait --timeout 5m",
            "jobs trigger import --payload '{\"file\": \"a.csv\"}' --overlap queue_one")
    {
        _name = Word("name", "The job.");
        _payload = Value<string?>("--payload", "JSON instead of the job's own payload; @FILE reads a file, - standard input.", "JSON");
        _overlap = Value<string?>("--overlap", "What happens if it is running: skip, queue_one, queue_all, allow, cancel_running, terminate_running.", "MODE");
        _wait = WaitInputs.AddTo(this);
    }

    /// <inheritdoc/>
    public override bool MayRepeat(ParseResult parsed) => false;

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        _wait.Check(call);
        var name = call.Get(_name);
        var request = new TriggerRequest
        {
            Payload = await Inputs.JsonAsync(call, call.Get(_payload), "--payload", cancellationToken),
            Overlap = call.Get(_overlap),
            Id = NewRun.Id(call).ToString(),
        };
        var run = await NewRun.AskAsync(call, request.Id, null, () => call.Client.TriggerAsync(name, request, cancellationToken));
        return await _wait.EndAsync(call, run, new Done("triggered", name, run.ToString()), cancellationToken);
    }
}
