using System.CommandLine;
using Silos.Cli.Output;
using Silos.Client.Jobs;
using Silos.Client.Json;

namespace Silos.Cli.Jobs;

/// <summary><c>silos jobs list</c>.</summary>
internal sealed class JobsListCommand : CliCommand
{
    private const int Page = 500;

    private readonly Option<string?> _search;
    private readonly Option<string?> _tag;
    private readonly Option<string?> _source;

    public JobsListCommand(CliParts cli)
        : base("list", "Lists jobs by name, with what they do and when they are due.", cli, "jobs list", "jobs list --search report --output json")
    {
        _search = Value<string?>("--search", "Only names that contain this.", "TEXT");
        _tag = Value<string?>("--tag", "Only jobs with this tag.", "TAG");
        _source = Value<string?>("--source", "Only jobs from this source: api, code, file:silos.yaml, apply:NAME.", "SOURCE");
    }

    /// <inheritdoc/>
    protected override async Task<CliExit> RunAsync(CliCall call, CancellationToken cancellationToken)
    {
        var jobs = new List<JobResponse>();
        string? after = null;
        do
        {
            var page = await call.Client.ListJobsAsync(
                after, Page, call.Get(_search), call.Get(_source), call.Get(_tag), cancellationToken);
            jobs.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);

        var pause = await PauseNote.FindAsync(call, cancellationToken);
        call.Out.Show(new JobListResponse(jobs, null), ClientJson.Default.JobListResponse, text => text.Table(
            "no jobs; 'silos jobs apply -f FILE' registers some",
            ["NAME", "STATUS", Column.IfRoom("NEXT DUE", 2), Column.IfRoom("LAST RUN", 1), Column.IfRoom("ENDED", 5), Column.Short("SCHEDULES", 3, 9), Column.Short("SOURCE", 4, 10)],
            jobs.Select(job => (IReadOnlyList<Cell>)
            [
                job.Name,
                JobText.Status(job),
                Show.Instant(job.NextDue),
                JobText.LastRun(job),
                Show.Instant(job.LastRun?.EndedAt),
                Show.Short(JobText.Schedules(job.Definition), 40),
                job.Source,
            ])));
        PauseNote.Tell(call, pause);
        return CliExit.Ok;
    }
}
