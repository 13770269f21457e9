using Silos.Cli.Output;
using Silos.Client.Json;

namespace Silos.Cli.Nodes;

/// <summary><c>silos silos list</c>.</summary>
internal sealed class SilosListCommand(CliParts cli) : CliCommand("list", "Lists the processes, each with what it does and how busy it is.", cli, "silos list")
{
    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListSilosAsync(cancellationToken);
        call.Out.Show(answer, ClientJson.Default.SiloListResponse, text => text.Table(
            "no silos",
            [
                "NAME", "STATE", Column.Short("ADDRESS", 4, 10), Column.IfRoom("VERSION", 5), Column.IfRoom("ROLES", 3), Column.IfRoom("BUSY", 1),
                Column.Short("PARTITIONS", 2, 10), Column.IfRoom("STARTED", 6), Column.Short("HANDLERS", 7, 12),
            ],
            answer.Items.Select(silo => (IReadOnlyList<Cell>)
            [
                silo.Name,
                new Cell(silo.State, silo.State switch { "up" => Meaning.Good, "draining" => Meaning.Held, _ => Meaning.Bad }),
                silo.Address,
                silo.Version ?? Show.None,
                silo.Roles.Count == 0 ? Show.None : string.Join(',', silo.Roles),
                $"{silo.Busy}/{(silo.Slots is { } slots ? Show.Number(slots) : "no limit")}",
                Show.Ranges(silo.Partitions),
                Show.Instant(silo.StartedAt),
                silo.Handlers.Count == 0 ? Show.None : string.Join(", ", silo.Handlers),
            ])));
        return CliExit.Ok;
    }
}
