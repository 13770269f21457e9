using System.CommandLine;
using Silos.Client.Json;
using Silos.Client.Schedules;
using Silos.Schedules;

namespace Silos.Cli.Schedules;

/// <summary><c>silos schedule explain</c>: needs no server.</summary>
internal sealed class ScheduleExplainCommand : CliCommand
{
    private readonly Argument<string> _expression;
    private readonly Option<string?> _zone;
    private readonly Option<string?> _rule;
    private readonly Option<string?> _from;
    private readonly Option<int> _count;
    private readonly Option<string> _job;

    public ScheduleExplainCommand(CliParts cli)
        : base(
            "explain",
            "Says in words when an expression is due, and shows the next instants. Needs no server.",
            cli,
            "schedule explain \"*/15 9-17 * * MON-FRI\"",
            "schedule explain \"30 1 * * *\" --time-zone Europe/Dublin --from 2026-03-28T00:00:00Z")
    {
        _expression = Word("expression", "Cron of 5, 6 or 7 fields, a macro, @every 24h, or a date.");
        _zone = Value<string?>("--time-zone", "The IANA zone on whose clock it is read. Default: UTC.", "ZONE");
        _rule = Value<string?>("--daylight-saving", "What happens when clocks change: default, skip or both.", "RULE");
        _from = Value<string?>("--from", "After which instant. Default: now.", "INSTANT");
        _count = Value<int>("--count", "How many instants, 1 to 1000. Default: 5.", "N", "-n");
        _count.DefaultValueFactory = _ => 5;
        _job = Value<string>("--job", "The job's name, which 'H' depends on.", "NAME");
        _job.DefaultValueFactory = _ => "preview";
    }

    /// <inheritdoc/>
    protected override Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var count = call.Get(_count);
        if (count is < 1 or > 1_000)
        {
            throw CliException.Usage($"--count {count} must be between 1 and 1000");
        }

        var spec = new ScheduleSpec { Expression = call.Get(_expression), TimeZone = call.Get(_zone), DaylightSaving = Rule(call.Get(_rule)) };
        if (!CompiledSchedule.TryCompile(spec, ScheduleEnvironment.Empty, call.Get(_job)!, out var schedule, out var problem))
        {
            var place = problem.Position is { } position && position <= spec.Expression.Length ? $" (at character {position + 1})" : string.Empty;
            throw CliException.Usage($"{problem.Message.TrimEnd('.')}{place}");
        }

        var from = Inputs.Instant(call.Get(_from), "--from") ?? call.Host.Clock.GetUtcNow().ToInstant();
        var answer = new SchedulePreviewResponse(
            spec.Expression,
            schedule.Zone.Id,
            schedule.Explanation,
            [.. schedule.Preview(from, count, new ScheduleAnchor(from)).Select(ToResponse)]);
        call.Out.Show(answer, ClientJson.Default.SchedulePreviewResponse, text =>
        {
            text.Line(answer.Explanation);
            text.Line();
            PreviewText.Write(text, answer.Occurrences);
        });
        return Task.FromResult(CliExit.Ok);
    }

    private static DaylightSavingRule Rule(string? text) => text is null ? DaylightSavingRule.Default
        : Words.TryParse<DaylightSavingRule>(text, out var rule) ? rule
        : throw CliException.Usage($"--daylight-saving '{FieldProblem.Shorten(text)}' must be one of {Words.List<DaylightSavingRule>()}");

    private static PreviewResponse ToResponse(PreviewedOccurrence occurrence) => new(
        occurrence.Instant,
        occurrence.Local,
        [.. Enum.GetValues<PreviewMarks>().Where(mark => mark != PreviewMarks.None && occurrence.Marks.HasFlag(mark)).Select(mark => Words.Text(mark))],
        occurrence.ExcludedBy);
}
