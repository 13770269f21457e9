using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Queues;

/// <summary><c>silos queues pause</c>.</summary>
internal sealed class QueuesPauseCommand : CliCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _reason;

    public QueuesPauseCommand(CliParts cli)
        : base("pause", "Stops queues from starting runs; what executes goes on.", cli, "queues pause mail --reason \"the relay is down\"")
    {
        _names = WordList("name", "The queues.");
        _reason = Value<string?>("--reason", "Why, for whoever looks.", "TEXT");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_names), async name =>
        {
            await call.Client.PauseQueueAsync(name, call.Get(_reason), cancellationToken);
            return new Done("paused", name);
        });
}
