using Silos.Cli.Output;
using Silos.Client.Json;

namespace Silos.Cli.Operations;

/// <summary><c>silos operations list</c>.</summary>
internal sealed class OperationsListCommand(CliParts cli)
    : CliCommand("list", "Lists what is done to many runs at once: what is under way, and the latest 100 of the last 30 days.", cli, "operations list")
{
    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListOperationsAsync(cancellationToken);
        call.Out.Show(answer, ClientJson.Default.OperationListResponse, text => text.Table(
            "no operations; 'silos runs retry --state dead' begins one",
            [
                "ID", "ACTION", "STATE", Column.IfRoom("MATCHED", 3), Column.IfRoom("DONE", 2), Column.IfRoom("FAILED", 1),
                Column.IfRoom("ASKED FOR", 4), Column.Short("BY", 5, 6), Column.Short("REASON", 6, 10),
            ],
            answer.Items.Select(operation => (IReadOnlyList<Cell>)
            [
                operation.Id,
                operation.Action,
                OperationText.State(operation),
                OperationText.Matched(operation),
                Show.Number(operation.Done),
                new Cell(Show.Number(operation.Failed), operation.Failed > 0 ? Meaning.Bad : Meaning.Plain),
                Show.Instant(operation.StartedAt),
                operation.By,
                Show.Short(operation.Reason ?? Show.None),
            ])));
        return CliExit.Ok;
    }
}
