using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs list</c>.</summary>
internal sealed class RunsListCommand : CliCommand
{
    private const int DefaultLimit = 50;
    private const int Page = 500;

    private readonly RunFilterInputs _which;
    private readonly Option<int?> _limit;

    public RunsListCommand(CliParts cli)
        : base("list", "Lists runs, newest first.", cli, "runs list", "runs list --state failed,dead --since 1d", "runs list --job nightly-report --limit 1000 --output json")
    {
        _which = RunFilterInputs.AddTo(this);
        _limit = Value<int?>("--limit", $"How many at most. Default: {DefaultLimit}.", "N", "-n");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var limit = call.Get(_limit) ?? DefaultLimit;
        if (limit < 1)
        {
            throw CliException.Usage($"--limit {limit} must be at least 1");
        }

        var which = await _which.ReadAsync(call, cancellationToken);
        var request = new RunListRequest
        {
            State = which.State,
            Job = which.Job,
            Handler = which.Handler,
            Queue = which.Queue,
            Tag = which.Tag,
            Since = which.Since,
            Until = which.Until,
            Filter = which.Filter,
        };
        var runs = new List<RunResponse>();
        string? next;
        using (var progress = call.Out.Progress())
        {
            do
            {
                var page = await call.Client.ListRunsAsync(request with { Limit = Math.Min(Page, limit - runs.Count) }, cancellationToken);
                runs.AddRange(page.Items);
                next = page.Next;
                request = request with { Cursor = next };
                if (limit > Page || next is not null)
                {
                    // A search that no index serves takes several answers for a page, too.
                    progress.Report(100.0 * runs.Count / limit, $"{runs.Count} runs");
                }
            }
            while (next is not null && runs.Count < limit);
        }

        call.Out.Show(new RunListResponse(runs, next), ClientJson.Default.RunListResponse, text => text.Table(
            "no runs",
            [
                "ID", "STATE", "JOB/HANDLER", Column.IfRoom("QUEUE", 4), Column.IfRoom("DUE", 1), Column.IfRoom("ATTEMPT", 5), Column.IfRoom("TOOK", 3),
                Column.Short("ERROR", 2, 10),
            ],
            runs.Select(Row)));
        if (next is not null)
        {
            call.Out.Note($"there may be more than {limit}; --limit N shows more");
        }

        return CliExit.Ok;
    }

    private static IReadOnlyList<Cell> Row(RunResponse run) =>
    [
        run.Id,
        Show.State(run.State),
        run.Job ?? run.Handler,
        run.Queue,
        Show.Instant(run.DueAt),
        $"{run.Attempt}/{run.MaxAttempts}",
        Show.Milliseconds(run.DurationMs),
        new Cell(Show.Short(run.Error?.Message), Meaning.Bad),
    ];
}
