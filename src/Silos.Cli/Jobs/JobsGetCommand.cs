using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs get</c>.</summary>
internal sealed class JobsGetCommand : CliCommand
{
    private readonly Argument<string> _name;
    private readonly Option<bool> _definition;

    public JobsGetCommand(CliParts cli)
        : base("get", "Shows a job.", cli, "jobs get nightly-report", "jobs get nightly-report --definition > nightly.yaml")
    {
        _name = Word("name", "The job.");
        _definition = Flag("--definition", "Only what was registered, as a jobs file that 'jobs apply' takes: YAML, or JSON with --output json.");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var job = await call.Client.GetJobAsync(call.Get(_name), cancellationToken);
        if (call.Get(_definition))
        {
            if (call.Out.Format == OutputFormat.Json)
            {
                JobsYaml.Show(call.Out, [job.Definition]);
                return CliExit.Ok;
            }

            call.Out.Text(JobsYaml.Write([job.Definition]));
            return CliExit.Ok;
        }

        call.Out.Show(job, ClientJson.Default.JobResponse, text => Write(text, job));
        return CliExit.Ok;
    }

    private static void Write(TextView text, JobResponse job)
    {
        text.Facts(
            ("name", job.Name),
            ("description", job.Definition.Description),
            ("status", JobText.Status(job)),
            ("paused", JobText.Pause(job.Pause)),
            ("next due", Show.Instant(job.NextDue)),
            ("last decision", job.LastDecision is { } decision ? $"{decision.Verdict} for {Show.Instant(decision.DueAt)}" : null),
            ("last run", job.LastRun is { } run ? Show.State(run.State) with { Text = $"{run.State} after {Show.Milliseconds(run.DurationMs)} at {Show.Instant(run.EndedAt)}\n{run.Id}" } : null),
            ("failures in a row", job.ConsecutiveFailures > 0 ? new Cell(Show.Number(job.ConsecutiveFailures), Meaning.Bad) : null),
            ("runs now", job.Live > 0 ? $"{job.Running} executing, {job.Live - job.Running} waiting" : null),
            ("source", job.Source),
            ("registered", Show.Instant(job.CreatedAt)),
            ("changed", Show.Instant(job.UpdatedAt)));
        text.Line();
        text.Line("definition:");
        foreach (var line in JobsYaml.Body(job.Definition).TrimEnd('\n').Split('\n'))
        {
            text.Line($"  {line}");
        }
    }
}
