using Silos.Engine.Runs;
using Silos.Engine.Workers;
using Silos.Runs;
using Silos.Workers;

namespace Silos.Engine.Queues;

/// <summary>An attempt that a worker of another process executes, as the owner of its run keeps it.</summary>
internal sealed class RemoteAttempt(
    IRemoteWorkers workers, string worker, PendingRun run, HandlerRegistration handler, OpenClaim claim, long token, DateTimeOffset startedAt) : ILentRun
{
    private readonly Lock _lock = new();

    public PendingRun Pending { get; } = run;

    public HandlerRegistration Registration { get; } = handler;

    public OpenClaim Claim { get; } = claim;

    public long FencingToken { get; } = token;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public DateTimeOffset EndedAt { get; private set; }

    public AttemptOutcome? Outcome { get; private set; }

    public CancelRequest? Cancellation { get; private set; } = run.Cancel;

    public string RemoteWorker { get; } = worker;

    public int LiveIndex { get; set; } = -1;

    public RunDecision Decision { get; set; }

    public int FailedAlone { get; set; }

    /// <summary>Fixes how it ended. False if that was known before.</summary>
    public bool TryEnd(AttemptOutcome outcome, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (Outcome is not null)
            {
                return false;
            }

            Outcome = outcome;
            EndedAt = at > StartedAt ? at : StartedAt;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool RequestStop(StopReason reason, CancelRequest? request)
    {
        lock (_lock)
        {
            if (Outcome is not null)
            {
                return false;
            }

            Cancellation ??= request;
        }

        workers.Stop(this, reason, request, abandon: false);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>The worker records its end: it alone knows whether the handler ended before.</remarks>
    public bool Abandon()
    {
        lock (_lock)
        {
            if (Outcome is not null)
            {
                return false;
            }
        }

        workers.Stop(this, StopReason.Cancelled, Cancellation, abandon: true);
        return true;
    }

    string? ILentRun.RemoteWorker => RemoteWorker;

    public override string ToString() => $"{Pending.Id} on {RemoteWorker} ({FencingToken})";
}
