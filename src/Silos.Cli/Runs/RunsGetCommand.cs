using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs get</c>.</summary>
internal sealed class RunsGetCommand : CliCommand
{
    private readonly Argument<string> _id;

    public RunsGetCommand(CliParts cli)
        : base("get", "Shows a run with its attempts, steps and error.", cli, "runs get 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01") =>
        _id = Word("id", "The run.");

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var run = await call.Client.GetRunAsync(CliCall.RunOf(call.Get(_id)), cancellationToken);
        call.Out.Show(run, ClientJson.Default.RunDetailsResponse, text => Write(text, run));
        return CliExit.Ok;
    }

    private static void Write(TextView text, RunDetailsResponse run)
    {
        text.Facts(
            ("id", run.Id),
            ("state", Show.State(run.State)),
            ("job", run.Job),
            ("handler", run.Handler),
            ("name", run.Name),
            ("queue", run.Priority == 0 ? run.Queue : $"{run.Queue}, priority {run.Priority}"),
            ("due", Show.Instant(run.DueAt)),
            ("asked for", $"{Show.Instant(run.EnqueuedAt)}{(run.RequestedBy is { } by ? $" by {by}" : string.Empty)}"),
            ("started", run.StartedAt is null ? null : $"{Show.Instant(run.StartedAt)} on {run.Worker}"),
            ("ended", run.EndedAt is null ? null : $"{Show.Instant(run.EndedAt)} after {Show.Milliseconds(run.DurationMs)}"),
            ("attempt", $"{run.Attempt} of {run.MaxAttempts}"),
            ("losses", run.Losses > 0 ? Show.Number(run.Losses) : null),
            ("progress", run.Progress is { } percent ? $"{percent} % {run.ProgressMessage}" : null),
            ("cancelled", run.Cancel is { } cancel ? $"by {cancel.By} at {Show.Instant(cancel.At)}{(cancel.Reason is { } why ? $": {why}" : string.Empty)}" : null),
            ("tags", run.Tags.Count > 0 ? string.Join(", ", run.Tags) : null),
            ("payload", run.Payload?.Text),
            ("result", run.Result is { IsNull: false } result ? result.Text : null),
            ("error", run.Error is { } error ? new Cell($"{error.Type}: {error.Message}", Meaning.Bad) : null));
        if (run.Attempts.Count > 0)
        {
            text.Line();
            text.Table("none", ["ATTEMPT", "OUTCOME", Column.IfRoom("STARTED", 3), Column.IfRoom("TOOK", 2), Column.Short("ERROR", 1, 12)], run.Attempts.Select(attempt => (IReadOnlyList<Cell>)
            [
                Show.Number(attempt.Number),
                attempt.Outcome == "completed" ? new Cell(attempt.Outcome, Meaning.Good) : attempt.Outcome,
                Show.Instant(attempt.StartedAt),
                Show.Milliseconds(attempt.DurationMs),
                Show.Short(attempt.Error?.Message),
            ]));
        }

        if (run.Steps.Count > 0)
        {
            text.Line();
            text.Table("none", ["STEP", "STATUS", Column.IfRoom("RETRIES", 2), Column.IfRoom("ENDED", 3), Column.Short("RESULT", 1, 12)], run.Steps.Select(step => (IReadOnlyList<Cell>)
            [
                step.Name,
                new Cell(step.Status, step.Status == "completed" ? Meaning.Good : Meaning.Bad),
                Show.Number(step.RetryCount),
                Show.Instant(step.ProcessedAt),
                Show.Short(step.Error ?? step.Result?.Text),
            ]));
        }

        if (run.Log.Count > 0)
        {
            text.Line();
            text.Line($"'silos runs logs {run.Id}' shows its log");
        }
    }
}
