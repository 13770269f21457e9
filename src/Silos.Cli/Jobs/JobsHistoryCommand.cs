using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs history</c>.</summary>
internal sealed class JobsHistoryCommand : CliCommand
{
    private const int Most = 50;

    private readonly Argument<string> _name;
    private readonly Option<int?> _limit;

    public JobsHistoryCommand(CliParts cli)
        : base("history", "Shows who changed a job, when, and which fields, latest first.", cli, "jobs history nightly-report", "jobs history nightly-report --limit 1 --output json")
    {
        _name = Word("name", "The job.");
        _limit = Value<int?>("--limit", "How many definitions at most, 1 to 50. Default: all that are kept.", "N", "-n");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.ListDefinitionsAsync(call.Get(_name), limit: call.Get(_limit) ?? Most, cancellationToken: cancellationToken);
        call.Out.Show(answer, ClientJson.Default.DefinitionListResponse, text => Write(text, answer));
        if (answer.Next is not null)
        {
            call.Out.Note("there are older ones; --limit N shows more, up to 50");
        }

        return CliExit.Ok;
    }

    private static void Write(TextView text, DefinitionListResponse answer)
    {
        if (answer.Items.Count == 0)
        {
            text.Line("nobody has changed it since changes are recorded");
        }

        foreach (var item in answer.Items)
        {
            var by = item.By is null ? "by whom is not known" : $"by {item.By}";
            var deployment = item.Deployment is null ? string.Empty : $", deployment {item.Deployment}";
            text.Line(new Cell($"version {item.Version}, {Show.Instant(item.At)}, {by}, from {item.Source}{deployment}", Meaning.Held));
            foreach (var change in item.Changes ?? [])
            {
                text.Line($"  {change.Field}");
                Side(text, '-', change.Before, Meaning.Bad);
                Side(text, '+', change.After, Meaning.Good);
            }

            if (item.Changes is not { Count: > 0 })
            {
                text.Line(item.Changes is null ? "  what it changed is not known" : "  registered");
            }
        }
    }

    private static void Side(TextView text, char sign, JsonText? value, Meaning meaning)
    {
        if (value is { } json)
        {
            text.Line(new Cell($"    {sign} {json.Text.ReplaceLineEndings(" ")}", meaning));
        }
    }
}
