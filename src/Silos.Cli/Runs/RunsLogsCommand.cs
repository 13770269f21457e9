using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Json;
using Silos.Client.Runs;
using Silos.Runs;

namespace Silos.Cli.Runs;

/// <summary><c>silos runs logs</c>.</summary>
internal sealed class RunsLogsCommand : CliCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string> _id;
    private readonly Option<bool> _follow;

    public RunsLogsCommand(CliParts cli)
        : base("logs", "Shows what a run has written.", cli, "runs logs 019a8b6e-5b7a-7cc1-9d2e-3c1f5e7a9b01 -f")
    {
        _id = Word("id", "The run.");
        _follow = Flag("--follow", "Go on until the run has ended.", "-f");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var run = CliCall.RunOf(call.Get(_id));
        var lines = new List<LogLineResponse>();
        var after = 0L;
        while (true)
        {
            // Asked before the lines: what was written before the end is then among them.
            var ended = !call.Get(_follow) || await HasEndedAsync(call, run, cancellationToken);
            LogResponse page;
            do
            {
                page = await call.Client.GetLogAsync(run, after, cancellationToken);
                after = page.Items.Count > 0 ? page.Items[^1].Sequence : after;
                lines.AddRange(page.Items);
                if (!call.Out.IsForPrograms)
                {
                    Write(call, page.Items);
                }
            }
            while (page.Next is not null);

            if (ended)
            {
                break;
            }

            await Task.Delay(Look, call.Host.Clock, cancellationToken);
        }

        if (call.Out.IsForPrograms)
        {
            call.Out.Show(new LogResponse(lines, null), ClientJson.Default.LogResponse, static _ => { });
        }

        return CliExit.Ok;
    }

    private static void Write(CliCall call, IReadOnlyList<LogLineResponse> lines) => call.Out.Show(
        new LogResponse(lines, null),
        ClientJson.Default.LogResponse,
        text =>
        {
            foreach (var line in lines)
            {
                text.Line(new Cell($"{Show.Instant(line.At)} {line.Level,-11} {line.Text}", MeaningOf(line.Level)));
            }
        });

    private static Meaning MeaningOf(string level) => level switch
    {
        "error" => Meaning.Bad,
        "warning" => Meaning.Held,
        "debug" => Meaning.Quiet,
        _ => Meaning.Plain,
    };

    private static async Task<bool> HasEndedAsync(CliCall call, RunId run, CancellationToken cancellationToken) =>
        Words.TryParse<RunState>((await call.Client.GetRunAsync(run, cancellationToken)).State, out var state) && state.IsFinal();
}
