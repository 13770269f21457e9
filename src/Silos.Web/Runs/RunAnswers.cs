using Silos.Client.Jobs;
using Silos.Client.Runs;
using Silos.Runs;
using Silos.Schedules;
using Silos.Secrets;

namespace Silos.Web.Runs;

/// <summary>Runs as the API shows them.</summary>
internal static class RunAnswers
{
    public static RunResponse ToResponse(this Run run) => Fill(run, new RunResponse
    {
        Id = run.Id.ToString(),
        State = run.State.ToText(),
        Handler = run.Handler,
        Queue = run.Queue.Value,
    });

    public static RunDetailsResponse ToResponse(this RunDetails details, IReadOnlyList<LogLineResponse> log, long? logNext)
    {
        var run = details.Run;
        return (RunDetailsResponse)Fill(run, new RunDetailsResponse
        {
            Id = run.Id.ToString(),
            State = run.State.ToText(),
            Handler = run.Handler,
            Queue = run.Queue.Value,
            Attempts = [.. details.Attempts.Select(ToResponse)],
            Steps = [.. details.Steps.Select(s =>
                new StepResponse(s.Name, s.Status, s.Result, Shown(s.Error), s.RetryCount, s.ProcessedAt))],
            Log = log,
            LogNext = logNext,
        });
    }

    public static LogLineResponse ToResponse(this RunLogLine line) =>
        new(line.Sequence, line.At, line.Level, Redactor.Looks(line.Text), line.Attempt);

    private static RunResponse Fill(Run run, RunResponse start) => start with
    {
        Job = run.Job?.Value,
        Name = run.Options.Name,
        Description = run.Options.Description,
        Priority = run.Priority,
        Payload = run.Payload,
        OccurrenceAt = run.OccurrenceAt,
        DueAt = run.DueAt,
        EnqueuedAt = run.EnqueuedAt,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        DurationMs = run.DurationMs,
        Attempt = run.Attempt,
        MaxAttempts = run.MaxAttempts,
        Losses = run.Losses,
        Progress = run.Progress,
        ProgressMessage = Shown(run.ProgressMessage),
        Error = ToResponse(run.Error),
        Result = run.Result,
        ItemErrors = run.ItemErrors,
        Cancel = run.Cancel is { } cancel ? new CancelResponse(cancel.By, Shown(cancel.Reason), cancel.At, cancel.Terminate) : null,
        Worker = run.Worker,
        RequestedBy = run.RequestedBy,
        Timeout = run.Options.Timeout is { } timeout && timeout >= TimeSpan.Zero ? DurationText.Format(timeout) : null,
        Retry = run.Options.Retry is { } retry ? JobDocumentWriter.Write(retry) : null,
        ConcurrencyKey = run.Options.ConcurrencyKey,
        Tags = run.Options.Tags,
        Metadata = run.Options.Metadata,
        TraceParent = run.Options.TraceParent,
        ReplayOf = run.Options.ReplayOf?.ToString(),
    };

    private static AttemptResponse ToResponse(Attempt attempt) => new(
        attempt.Number,
        attempt.Outcome,
        attempt.Worker,
        attempt.Token,
        attempt.StartedAt,
        attempt.EndedAt,
        (long)(attempt.EndedAt - attempt.StartedAt).TotalMilliseconds,
        ToResponse(attempt.Error));

    private static RunErrorResponse? ToResponse(RunError? error) =>
        error is null ? null : new RunErrorResponse(error.Type, Redactor.Looks(error.Message), Shown(error.Stack));

    // What code and people write freely may repeat a credential.
    private static string? Shown(string? text) => text is null ? null : Redactor.Looks(text);
}
