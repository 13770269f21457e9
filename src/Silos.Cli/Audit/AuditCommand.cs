using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Audit;
using Silos.Client.Json;

namespace Silos.Cli.Audit;

/// <summary><c>silos audit</c>.</summary>
internal sealed class AuditCommand : CliCommand
{
    private const int DefaultLimit = 50;
    private const int Page = 500;

    private readonly Option<string?> _job;
    private readonly Option<string?> _run;
    private readonly Option<string?> _queue;
    private readonly Option<string?> _actor;
    private readonly Option<string?> _action;
    private readonly Option<string?> _since;
    private readonly Option<string?> _until;
    private readonly Option<int?> _limit;

    public AuditCommand(CliParts cli)
        : base("audit", "Shows who did what, to what and why, latest first.", cli, "audit --job nightly-report", "audit --action key. --since 30d", "audit --actor deploy --limit 1000 --output json")
    {
        _job = Value<string?>("--job", "Only what was done to this job.", "NAME");
        _run = Value<string?>("--run", "Only what was done to this run.", "ID");
        _queue = Value<string?>("--queue", "Only what was done to this queue.", "NAME");
        _actor = Value<string?>("--actor", "Only what this one did, by the name of the key or person.", "NAME");
        _action = Value<string?>("--action", "Only this action, such as job.pause; job. stands for all that is done to jobs.", "ACTION");
        _since = Value<string?>("--since", "Only at or after this instant, or this long ago.", "INSTANT|AGO");
        _until = Value<string?>("--until", "Only before this instant, or this long ago.", "INSTANT|AGO");
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

        var request = new AuditListRequest
        {
            Job = call.Get(_job),
            Run = call.Get(_run),
            Queue = call.Get(_queue),
            Actor = call.Get(_actor),
            Action = call.Get(_action),
            Since = Inputs.Past(call, call.Get(_since), "--since"),
            Until = Inputs.Past(call, call.Get(_until), "--until"),
        };
        var entries = new List<AuditEntryResponse>();
        using (var progress = call.Out.Progress())
        {
            do
            {
                var page = await call.Client.ListAuditAsync(request with { Limit = Math.Min(Page, limit - entries.Count) }, cancellationToken);
                entries.AddRange(page.Items);
                request = request with { Cursor = page.Next };
                if (limit > Page)
                {
                    progress.Report(100.0 * entries.Count / limit, $"{entries.Count} entries");
                }
            }
            while (request.Cursor is not null && entries.Count < limit);
        }

        call.Out.Show(new AuditListResponse(entries, request.Cursor), ClientJson.Default.AuditListResponse, text => text.Table(
            "nothing is recorded",
            ["WHEN", "WHO", "DID", "TO", Column.Prose("REASON")],
            entries.Select(entry => (IReadOnlyList<Cell>)
            [
                Show.Instant(entry.At), entry.Actor, entry.Action, $"{entry.Target.Kind} {entry.Target.Name}", entry.Reason ?? Show.None,
            ])));
        if (request.Cursor is not null)
        {
            call.Out.Note($"there are more than {limit}; --limit N shows more");
        }

        return CliExit.Ok;
    }
}
