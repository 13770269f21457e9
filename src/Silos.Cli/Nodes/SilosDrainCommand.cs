using System.CommandLine;
using Silos.Cli.Output;

namespace Silos.Cli.Nodes;

/// <summary><c>silos silos drain</c>.</summary>
internal sealed class SilosDrainCommand : CliCommand
{
    private readonly Argument<string[]> _names;
    private readonly Option<string?> _reason;

    public SilosDrainCommand(CliParts cli)
        : base("drain", "Makes processes take no more runs; what executes goes on, and partitions move to others.", cli, "silos drain silo-2 --reason \"new kernel\"")
    {
        _names = WordList("name", "The processes.");
        _reason = Value<string?>("--reason", "Why, for whoever looks.", "TEXT");
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken) =>
        Each.DoAsync(call, call.Get(_names), async name =>
        {
            await call.Client.DrainSiloAsync(name, call.Get(_reason), cancellationToken);
            return new Done("draining", name);
        });
}
