using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs backfill</c>: a long range goes in pieces, so that one sees how far it is and may stop between two.</summary>
internal sealed class JobsBackfillCommand : CliCommand
{
    private const int RunsAPiece = 500;

    private readonly Argument<string> _name;
    private readonly Option<string?> _from;
    private readonly Option<string?> _to;
    private readonly Option<bool> _dryRun;

    public JobsBackfillCommand(CliParts cli)
        : base(
            "backfill",
            "Makes runs for due instants of the past, oldest first.",
            cli,
            "jobs backfill nightly-report --from 2026-03-01T00:00:00Z --to 2026-03-07T00:00:00Z --dry-run",
            "jobs backfill nightly-report --from 7d")
    {
        _name = Word("name", "The job.");
        _from = Value<string?>("--from", "The first instant, or how long ago.", "INSTANT|AGO");
        _from.Required = true;
        _to = Value<string?>("--to", "The last instant, or how long ago. Default: now.", "INSTANT|AGO");
        _dryRun = Flag("--dry-run", "Only count; ends with 2 if there is something to make.");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var name = call.Get(_name);
        var from = Inputs.Past(call, call.Get(_from), "--from")!.Value;
        var to = Inputs.Past(call, call.Get(_to), "--to") ?? call.Host.Clock.GetUtcNow().ToInstant();
        var dry = await call.Client.BackfillAsync(name, new BackfillRequest { From = from, To = to, DryRun = true }, cancellationToken);
        var answer = call.Get(_dryRun) ? dry : await MakeAsync(call, name, from, to, dry.Count, cancellationToken);
        call.Out.Show(answer, ClientJson.Default.BackfillResponse, text => text.Line(answer.DryRun
            ? $"{Show.Count(answer.Count, "due instant")} of {name} would get a run"
            : $"made {Show.Count(answer.Runs.Count, "run")} of {name}"));
        return answer is { DryRun: true, Count: > 0 } ? CliExit.WouldChange : CliExit.Ok;
    }

    private static async Task<BackfillResponse> MakeAsync(
        CliCall call, string name, DateTimeOffset from, DateTimeOffset to, int count, CancellationToken cancellationToken)
    {
        var pieces = Math.Max(1, (count + RunsAPiece - 1) / RunsAPiece);
        var length = TimeSpan.FromMilliseconds(Math.Ceiling((to - from).TotalMilliseconds / pieces));
        var runs = new List<string>();
        using var progress = call.Out.Progress();
        for (var (first, piece) = (from, 0); first <= to; piece++)
        {
            progress.Report(100.0 * piece / pieces, $"{runs.Count} of {count} runs of {name}");
            var last = piece == pieces - 1 || first + length >= to ? to : first + length;
            var made = await call.Client.BackfillAsync(name, new BackfillRequest { From = first, To = last }, cancellationToken);
            runs.AddRange(made.Runs);
            first = last + TimeSpan.FromMilliseconds(1);
        }

        return new BackfillResponse(count, runs, DryRun: false);
    }
}
