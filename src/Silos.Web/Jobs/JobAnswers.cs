using Silos.Client.Jobs;
using Silos.Client.Json;
using Silos.Client.Schedules;
using Silos.Jobs;
using Silos.Schedules;
using Silos.Secrets;

namespace Silos.Web.Jobs;

/// <summary>Jobs as the API shows them.</summary>
internal static class JobAnswers
{
    public static JobResponse ToResponse(this JobView view)
    {
        var job = view.Job;
        return new JobResponse
        {
            Name = job.Key.Name.Value,
            Status = view.Status(),
            Live = view.Live,
            Running = view.Running,
            Definition = JobDocument.From(job.Definition),
            Source = job.Source,
            Pause = job.Pause.ToResponse(),
            NextDue = job.NextDue,
            LastDecision = job.LastDecision is { } decision
                ? new DecisionResponse(decision.DueAt, Words.Text(decision.Verdict))
                : null,
            LastRun = job.LastRun is { } run
                ? new LastRunResponse(run.Id.ToString(), Words.Text(run.State), run.StartedAt, run.EndedAt, run.DurationMs())
                : null,
            ConsecutiveFailures = job.ConsecutiveFailures,
            Cursor = job.Cursor,
            CreatedAt = job.CreatedAt,
            UpdatedAt = job.UpdatedAt,
            DeploymentVersion = job.DeploymentVersion.Length == 0 ? null : job.DeploymentVersion,
            Version = job.Version,
        };
    }

    /// <summary>Gets the word of the status page: <c>RUNNING</c> or <c>IDLE</c>.</summary>
    public static string Status(this JobView view) => view.Running > 0 ? "RUNNING" : "IDLE";

    public static long? DurationMs(this LastRun run) =>
        run.StartedAt is { } start ? (long)(run.EndedAt - start).TotalMilliseconds : null;

    public static PauseResponse? ToResponse(this Pause? pause) =>
        pause is null ? null : new PauseResponse(pause.By, pause.Reason is { } reason ? Redactor.Looks(reason) : null, pause.At);

    public static OccurrenceResponse ToResponse(this Occurrence occurrence) => new(
        occurrence.DueAt,
        Words.Text(occurrence.Verdict),
        occurrence.DecidedAt,
        occurrence.Run?.ToString(),
        occurrence.Until,
        occurrence.Count);

    public static DefinitionResponse ToResponse(this JobHistoryItem item) => new()
    {
        Version = item.Version.Number,
        At = item.Version.At,
        By = item.Version.By,
        Source = item.Version.Source,
        Deployment = item.Version.DeploymentVersion.Length == 0 ? null : item.Version.DeploymentVersion,
        Definition = JobDocument.From(item.Version.Definition),
        Changes = item.Changes is { } changes
            ? [.. changes.Select(change => new FieldChangeResponse(change.Field, change.Before, change.After))]
            : null,
    };

    public static ExplainResponse ToResponse(this IReadOnlyList<Blocker> blockers) =>
        new([.. blockers.Select(b => new BlockerResponse(b.Code, Redactor.Looks(b.Message), b.Until))]);

    public static PreviewResponse ToResponse(this PreviewedOccurrence occurrence)
    {
        var marks = new List<string>();
        foreach (var mark in Enum.GetValues<PreviewMarks>())
        {
            if (mark != PreviewMarks.None && occurrence.Marks.HasFlag(mark))
            {
                marks.Add(Words.Text(mark));
            }
        }

        return new PreviewResponse(occurrence.Instant, occurrence.Local, marks, occurrence.ExcludedBy);
    }
}
