using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Alarms;
using Silos.Client.Json;

namespace Silos.Cli.Alarms;

/// <summary><c>silos alarms</c>.</summary>
internal sealed class AlarmsCommand : CliCommand
{
    private readonly Option<bool> _all;
    private readonly Option<bool> _exitCode;

    public AlarmsCommand(CliParts cli)
        : base("alarms", "Shows what should have happened and has not.", cli, "alarms", "alarms --exit-code --output json", "alarms --all")
    {
        _all = Flag("--all", "Also those that are over.", "-a");
        _exitCode = Flag("--exit-code", "End with 10 if an alarm is on.");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var all = call.Get(_all);
        var answer = await call.Client.ListAlarmsAsync(all, cancellationToken);
        call.Out.Show(answer, ClientJson.Default.AlarmListResponse, text =>
        {
            if (all)
            {
                text.Table("no alarms", ["KIND", "JOB OR QUEUE", "STATE", Column.IfRoom("SINCE", 1), Column.IfRoom("ENDED", 2), Column.Prose("WHAT IS WRONG")], answer.Items.Select(alarm => (IReadOnlyList<Cell>)
                [
                    alarm.Kind, SubjectOf(alarm), StateOf(alarm), Show.Instant(alarm.Since), Show.Instant(alarm.EndedAt), alarm.Text,
                ]));
            }
            else
            {
                text.Table("no alarm is on", ["KIND", "JOB OR QUEUE", Column.IfRoom("SINCE", 1), Column.Prose("WHAT IS WRONG")], answer.Items.Select(alarm => (IReadOnlyList<Cell>)
                [
                    new Cell(alarm.Kind, Meaning.Bad), SubjectOf(alarm), Show.Instant(alarm.Since), alarm.Text,
                ]));
            }
        });
        return call.Get(_exitCode) && answer.Items.Any(alarm => alarm.EndedAt is null) ? CliExit.AlarmOn : CliExit.Ok;
    }

    private static string SubjectOf(AlarmResponse alarm) => alarm.Job ?? $"queue {alarm.Queue}";

    private static Cell StateOf(AlarmResponse alarm) => alarm.EndedAt is null ? new Cell("on", Meaning.Bad) : new Cell("over", Meaning.Quiet);
}
