using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs ledger</c>.</summary>
internal sealed class JobsLedgerCommand : CliCommand
{
    private readonly Argument<string> _name;
    private readonly Option<string?> _since;
    private readonly Option<int?> _limit;

    public JobsLedgerCommand(CliParts cli)
        : base("ledger", "Shows what was decided about a job's due instants, latest first.", cli, "jobs ledger nightly-report --since 7d")
    {
        _name = Word("name", "The job.");
        _since = Value<string?>("--since", "Only due instants at or after this one, or this long ago.", "INSTANT|AGO");
        _limit = Value<int?>("--limit", "How many at most, 1 to 1000. Default: 100.", "N", "-n");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListOccurrencesAsync(
            call.Get(_name), since: Inputs.Past(call, call.Get(_since), "--since"), limit: call.Get(_limit), cancellationToken: cancellationToken);
        call.Out.Show(answer, ClientJson.Default.OccurrenceListResponse, text => text.Table(
            "nothing was decided yet",
            ["DUE", "VERDICT", Column.IfRoom("DECIDED", 1), "RUN"],
            answer.Items.Select(item => (IReadOnlyList<Cell>)
            [
                item.Until is { } until ? $"{Show.Instant(item.DueAt)} … {Show.Instant(until)} ({item.Count})" : Show.Instant(item.DueAt),
                new Cell(item.Verdict, item.Verdict is "enqueued" or "caught_up" ? Meaning.Good : Meaning.Held),
                Show.Instant(item.DecidedAt),
                item.Run ?? Show.None,
            ])));
        if (answer.Next is not null)
        {
            call.Out.Note($"there are older ones; --limit N shows more than {answer.Items.Count}, up to 1000");
        }

        return CliExit.Ok;
    }
}
