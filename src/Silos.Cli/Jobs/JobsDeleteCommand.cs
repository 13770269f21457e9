using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs delete</c>.</summary>
internal sealed class JobsDeleteCommand : CliCommand
{
    private readonly Argument<string[]> _names;

    public JobsDeleteCommand(CliParts cli)
        : base("delete", "Deletes jobs and their ledgers; their runs stay.", cli, "jobs delete nightly-report") =>
        _names = WordList("name", "The jobs.");

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) => Each.DoAsync(
        call,
        call.Get(_names),
        async name =>
        {
            await call.Client.DeleteJobAsync(name, cancellationToken);
            return new Done("deleted", name);
        });
}
