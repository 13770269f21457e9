using System.CommandLine;
using Silos.Cli.Schedules;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs preview</c>.</summary>
internal sealed class JobsPreviewCommand : CliCommand
{
    private readonly Argument<string> _name;
    private readonly Option<string?> _from;
    private readonly Option<int?> _count;

    public JobsPreviewCommand(CliParts cli)
        : base("preview", "Shows when a job is due next, with daylight saving and calendars.", cli, "jobs preview nightly-report --count 20")
    {
        _name = Word("name", "The job.");
        _from = Value<string?>("--from", "After which instant. Default: now.", "INSTANT");
        _count = Value<int?>("--count", "How many, 1 to 1000. Default: 10.", "N", "-n");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Client.PreviewAsync(
            call.Get(_name), Inputs.Instant(call.Get(_from), "--from"), call.Get(_count), cancellationToken);
        call.Out.Show(answer, ClientJson.Default.JobPreviewResponse, text => PreviewText.Write(text, answer.Occurrences));
        return CliExit.Ok;
    }
}
