using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Queues;

/// <summary><c>silos queues resume</c>.</summary>
internal sealed class QueuesResumeCommand : CliCommand
{
    private readonly Argument<string[]> _names;

    public QueuesResumeCommand(CliParts cli)
        : base("resume", "Lets queues start runs again.", cli, "queues resume mail") => _names = WordList("name", "The queues.");

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_names), async name =>
        {
            await call.Client.ResumeQueueAsync(name, cancellationToken);
            return new Done("resumed", name);
        });
}
