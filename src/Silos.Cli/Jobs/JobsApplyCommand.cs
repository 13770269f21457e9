using System.CommandLine;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs apply</c>.</summary>
internal sealed class JobsApplyCommand : CliCommand
{
    private readonly ApplyInputs _inputs;
    private readonly Option<bool> _dryRun;

    public JobsApplyCommand(CliParts cli)
        : base(
            "apply",
            "Makes the registered jobs those of a file, all or none, and says what changed.",
            cli,
            "jobs apply -f silos.yaml",
            "jobs apply -f jobs/ --prune --dry-run",
            "silos import crontab /etc/crontab --system | silos jobs apply -f - --source crontab")
    {
        _inputs = ApplyInputs.AddTo(this);
        _dryRun = Flag("--dry-run", "Only say what would change; ends with 2 if something would.");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        _inputs.ApplyAsync(call, call.Get(_dryRun), cancellationToken);
}
