namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs diff</c>.</summary>
internal sealed class JobsDiffCommand : CliCommand
{
    private readonly ApplyInputs _inputs;

    public JobsDiffCommand(CliParts cli)
        : base("diff", "Says what applying a file would change; ends with 2 if something would.", cli, "jobs diff -f silos.yaml", "jobs diff -f jobs/ --prune --output json") =>
        _inputs = ApplyInputs.AddTo(this);

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        _inputs.ApplyAsync(call, dryRun: true, cancellationToken);
}
