using System.CommandLine;
using Silos.Cli.Output;
using Silos.Cli.Runs;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs backfill</c>: a long range goes in pieces, so that one sees how far it is and may stop between two.</summary>
internal sealed class JobsBackfillCommand : CliCommand
{
    private const int RunsAPiece = 500;
    private const int LongestKey = 200;

    private readonly Argument<string> _name;
    private readonly Option<string?> _from;
    private readonly Option<string?> _to;
    private readonly Option<bool> _dryRun;
    private readonly Option<string?> _key;

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
        _key = Value<string?>("--key", "Names the request: with the same key, --from and --to no run is made twice. Default: one of its own.", "KEY");
        _dryRun = Flag("--dry-run", "Only count; ends with 2 if there is something to make.");
    }

    /// <inheritdoc/>
    public override bool MayRepeat(ParseResult parsed) => parsed.GetValue(_dryRun) || parsed.GetValue(_key) is not null;

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var name = call.Get(_name);
        var from = Inputs.Past(call, call.Get(_from), "--from")!.Value;
        var to = Inputs.Past(call, call.Get(_to), "--to") ?? call.Host.Clock.GetUtcNow().ToInstant();
        var key = call.Get(_key) ?? NewRun.Id(call).ToString();
        if (key.Length is 0 or > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            throw CliException.Usage($"--key '{FieldProblem.Shorten(key)}' must have 1 to {LongestKey} letters, digits or signs, without spaces");
        }

        var dry = await call.Client.BackfillAsync(name, new BackfillRequest { From = from, To = to, DryRun = true }, cancellationToken);
        var answer = call.Get(_dryRun) ? dry : await MakeAsync(call, name, from, to, dry.Count, key, cancellationToken);
        call.Out.Show(answer, ClientJson.Default.BackfillResponse, text => text.Line(answer.DryRun
            ? $"{Show.Count(answer.Count, "due instant")} of {name} would get a run"
            : $"made {Show.Count(answer.Runs.Count, "run")} of {name}"));
        return answer is { DryRun: true, Count: > 0 } ? CliExit.WouldChange : CliExit.Ok;
    }

    private static async Task<BackfillResponse> MakeAsync(
        CliCall call, string name, DateTimeOffset from, DateTimeOffset to, int count, string key, CancellationToken cancellationToken)
    {
        // The pieces follow from range and count alone, so that the same call again asks for the same ones.
        var pieces = Math.Max(1, (count + RunsAPiece - 1) / RunsAPiece);
        var length = TimeSpan.FromMilliseconds(Math.Ceiling((to - from).TotalMilliseconds / pieces));
        var runs = new List<string>();
        using var progress = call.Out.Progress();
        for (var (first, piece) = (from, 0); first <= to; piece++)
        {
            progress.Report(100.0 * piece / pieces, $"{runs.Count} of {count} runs of {name}");
            var last = piece == pieces - 1 || first + length >= to ? to : first + length;
            try
            {
                runs.AddRange((await call.Client.BackfillAsync(name, new BackfillRequest { From = first, To = last }, key, cancellationToken)).Runs);
            }
            catch (Exception exception) when (piece > 0 || CliFailure.IsUnknown(exception))
            {
                progress.Dispose();
                Stopped(call, name, from, to, first, runs.Count, key);
                throw;
            }

            first = last + TimeSpan.FromMilliseconds(1);
        }

        return new BackfillResponse(count, runs, DryRun: false);
    }

    private static void Stopped(CliCall call, string name, DateTimeOffset from, DateTimeOffset to, DateTimeOffset failed, int runs, string key) => call.Out.Note(
        (runs == 0 ? $"no run of {name} is known to be made" : $"made {Show.Count(runs, "run")} of {name}, up to {InstantText.Format(failed.AddMilliseconds(-1))}")
        + $"; the same again makes the rest, and none twice: silos jobs backfill {name} --from {InstantText.Format(from)} --to {InstantText.Format(to)} --key {key}");
}
