using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Nodes;

/// <summary><c>silos silos resume</c>.</summary>
internal sealed class SilosResumeCommand : CliCommand
{
    private readonly Argument<string[]> _names;

    public SilosResumeCommand(CliParts cli)
        : base("resume", "Lets drained processes take runs again.", cli, "silos resume silo-2") => _names = WordList("name", "The processes.");

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_names), async name =>
        {
            await call.Client.ResumeSiloAsync(name, cancellationToken);
            return new Done("resumed", name);
        });
}
