using Silos.Runs;

namespace Silos.Engine.Runs;

/// <summary>Puts an ended run together from what its owner has in memory, for those who wait for it.</summary>
internal static class EndedRun
{
    public static Run From(PendingRun run, FinishedRun end) => new()
    {
        Id = run.Id,
        Tenant = run.Request.Tenant,
        Job = run.Request.Job,
        OccurrenceAt = run.Request.OccurrenceAt,
        Handler = run.Request.Handler,
        Queue = run.Request.Queue,
        Priority = run.Request.Priority,
        State = end.State,
        Payload = run.Request.Payload,
        DueAt = run.Request.DueAt,
        EnqueuedAt = run.Request.EnqueuedAt,
        StartedAt = end.StartedAt,
        EndedAt = end.EndedAt,
        Attempt = end.Attempts,
        MaxAttempts = run.Request.MaxAttempts,
        Losses = end.Losses,
        Error = end.Error,
        Result = end.Result,
        ItemErrors = end.ItemErrors,
        Worker = end.Worker,
        RequestedBy = run.Request.RequestedBy,
        Cancel = run.Cancel,
        Options = run.Request.Options,
    };
}
